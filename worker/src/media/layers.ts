import type { types } from 'mediasoup';
import { loopbackCapabilities, mostBitsPerSecond } from './codecs.ts';
import { type Ingest, type OpenIngest, openIngest, type Source } from './ingest.ts';

/** Which of the two streams of a codec: that which all get who can, or the one for links that do not carry it. */
export type Layer = 'main' | 'low';

/** mediasoup counts the streams of a producer from the least one. */
const spatialLayers = { low: 0, main: 1 } as const satisfies Record<Layer, number>;

/** A stream for one peer that is the main stream or the low one, as is chosen for it: to the peer it is one and the same stream. */
export interface Lane extends Source {
  /** Has it carry that stream from its next keyframe on; the main one in any case while nothing comes of the low one. */
  choose(layer: Layer): Promise<void>;
  /** What it carries just now. */
  readonly carried: Layer;
  /** What the main stream took in the last seconds. kbit/s. */
  mainKbps(): Promise<number>;
  /** Ends it, and with it what is sent to the peer. Idempotent. */
  close(): void;
}

export interface OpenLane extends Lane {
  producer: types.Producer;
}

/** Packets of a keyframe come all at once. Bytes. */
const bufferBytes = 1024 * 1024;

/**
 * The main stream of a codec and its low one, for peers that are to get the one or the other without a new negotiation.
 *
 * mediasoup changes between the streams of one producer (simulcast). What it sends to a browser from such a producer it chooses by itself,
 * and sends nothing at all where its estimate is below the least stream that runs. So the change is made one hop before the peer, on
 * loopback, where nothing is estimated: both streams go from the router back into it as one producer, and from that one once more as a
 * simple producer for each peer. Whoever takes the main stream alone has no part in all this.
 */
export class Layers {
  readonly #loop: Loop;
  readonly #low: OpenIngest;
  readonly #both: types.Producer;
  #onKeyframeRequest: (() => void)[] = [];

  private constructor(loop: Loop, low: OpenIngest, both: types.Producer) {
    this.#loop = loop;
    this.#low = low;
    this.#both = both;
    low.onKeyframeRequest(() => {
      for (const listener of this.#onKeyframeRequest) listener();
    });
  }

  static async open(router: types.Router, main: OpenIngest): Promise<Layers> {
    const loop = await Loop.open(router);
    try {
      const low = await openIngest(router, main.codec);
      loop.onceClosed(() => low.close());
      // In the order of their layers.
      const sent = await Promise.all([low, main].map(({ producer }) => loop.send(producer)));
      const both = await loop.receive(sent);
      await Promise.all(sent.map((consumer) => consumer.resume()));
      main.producer.observer.once('close', () => loop.close());
      return new Layers(loop, low, both);
    } catch (error) {
      loop.close();
      throw error;
    }
  }

  /** The way in for the low stream, for as long as it is needed: one that follows goes on where it has stopped. */
  async openLow(): Promise<Ingest> {
    await this.#low.renew();
    const listeners: (() => void)[] = [];
    this.#onKeyframeRequest = listeners;
    return {
      ...this.#low,
      onKeyframeRequest: (listener) => {
        listeners.push(listener);
      },
      close: () => {
        listeners.length = 0;
      },
    };
  }

  async openLane(): Promise<OpenLane> {
    const consumer = await this.#loop.send(this.#both, spatialLayers.main);
    const carried = (): Layer => (consumer.currentLayers?.spatialLayer === spatialLayers.low ? 'low' : 'main');
    try {
      const producer = await this.#loop.receive([consumer]);
      producer.observer.once('close', () => consumer.close());
      await consumer.resume();
      return {
        codec: this.#low.codec,
        producer,
        mainKbps: async () => {
          const ssrc = this.#both.rtpParameters.encodings?.[spatialLayers.main]?.ssrc;
          const streams = await this.#both.getStats();
          return (streams.find((stream) => stream.ssrc === ssrc)?.bitrate ?? 0) / 1000;
        },
        async choose(layer) {
          const wanted = { spatialLayer: spatialLayers[layer] };
          // Told the same again, mediasoup does not look anew whether the stream can be changed to by now.
          if (carried() !== layer && consumer.preferredLayers?.spatialLayer === wanted.spatialLayer)
            await consumer.setPreferredLayers({ spatialLayer: spatialLayers[carried()] });
          await consumer.setPreferredLayers(wanted);
          // One that came before the stream's clock was known is lost, and mediasoup does not ask for another by itself.
          if (carried() !== layer) await consumer.requestKeyFrame();
        },
        get carried() {
          return carried();
        },
        close: () => producer.close(),
      };
    } catch (error) {
      consumer.close();
      throw error;
    }
  }

  onceClosed(listener: () => void): void {
    this.#loop.onceClosed(listener);
  }
}

/** Two transports of a router that are connected to each other: what is sent on one comes in on the other. */
class Loop {
  readonly #capabilities: types.RtpCapabilities;
  readonly #out: types.PlainTransport;
  readonly #back: types.PlainTransport;

  private constructor(capabilities: types.RtpCapabilities, out: types.PlainTransport, back: types.PlainTransport) {
    this.#capabilities = capabilities;
    this.#out = out;
    this.#back = back;
  }

  static async open(router: types.Router): Promise<Loop> {
    const out = await openEnd(router);
    try {
      const back = await openEnd(router);
      const loop = new Loop(loopbackCapabilities(router.rtpCapabilities), out, back);
      out.observer.once('close', () => back.close());
      await Promise.all([connectTo(out, back), connectTo(back, out)]);
      return loop;
    } catch (error) {
      out.close();
      throw error;
    }
  }

  /** Sends a producer's stream, once it is resumed. */
  send({ id: producerId }: types.Producer, spatialLayer?: number): Promise<types.Consumer> {
    const preferred = spatialLayer === undefined ? {} : { preferredLayers: { spatialLayer } };
    return this.#out.consume({ producerId, rtpCapabilities: this.#capabilities, paused: true, ...preferred });
  }

  /** Takes what is sent, all of one format, as one producer. */
  async receive(sent: readonly types.Consumer[]): Promise<types.Producer> {
    const encodings = sent.flatMap(({ rtpParameters }) => rtpParameters.encodings ?? []);
    const [first] = sent;
    if (first === undefined) throw new Error('nothing is sent');
    const { codecs, headerExtensions = [] } = first.rtpParameters;
    return await this.#back.produce({
      kind: 'video',
      rtpParameters: {
        codecs,
        headerExtensions,
        encodings: encodings.map(({ ssrc }) => ({ ...(ssrc === undefined ? {} : { ssrc }), maxBitrate: mostBitsPerSecond })),
      },
    });
  }

  onceClosed(listener: () => void): void {
    this.#out.observer.once('close', listener);
  }

  close(): void {
    this.#out.close();
  }
}

const openEnd = (router: types.Router): Promise<types.PlainTransport> =>
  router.createPlainTransport({
    listenInfo: { protocol: 'udp', ip: '127.0.0.1', recvBufferSize: bufferBytes, sendBufferSize: bufferBytes },
    rtcpMux: true,
    comedia: false,
  });

const connectTo = (from: types.PlainTransport, to: types.PlainTransport): Promise<void> =>
  from.connect({ ip: '127.0.0.1', port: to.tuple.localPort });
