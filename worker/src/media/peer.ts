import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { type Channels, openChannels } from './channels.ts';
import { ConnectionState, type PeerState } from './connection.ts';
import type { Ingest } from './ingest.ts';
import { type Answer, type OfferedSection, readAnswer } from './sdp/answer.ts';
import { type OfferedStream, writeOffer } from './sdp/offer.ts';

export interface PeerOptions {
  id: string;
  video: Ingest | null;
  audio: Ingest | null;
  /** Named channels besides `control`, in the order in which the client creates them. */
  dataChannels: readonly string[];
  /** The text of a message on the control channel, not yet parsed, of at most `maxControlLength` bytes. */
  onControl: (message: string) => void;
  /**
   * `connected`: media flows. `disconnected`: the client is silent, and may come back (`connected` again). `closed`: it is gone for
   * good, by its own doing or because the media server died; once, and not after `close()`.
   */
  onState: (state: PeerState) => void;
}

/** One client of a session. */
export interface Peer {
  readonly id: string;
  /** The SDP offer, as plain text. The same at each call. */
  offer(): string;
  /**
   * Applies the client's answer. `refused-video`: the client can't take video of this codec, and nothing was applied: close this
   * peer and offer another codec with a new one, whose offer the client may apply to the same connection.
   *
   * @throws AppError `bad_sdp` that says what is wrong with it; a further answer may follow. `wrong_state` after one was accepted.
   */
  applyAnswer(sdp: string): Promise<'accepted' | 'refused-video'>;
  /** Sends `{type, data}` on the control channel; dropped, and logged once, where the channel is not open. */
  sendControl(type: string, data: unknown): void;
  /** Ends the client's connection at once, seen by the client as such. Idempotent. */
  close(): void;
}

export interface PeerMedia extends PeerOptions {
  router: types.Router;
  server: types.WebRtcServer;
  direct: types.DirectTransport;
  silence: types.DataProducer;
  capabilities: types.RtpCapabilities;
  videoProducer: types.Producer | null;
  audioProducer: types.Producer | null;
  log: Logger;
  /** The transport has closed, for whatever reason. */
  onClosed: () => void;
}

/** The largest message on any data channel, in bytes. */
const maxMessageBytes = 256 * 1024;
/** After so long without a check from the client it counts as disconnected. Seconds. Browsers check every 2 to 6 s (RFC 7675). */
const iceConsentSeconds = 15;

/** Makes the transport of a client and what is sent on it, paused until the client is connected. */
export async function createPeer(media: PeerMedia): Promise<Peer> {
  const transport = await media.router.createWebRtcTransport({
    webRtcServer: media.server,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    enableSctp: true,
    maxSendMessageSize: maxMessageBytes,
    maxReceiveMessageSize: maxMessageBytes,
    iceConsentTimeout: iceConsentSeconds,
  });
  try {
    const sends: Sent[] = [];
    for (const [kind, producer] of [['audio', media.audioProducer] as const, ['video', media.videoProducer] as const]) {
      if (producer !== null) sends.push(await consume(transport, producer, kind, media.capabilities));
    }
    transport.observer.once('close', media.onClosed);
    return new ConnectablePeer(media, transport, sends);
  } catch (error) {
    transport.close();
    throw error;
  }
}

interface Sent extends OfferedStream {
  consumer: types.Consumer;
}

async function consume(
  transport: types.WebRtcTransport,
  producer: types.Producer,
  kind: 'audio' | 'video',
  rtpCapabilities: types.RtpCapabilities,
): Promise<Sent> {
  // A mid names its codec, so that an offer of another codec after a refused one does not reuse a mid that has ended (RFC 8829
  // section 5.2.2).
  const mid = mediaCodec(producer.rtpParameters).name.toLowerCase();
  const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities, paused: true, mid });
  return { kind, mid, rtpParameters: consumer.rtpParameters, consumer };
}

class ConnectablePeer implements Peer {
  readonly #media: PeerMedia;
  readonly #transport: types.WebRtcTransport;
  readonly #sends: readonly Sent[];
  readonly #offer: string;
  #answered = false;
  #channels: Channels | null = null;

  constructor(media: PeerMedia, transport: types.WebRtcTransport, sends: readonly Sent[]) {
    this.#media = media;
    this.#transport = transport;
    this.#sends = sends;
    this.#offer = writeOffer({
      sessionId: String(randomInt(2 ** 47)),
      ice: transport.iceParameters,
      candidates: transport.iceCandidates,
      fingerprint: sha256(transport.dtlsParameters.fingerprints),
      streams: sends,
      data: { mid: 'data', sctpPort: transport.sctpParameters?.port ?? 5000, maxMessageBytes },
    });
  }

  get id(): string {
    return this.#media.id;
  }

  offer(): string {
    return this.#offer;
  }

  async applyAnswer(sdp: string): Promise<'accepted' | 'refused-video'> {
    if (this.#answered) throw new AppError('wrong_state', { message: 'This offer was answered already.' });
    const answer = readAnswer(sdp, [...this.#sends.map(asOffered), { kind: 'application', mid: 'data' }]);
    if (this.#sends.some(({ kind, mid }) => kind === 'video' && answer.refused.has(mid))) return 'refused-video';
    this.#answered = true;
    try {
      await this.#connect(answer);
    } catch (cause) {
      throw new AppError('media_failed', { cause });
    }
    return 'accepted';
  }

  sendControl(type: string, data: unknown): void {
    this.#channels?.sendControl(JSON.stringify({ type, data }));
  }

  close(): void {
    this.#transport.close();
  }

  async #connect(answer: Answer): Promise<void> {
    const { direct, silence, dataChannels, onControl, onState, log } = this.#media;
    const transport = this.#transport;
    const accepted = this.#sends.filter(({ mid }) => answer.accepted.has(mid));
    const state = new ConnectionState(transport, (next) => {
      log.info('peer-state', { state: next });
      if (next === 'connected') this.#resume(accepted);
      onState(next);
      if (next === 'closed') transport.close();
    });
    this.#channels = await openChannels({
      transport,
      direct,
      silence,
      ids: answer.setup === 'active' ? 'even' : 'odd',
      names: dataChannels,
      onControl,
      log,
    });
    const { algorithm, value } = answer.fingerprint;
    await transport.connect({
      dtlsParameters: { role: answer.setup === 'active' ? 'client' : 'server', fingerprints: [{ algorithm, value }] },
    });
    state.update();
  }

  /** Starts to send. A consumer that is resumed asks for a keyframe by itself. */
  #resume(accepted: readonly Sent[]): void {
    for (const { consumer } of accepted) {
      if (!consumer.paused || consumer.closed) continue;
      consumer.resume().catch((error: unknown) => this.#media.log.warn('consumer-not-resumed', { error }));
    }
  }
}

function asOffered({ kind, mid, rtpParameters }: Sent): OfferedSection {
  const codec = mediaCodec(rtpParameters);
  const others = rtpParameters.codecs
    .map(({ payloadType }) => payloadType)
    .filter((payloadType) => payloadType !== codec.payloadType);
  return { kind, mid, codec, otherPayloadTypes: others };
}

/** The codec itself, which mediasoup puts before its RTX. */
function mediaCodec({ codecs: [codec] }: types.RtpParameters): { payloadType: number; name: string } {
  if (codec === undefined) throw new Error('a stream without a codec');
  return { payloadType: codec.payloadType, name: codec.mimeType.slice(codec.mimeType.indexOf('/') + 1) };
}

function sha256(fingerprints: readonly types.DtlsFingerprint[]): types.DtlsFingerprint {
  const found = fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  if (found === undefined) throw new Error('the media server has no SHA-256 fingerprint');
  return found;
}
