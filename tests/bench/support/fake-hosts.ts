import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';

const Counts = z.array(z.tuple([z.string(), z.int()]));
const Report = z.object({ launched: Counts, ended: Counts });

export interface FakeHosts extends AsyncDisposable {
  readonly app: string;
  readonly region: string;
  /** How often each session was launched, on all hosts together, less what was ended again. */
  launches(): Promise<Map<string, number>>;
}

export const fakeHostName = (n: number): string => `bench-host-${n}`;

/** Starts hosts without anything behind them, each in a process of its own. */
export async function startFakeHosts(natsUrl: string, count: number): Promise<FakeHosts> {
  await using owned = new AsyncDisposableStack();
  const [app, region] = ['bench', 'here'];
  const hosts = Array.from({ length: count }, (_, n) => {
    const child = fork(resolve(import.meta.dirname, 'host-process.ts'), [natsUrl, fakeHostName(n), region, app]);
    owned.defer(() => end(child));
    return child;
  });
  for (const host of hosts) await Promise.race([once(host, 'message'), once(host, 'exit').then(() => failed())]);
  const kept = owned.move();
  return {
    app,
    region,
    launches: async () => {
      const sums = new Map<string, number>();
      for (const host of hosts) {
        const reply = once(host, 'message');
        host.send('report');
        const { launched, ended } = decode(Report, (await reply)[0], 'report');
        for (const [session, times] of launched) sums.set(session, (sums.get(session) ?? 0) + times);
        for (const [session, times] of ended) sums.set(session, (sums.get(session) ?? 0) - times);
      }
      return sums;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function failed(): never {
  throw new Error('A host of the bench ended before it was ready.');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
