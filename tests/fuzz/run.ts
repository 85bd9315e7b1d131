import fc from 'fast-check';
import { controlFrames } from './control.ts';
import { Findings } from './findings.ts';
import { frameLike } from './frames.ts';
import { fuzzCalls } from './nats.ts';
import { requestLike } from './requests.ts';
import { fuzzSocket } from './sockets.ts';
import { type FuzzTarget, Target } from './target.ts';

export interface FuzzOptions extends FuzzTarget {
  /** The same seed makes the same requests. */
  readonly seed: number;
  readonly seconds: number;
  /** Called every few seconds. */
  readonly onProgress?: (findings: Findings) => void;
}

const atOnce = 4;
/** So many requests, then frames, calls and control messages. */
const requestsARound = 40;

/**
 * Sends what nobody should to a gateway and to its host, for so long. Each round has a seed of its own, which is told with what it
 * finds: a run with that seed begins with that round.
 *
 * @throws Error where the gateway can't be used at all.
 */
export async function fuzz({ seed, seconds, onProgress, ...where }: FuzzOptions): Promise<Findings> {
  const findings = new Findings();
  await using target = await Target.open(where);
  const untilMs = performance.now() + seconds * 1000;
  let toldMs = performance.now();
  for (let round = seed; performance.now() < untilMs; round += 1) {
    const requests = fc.sample(requestLike(await target.ids()), { seed: round, numRuns: requestsARound });
    const waiting = [...requests];
    const send = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await target.send(next, round, findings);
    };
    await Promise.all(Array.from({ length: atOnce }, send));
    await fuzzSocket(target, fc.sample(frameLike, { seed: round, numRuns: 15 }), round, findings);
    await fuzzCalls(target, round, findings);
    controlFrames(round, findings);
    if (onProgress !== undefined && performance.now() - toldMs > 5000) {
      toldMs = performance.now();
      onProgress(findings);
    }
  }
  await target.stillWorks(findings);
  return findings;
}
