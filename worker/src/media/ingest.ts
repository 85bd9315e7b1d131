import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { type IngestCodec, ingestFormat } from './codecs.ts';

/** What peers take: one stream of one codec. */
export interface Source {
  codec: IngestCodec;
}

/** The way in for one encoded stream: RTP to `127.0.0.1:port`, RTCP sender reports to the same port. */
export interface Ingest extends Source {
  /** UDP, loopback. Whoever sends first is the only source that is listened to: one that replaces it sends from the same address. */
  port: number;
  ssrc: number;
  payloadType: number;
  /** The id under which the payloader must write the playout-delay header extension; null for sound. */
  playoutDelayExtensionId: number | null;
  /** A peer needs a keyframe: it has just come, or has lost what can't be repaired. At most one call in {@link keyframeIntervalMs}. */
  onKeyframeRequest: (listener: () => void) => void;
  /**
   * Makes ready for another payloader in the place of one that has ended: its sequence numbers, which begin anywhere, then go on for
   * the peers where those of the old one stopped. To be awaited before the new one starts.
   */
  renew(): Promise<void>;
  close(): void;
}

/** An ingest with what is behind it, for the peers that take from it. */
export interface OpenIngest extends Ingest {
  producer: types.Producer;
}

/**
 * The first request is passed on at once; those that come sooner after it are one, when this is over. Milliseconds. A keyframe has all
 * viewers pay for the loss of one.
 */
const keyframeIntervalMs = 1000;

/** Opens the way in. With comedia, so that no port of the sender has to be known (RFC 4145's word, mediasoup's sense). */
export async function openIngest(router: types.Router, codec: IngestCodec): Promise<OpenIngest> {
  const ssrc = randomInt(1, 2 ** 31);
  const format = ingestFormat(codec, ssrc);
  const transport = await router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1', recvBufferSize: 1024 * 1024 },
    rtcpMux: true,
    comedia: true,
  });
  try {
    const producer = await transport.produce({
      kind: format.kind,
      rtpParameters: format.rtpParameters,
      ...(format.kind === 'video' ? { keyFrameRequestDelay: keyframeIntervalMs } : {}),
    });
    const listeners: (() => void)[] = [];
    if (format.kind === 'video') {
      await producer.enableTraceEvent(['pli', 'fir']);
      producer.on('trace', () => {
        for (const listener of listeners) listener();
      });
    }
    return {
      codec,
      port: transport.tuple.localPort,
      ssrc,
      payloadType: format.payloadType,
      playoutDelayExtensionId: format.playoutDelayExtensionId,
      producer,
      onKeyframeRequest: (listener) => {
        listeners.push(listener);
      },
      renew: async () => {
        // Consumers whose producer is resumed take the next packet as the one after their last.
        await producer.pause();
        await producer.resume();
      },
      close: () => transport.close(),
    };
  } catch (error) {
    transport.close();
    throw error;
  }
}
