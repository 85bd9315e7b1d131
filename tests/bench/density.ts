import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Gateway } from '#web/farpane-client.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { rounded, table } from './support/figures.ts';
import { type HostLoad, hostLoad } from './support/host-load.ts';
import { Receivers } from './support/receivers.ts';

interface Step {
  sessions: number;
  /** Frames that were late or not sent at all, of all that were due. */
  latePart: number;
  /** Per cent of a core a session. */
  share: HostLoad;
}

export interface DensityResult {
  /** The most sessions that were all in time, over the cores of the machine; applications and receivers run on them too. */
  sessionsPerCore: number;
  cores: number;
  steps: Step[];
}

const screen = { width: 1280, height: 720, fps: 30 };
/** One frame in a hundred may be late before the machine counts as full: other work on it makes single ones late. */
const tolerated = 0.01;
const settleMs = 3000;

export const about = 'How many sessions a core carries before frames are late.';
export const defaults = { seconds: 10, most: 12 };

/**
 * Sessions at 1280 by 720 and 30 fps in H.264, one more at a time, each watched by a client that receives and does not decode, until
 * frames are late. `--seconds N` at each step, `--most N` sessions.
 */
export default async function density({ seconds, most }: typeof defaults): Promise<DensityResult> {
  await using bench = await openBenchStack({ slots: most });
  const { stack, token } = bench;
  const gateway = new Gateway({ url: stack.url, token });
  await using receivers = new Receivers();
  const steps: Step[] = [];
  const cores = cpus().length;
  for (let sessions = 1; sessions <= most; sessions++) {
    const { url } = await gateway.create({ app: 'timecode-30', idle_time_min: 10, joinable: true, screen });
    await receivers.add(url, screen.fps);
    await delay(settleMs);
    await receivers.frames();
    const load = await hostLoad(stack.pid('host-1'), seconds);
    const counts = await receivers.frames();
    const due = sum(counts.map(({ frames, missing }) => frames + missing));
    const bad = sum(counts.map(({ late, missing }) => late + missing));
    const step = { sessions, latePart: rounded4(bad / due), share: shareOf(load, sessions) };
    steps.push(step);
    process.stdout.write(`${sessions} sessions: ${JSON.stringify(step)}\n`);
    if (step.latePart > tolerated) break;
  }
  const inTime = steps.filter(({ latePart }) => latePart <= tolerated).length;
  const result = { sessionsPerCore: rounded(inTime / cores), cores, steps };
  process.stdout.write(
    `\n${table([
      ['sessions', 'late, %', 'capture', 'display', 'media server', 'host', 'application', 'other'],
      ...steps.map(({ sessions, latePart, share }) => [
        sessions,
        rounded(latePart * 100),
        ...[share.capture, share.display, share.mediaServer, share.daemon, share.application, share.other],
      ]),
    ])}\n(% of a core a session) sessions a core: ${result.sessionsPerCore}\n`,
  );
  return result;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const rounded4 = (value: number): number => Math.round(value * 10_000) / 10_000;

const shareOf = (load: HostLoad, sessions: number): HostLoad => ({
  daemon: rounded(load.daemon / sessions),
  mediaServer: rounded(load.mediaServer / sessions),
  capture: rounded(load.capture / sessions),
  display: rounded(load.display / sessions),
  application: rounded(load.application / sessions),
  other: rounded(load.other / sessions),
});
