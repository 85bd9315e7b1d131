import fc from 'fast-check';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { outcomeOf } from '#shared/outcome.ts';
import { hostSubject, placeSubject } from '#shared/subjects.ts';
import type { Findings } from './findings.ts';
import { callLike } from './frames.ts';
import type { Target } from './target.ts';

const Reply = outcomeOf(z.looseObject({}));

/** Calls the host over NATS with what is no request of it: each is answered, and never with what nobody foresaw. */
export async function fuzzCalls(target: Target, seed: number, findings: Findings): Promise<void> {
  const { host, region, app } = target.where;
  for (const { call, payload } of fc.sample(callLike(target.session === undefined ? [] : [target.session]), {
    seed,
    numRuns: 15,
  })) {
    const subject = call === 'place' ? placeSubject(region, app) : hostSubject(host, call);
    try {
      const message = await target.nats.request(subject, payload, { timeout: 30_000 });
      const reply = decodeJson(Reply, message.string(), 'reply');
      findings.count('nats', reply.ok ? 'done' : reply.error.code);
      if (!reply.ok && reply.error.code === 'internal') throw new Error('it answered "internal"');
    } catch (error) {
      // A full host takes no placements: nobody is there to answer.
      if (call === 'place' && error instanceof Error && 'code' in error && error.code === '503') findings.count('nats', 'full');
      else findings.fail(seed, `NATS ${call} ${new TextDecoder().decode(payload).slice(0, 1000)}`, error);
    }
  }
}
