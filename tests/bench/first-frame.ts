import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { launchChromium } from '#tests/support/chromium.ts';
import { openBenchStack, type Waiting } from './support/bench-stack.ts';
import { percentile, rounded, type Summary, summarize, table } from './support/figures.ts';
import { OurStreamPage } from './support/our-stream.ts';

/** What comes one after the other, in milliseconds after the session was asked for: medians. */
const steps = {
  created: 'signalling',
  offered: 'have-remote-offer',
  answered: 'connecting',
  connected: 'connected',
} as const;

export interface Figures extends Summary {
  runsMs: number[];
  /** To the first frame that shows the application. */
  pictureP50Ms: number;
  /** When the steps before the first frame were done: medians. */
  timelineMs: Record<keyof typeof steps, number>;
}

export interface FirstFrameResult {
  /** To the first frame that was decoded and presented, whatever it shows: all is started for the session. */
  cold: Figures;
  /** The same, where a stage without an application waits. */
  warm: Figures;
  /** The same, where the application waits started. */
  prestarted: Figures;
}

export const about = 'From the request for a session to its first picture: cold, warm and started before.';
export const defaults = { runs: 10 };

/** From the request for a session to its first frame in Chromium; every run is a new session of its own. `--runs N`. */
export default async function firstFrame({ runs }: typeof defaults): Promise<FirstFrameResult> {
  await using chromium = await launchChromium();
  const { browser } = chromium;
  const cold = await measure(browser, 'cold', { stages: 0, started: 0 }, runs);
  const warm = await measure(browser, 'warm', { stages: 1, started: 0 }, runs);
  const prestarted = await measure(browser, 'prestarted', { stages: 0, started: 1 }, runs);
  const result = { cold, warm, prestarted };
  const names = Object.keys(steps) as (keyof typeof steps)[];
  const rows = Object.entries(result).map(([name, figures]) => [
    ...[name, figures.p50Ms, figures.p95Ms, figures.pictureP50Ms],
    ...names.map((step) => figures.timelineMs[step]),
  ]);
  process.stdout.write(`\n${table([['from POST, ms', 'p50', 'p95', 'application', ...names], ...rows])}\n`);
  return result;
}

async function measure(browser: Browser, name: string, waiting: Waiting, runs: number): Promise<Figures> {
  await using bench = await openBenchStack(waiting);
  const { stack, token } = bench;
  const decoded: number[] = [];
  const picture: number[] = [];
  const marks: Readonly<Record<string, number>>[] = [];
  for (let run = 1; run <= runs; run++) {
    await untilReady(stack.url, token, waiting.stages + waiting.started);
    const stream = await OurStreamPage.open(browser, { url: stack.url, token, app: 'timecode' });
    try {
      await stream.playing();
      const askedAtMs = await stream.askedAtMs();
      const frames = await stream.takeFrames();
      const first = frames[0]?.atMs ?? Number.NaN;
      decoded.push(first - askedAtMs);
      picture.push((frames.find(({ code }) => code !== null)?.atMs ?? Number.NaN) - askedAtMs);
      marks.push(await stream.marks());
      process.stdout.write(`${name}, run ${run} of ${runs}: ${Math.round(first - askedAtMs)} ms\n`);
    } finally {
      await stream.close();
    }
  }
  const median = (mark: string): number =>
    rounded(
      percentile(
        marks.map((each) => each[mark] ?? Number.NaN),
        0.5,
      ),
    );
  return {
    ...summarize(decoded),
    runsMs: decoded.map(rounded),
    pictureP50Ms: summarize(picture).p50Ms,
    timelineMs: {
      created: median(steps.created),
      offered: median(steps.offered),
      answered: median(steps.answered),
      connected: median(steps.connected),
    },
  };
}

const Status = z.object({ metadata: z.object({ warm: z.int(), used: z.int() }) });

/** Waits until no session is left and so many stages wait, and then until the machine is at rest. */
async function untilReady(url: string, token: string, waiting: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/1.0/status`, { headers: { authorization: `Bearer ${token}` } });
    const { warm, used } = decodeJson(Status, await response.text(), 'status').metadata;
    if (used === 0 && warm >= waiting) break;
    await delay(100);
  }
  await delay(500);
}
