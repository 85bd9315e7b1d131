import type { types } from 'mediasoup';
import { bridgeCodecs, type NumberedCodec } from './codecs.ts';
import type { Source } from './ingest.ts';
import { type Outlet, openOutlet } from './outlet.ts';

/** Packets of a keyframe come all at once. Bytes. */
const pipeBufferBytes = 1024 * 1024;

/** An {@link Outlet} for as long as it is held. */
export interface Bridge {
  outlet: Outlet;
  /** Gives it back, once. */
  release(): void;
}

interface OpenBridge {
  users: number;
  outlet: Promise<Outlet>;
}

/**
 * The ways from a room's router to clients that offered. Those name the payload types themselves, and mediasoup sends the payload
 * types of the router: so each set of them has a router of its own, on the same worker, into which the room's streams are piped over
 * loopback. Clients of one kind share one.
 */
export class Bridges {
  readonly #worker: types.Worker;
  readonly #room: Outlet;
  readonly #open = new Map<string, OpenBridge>();

  constructor(worker: types.Worker, room: Outlet) {
    this.#worker = worker;
    this.#room = room;
  }

  /** Takes a bridge for these streams; for none, the room's own router does. */
  async take(streams: readonly NumberedCodec[]): Promise<Bridge> {
    const formats = streams.map(({ codec, payloadType }) => ({ codec, payloadType }));
    if (formats.length === 0) return { outlet: this.#room, release: () => undefined };
    const key = JSON.stringify(formats);
    let bridge = this.#open.get(key);
    if (bridge === undefined) {
      bridge = { users: 0, outlet: this.#build(formats) };
      this.#open.set(key, bridge);
    }
    bridge.users += 1;
    const release = this.#releaser(key, bridge);
    try {
      return { outlet: await bridge.outlet, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  close(): void {
    for (const bridge of this.#open.values()) void shut(bridge);
    this.#open.clear();
  }

  #releaser(key: string, bridge: OpenBridge): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      bridge.users -= 1;
      if (bridge.users > 0) return;
      if (this.#open.get(key) === bridge) this.#open.delete(key);
      void shut(bridge);
    };
  }

  async #build(formats: readonly NumberedCodec[]): Promise<Outlet> {
    const router = await this.#worker.createRouter({ mediaCodecs: bridgeCodecs(formats) });
    const pipes = new Map<Source, Promise<types.Producer>>();
    return await openOutlet(router, (source) => {
      const piped = pipes.get(source) ?? this.#pipe(source, router);
      pipes.set(source, piped);
      piped.then(
        (producer) => producer.observer.once('close', () => pipes.delete(source)),
        () => pipes.delete(source),
      );
      return piped;
    });
  }

  async #pipe(source: Source, router: types.Router): Promise<types.Producer> {
    const { id } = await this.#room.producerOf(source);
    const { pipeProducer } = await this.#room.router.pipeToRouter({
      producerId: id,
      router,
      // On one worker an id can't be of two producers.
      keepId: false,
      enableSctp: false,
      listenInfo: { protocol: 'udp', ip: '127.0.0.1', recvBufferSize: pipeBufferBytes, sendBufferSize: pipeBufferBytes },
    });
    if (pipeProducer === undefined) throw new Error('a pipe without a producer');
    return pipeProducer;
  }
}

async function shut({ outlet }: OpenBridge): Promise<void> {
  await outlet.then(({ router }) => router.close()).catch(() => undefined);
}
