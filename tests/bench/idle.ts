import { setTimeout as delay } from 'node:timers/promises';
import { Gateway } from '#web/farpane-client.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { type ProcessTime, processTimes } from './support/cpu-time.ts';
import { rounded, table } from './support/figures.ts';

export interface IdleResult {
  /** CPU time a minute of all processes of the session but the application's own. */
  cpuMsPerMinute: number;
  byProcess: { name: string; cpuMsPerMinute: number; application: boolean }[];
}

/** What a session starts besides its application. `cat` holds its IPC namespace. */
const parts = new Set(['Xvfb', 'pulseaudio', 'node', 'bwrap', 'setpriv', 'cat']);

const minuteMs = 60_000;
/** What is started is over by then. */
const settleMs = 5000;

export const about = 'What a session costs whose picture stands still.';
export const defaults = { seconds: 60 };

/** A session that nobody watches, with a display, a sound server and a terminal in it: what it costs. `--seconds N`. */
export default async function idle({ seconds }: typeof defaults): Promise<IdleResult> {
  await using bench = await openBenchStack();
  const { stack, token } = bench;
  const host = stack.pid('host-1');
  const known = new Set(processTimes(host).map(({ pid }) => pid));
  const gateway = new Gateway({ url: stack.url, token });
  const session = await gateway.create({ app: 'terminal', joinable: true, idle_time_min: 10 });
  await active(gateway, session.id);
  await delay(settleMs);
  const before = processTimes(host).filter(({ pid }) => !known.has(pid));
  const startedAt = performance.now();
  await delay(seconds * 1000);
  const minutes = (performance.now() - startedAt) / minuteMs;
  const after = processTimes(host).filter(({ pid }) => !known.has(pid));
  await gateway.end(session.id);
  const byProcess = after.map((now) => spent(now, before, minutes));
  const own = byProcess.filter(({ application }) => !application);
  const result = { cpuMsPerMinute: rounded(own.reduce((sum, { cpuMsPerMinute }) => sum + cpuMsPerMinute, 0)), byProcess };
  process.stdout.write(
    `${table([
      ['idle session', 'CPU ms a minute'],
      ...byProcess.map(({ name, cpuMsPerMinute, application }) => [application ? `(${name})` : name, cpuMsPerMinute]),
      ['all but (the application)', result.cpuMsPerMinute],
    ])}\n`,
  );
  return result;
}

function spent(now: ProcessTime, before: readonly ProcessTime[], minutes: number): IdleResult['byProcess'][number] {
  const start = before.find(({ pid }) => pid === now.pid)?.cpuNs ?? 0;
  return {
    name: now.name,
    cpuMsPerMinute: rounded((now.cpuNs - start) / 1e6 / minutes),
    application: !parts.has(now.name),
  };
}

async function active(gateway: Gateway, id: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const { status, status_message: message } = await gateway.describe(id);
    if (status === 'active') return;
    if (status !== 'created') throw new Error(`The session is ${status}: ${message}`);
    if (performance.now() > deadline) throw new Error('The session did not get active within 30 s.');
    await delay(100);
  }
}
