import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { layeredCodecs } from '#worker/media/codecs.ts';
import type { LinkReport } from '#worker/media/peers/link.ts';
import type { Lane, Layer } from '#worker/media/room.ts';
import type { VideoCodec } from '#worker/session/streams/codecs.ts';
import type { Streams } from '#worker/session/streams/streams.ts';
import { type Fitness, judge, unknownFitness } from './layer.ts';
import { Rounds } from './rounds.ts';

export interface GuestLayersOptions {
  codecs: readonly VideoCodec[];
  /** The guests that get a codec, with their lanes. */
  lanes: (codec: VideoCodec) => ReadonlyMap<PeerId, Lane>;
  /** Whose link a codec's main stream follows: it gets that in any case. */
  leader: (codec: VideoCodec) => PeerId | undefined;
  /** How the way to a client is; null where it is gone. */
  link: (peer: PeerId) => Promise<LinkReport | null>;
  /** Sends a client no video while it is on. */
  halt: (peer: PeerId, on: boolean) => Promise<void>;
  /** The low streams, each coded while somebody gets it. */
  low: Pick<Streams, 'acquire' | 'release'>;
  log: Logger;
}

/** How often links are looked at. Milliseconds. */
const intervalMs = 500;
/** How long a guest that has been moved is sent nothing at most: what waits in its link's queue passes meanwhile. */
const haltedMs = 3000;

/** What has become of the guests of a session. */
export interface LayerFigures {
  /** Those that get the low stream now. */
  guestsOnLow: number;
  /** Low streams that are coded now. */
  lowStreams: number;
  /** How often guests were moved to a stream. These only grow. */
  moves: Readonly<Record<Layer, number>>;
}

interface Guest {
  lane: Lane;
  fitness: Fitness;
  availableKbps: number | null;
  /** Since when it gets nothing, on its way to the low stream. */
  haltedAtMs: number | null;
}

/** Moves guests whose links do not carry the main stream to a low one, which is coded for as long as somebody gets it. */
export class GuestLayers {
  readonly #options: GuestLayersOptions;
  readonly #guests = new Map<PeerId, Guest>();
  readonly #held = new Set<VideoCodec>();
  readonly #moves: Record<Layer, number> = { main: 0, low: 0 };
  readonly #rounds = new Rounds(intervalMs, () => this.#look());

  constructor(options: GuestLayersOptions) {
    this.#options = options;
  }

  /** A client has come. Without guests it stops by itself. */
  start(): void {
    this.#rounds.start();
  }

  close(): void {
    this.#rounds.stop();
    this.#guests.clear();
    for (const codec of this.#held) this.#drop(codec);
  }

  get figures(): LayerFigures {
    const onLow = [...this.#guests.values()].filter(({ lane }) => lane.carried === 'low');
    return { guestsOnLow: onLow.length, lowStreams: this.#held.size, moves: { ...this.#moves } };
  }

  /** Whose link a codec's low stream follows: the worst of those that get it. */
  worst(codec: VideoCodec): PeerId | undefined {
    const low = [...this.#guests].filter(([, { lane, fitness }]) => lane.codec === codec && fitness.layer === 'low');
    const kbps = ({ availableKbps }: Guest): number => availableKbps ?? Number.POSITIVE_INFINITY;
    return low.toSorted(([, one], [, other]) => kbps(one) - kbps(other))[0]?.[0];
  }

  async #look(): Promise<void> {
    const codecs = this.#options.codecs.filter((codec) => layeredCodecs.has(codec));
    const all = codecs.map((codec) => [codec, this.#options.lanes(codec)] as const);
    const lanes = new Set(all.flatMap(([, of]) => [...of.values()]));
    for (const [id, { lane }] of this.#guests) if (!lanes.has(lane)) this.#guests.delete(id);
    for (const [codec, of] of all) await this.#share(codec, of);
    if (lanes.size === 0) this.close();
  }

  async #share(codec: VideoCodec, lanes: ReadonlyMap<PeerId, Lane>): Promise<void> {
    const [first] = lanes.values();
    const mainKbps = (await first?.mainKbps().catch(() => 0)) ?? 0;
    const leader = this.#options.leader(codec);
    await Promise.all([...lanes].map(([id, lane]) => this.#judge(id, lane, mainKbps, id === leader)));
    if (!this.#rounds.on) return;
    const guests = [...lanes.keys()].flatMap((id) => this.#guests.get(id) ?? []);
    // One that is moved up gets the low stream until the first keyframe of the main one.
    const low = guests.filter(({ lane, fitness }) => fitness.layer === 'low' || lane.carried === 'low').length;
    if (low > 0 && !this.#held.has(codec)) await this.#take(codec, low);
    if (low === 0 && this.#held.has(codec)) this.#drop(codec);
    await Promise.all([...lanes].map(([id]) => this.#move(id)));
  }

  async #judge(id: PeerId, lane: Lane, mainKbps: number, leads: boolean): Promise<void> {
    const report = await this.#options.link(id).catch(() => null);
    if (report === null) return;
    const atMs = performance.now();
    const known = this.#guests.get(id);
    const before = known?.lane === lane ? known : { lane, fitness: unknownFitness(atMs), haltedAtMs: null };
    const fitness = leads ? unknownFitness(atMs) : judge(before.fitness, { atMs, ...report }, mainKbps);
    const falls = fitness.layer === 'low' && before.fitness.layer === 'main';
    this.#guests.set(id, {
      ...before,
      fitness,
      availableKbps: report.availableKbps,
      haltedAtMs: falls ? atMs : before.haltedAtMs,
    });
    if (fitness.layer !== before.fitness.layer) {
      this.#moves[fitness.layer] += 1;
      const { availableKbps, loss, roundTripMs } = report;
      this.#options.log.info('layers.moved', { peer: id, to: fitness.layer, mainKbps, availableKbps, loss, roundTripMs });
    }
    if (falls) await this.#halt(id, true);
  }

  /** Has a guest's lane carry what is decided, and ends its halt when it does, or when that takes too long. */
  async #move(id: PeerId): Promise<void> {
    const guest = this.#guests.get(id);
    if (guest === undefined) return;
    const { lane, fitness, haltedAtMs } = guest;
    const arrived = lane.carried === fitness.layer;
    // The media server looks at a stream that has just begun only when it is told to.
    if (!arrived) await lane.choose(fitness.layer).catch(() => undefined);
    if (haltedAtMs === null || (!arrived && performance.now() - haltedAtMs < haltedMs)) return;
    guest.haltedAtMs = null;
    await this.#halt(id, false);
  }

  async #take(codec: VideoCodec, guests: number): Promise<void> {
    this.#held.add(codec);
    this.#options.log.info('layers.low-on', { codec, guests });
    await this.#options.low
      .acquire(codec)
      .catch((error: unknown) => this.#options.log.warn('layers.low-failed', { codec, error }));
  }

  #drop(codec: VideoCodec): void {
    this.#held.delete(codec);
    this.#options.log.info('layers.low-off', { codec });
    this.#options.low.release(codec);
  }

  async #halt(peer: PeerId, on: boolean): Promise<void> {
    await this.#options.halt(peer, on).catch((error: unknown) => this.#options.log.warn('layers.not-halted', { peer, error }));
  }
}
