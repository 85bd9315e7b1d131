import type { types } from 'mediasoup';

/** What of its own a client may send. */
export type UpLinkName = 'microphone' | 'camera';

/** How a receiver on this host gets a client's stream: RTP, to a port of loopback. */
export interface Delivery {
  payloadType: number;
  close(): void;
}

/** What a client sends: its microphone, or its camera. */
export interface UpLink {
  /** Lets it through to `127.0.0.1:port`, where a receiver listens already. Nothing is sent to it after the delivery's `close`. */
  deliver(port: number): Promise<Delivery>;
}

const discardPort = 9;

/**
 * An up-link of what a client's transport produces. RTCP goes where nobody listens (RFC 863): the receiver has no use for it, and
 * would take it for RTP on its own.
 */
export function upLinkOf(router: types.Router, producer: types.Producer): UpLink {
  return {
    deliver: async (port) => {
      const transport = await router.createPlainTransport({
        listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
        rtcpMux: false,
        comedia: false,
      });
      try {
        await transport.connect({ ip: '127.0.0.1', port, rtcpPort: discardPort });
        const consumer = await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities });
        const [codec] = consumer.rtpParameters.codecs;
        if (codec === undefined) throw new Error('a stream without a codec');
        return { payloadType: codec.payloadType, close: () => transport.close() };
      } catch (error) {
        transport.close();
        throw error;
      }
    },
  };
}
