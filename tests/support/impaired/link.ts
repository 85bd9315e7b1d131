import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { decode } from '#shared/decode.ts';
import type { Candidate } from '#shared/signal.ts';
import { type Conditions, clear } from './impairment.ts';
import { FromLink, type LinkOptions, type LinkSample, type ToLink } from './messages.ts';

export type { Conditions } from './impairment.ts';
export type { LinkSample } from './messages.ts';

export interface Directions {
  /** Towards the client that sends to the link. */
  down?: Partial<Conditions>;
  /** From it. */
  up?: Partial<Conditions>;
}

/** A UDP port that stands for another and treats what passes as a bad network does. */
export interface ImpairedLink extends AsyncDisposable {
  port: number;
  /** Changes what is named, at once; packets that are on their way already arrive as they would have. */
  set(change: Directions): Promise<void>;
  /** How the link stood since the last look, every 50 ms, and stands now. */
  look(): Promise<[...LinkSample[], LinkSample]>;
}

/**
 * Starts a link on loopback, in a thread of its own so that a busy test does not distort it.
 *
 * @param options where it leads; `seed`: the same one loses the same packets.
 */
export async function startImpairedLink(
  options: Directions & { target: { ip: string; port: number }; seed?: number },
): Promise<ImpairedLink> {
  let down = { ...clear, ...options.down };
  let up = { ...clear, ...options.up };
  const workerData: LinkOptions = { target: options.target, seed: options.seed ?? 1, down, up };
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData });
  const exited = once(worker, 'exit');
  const { promise: ready, resolve, reject } = Promise.withResolvers<number>();
  const waiting = new Map<number, (samples: LinkSample[]) => void>();
  worker.on('message', (raw) => {
    const message = decode(FromLink, raw, 'message of a link', 'internal');
    if (message.type === 'ready') resolve(message.port);
    else waiting.get(message.id)?.(message.samples);
  });
  worker.once('error', reject);
  let last = 0;
  const ask = async (message: (id: number) => ToLink): Promise<LinkSample[]> => {
    last += 1;
    const id = last;
    const reply = new Promise<LinkSample[]>((done) => waiting.set(id, done));
    worker.postMessage(message(id));
    const samples = await reply;
    waiting.delete(id);
    return samples;
  };
  return {
    port: await ready,
    async set(change) {
      down = { ...down, ...change.down };
      up = { ...up, ...change.up };
      await ask((id) => ({ type: 'set', id, down, up }));
    },
    async look() {
      const samples = await ask((id) => ({ type: 'look', id }));
      const now = samples.pop();
      if (now === undefined) throw new Error('a link without a state');
      return [...samples, now];
    },
    async [Symbol.asyncDispose]() {
      await ask((id) => ({ type: 'close', id }));
      await exited;
    },
  };
}

/** The candidates as a client must be told them to take the way over a link: its port, over UDP alone. */
export function throughLink(candidates: readonly Candidate[], port: number): Candidate[] {
  return candidates.flatMap((candidate) => {
    const words = candidate.candidate.split(' ');
    if (words[2]?.toLowerCase() !== 'udp') return [];
    words[5] = String(port);
    return [{ ...candidate, candidate: words.join(' ') }];
  });
}
