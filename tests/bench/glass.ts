import { setTimeout as delay } from 'node:timers/promises';
import { launchChromium } from '#tests/support/chromium.ts';
import { type PresentedFrame, timecodeAgeMs } from '#tests/support/timecode.ts';
import { BaselineStreamPage } from './support/baseline-stream.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { percentile, rounded, type Summary, summarize, table } from './support/figures.ts';
import { measureStages } from './support/glass-stages.ts';
import { OurStreamPage } from './support/our-stream.ts';
import type { StagesResult } from './support/stages.ts';

/** One side of the comparison: the ages of all frames of all its runs, in milliseconds. */
interface Side {
  ages: number[];
  /** The median of each run: application, capture and browser lock to a phase that is another one in each. */
  runs: number[];
  jitterBufferMs: number[];
  unreadable: number;
}

type SideResult = Summary & { runsP50Ms: number[]; jitterBufferMs: number[]; unreadable: number };

export interface GlassResult {
  ours: SideResult;
  baseline: SideResult;
  plain: SideResult;
  /** Of the medians, against the baseline. */
  ratio: number;
  ratioP95: number;
  /** Of the medians, against the plain one. */
  ratioPlain: number;
}

interface Stream {
  playing(): Promise<void>;
  takeFrames(): Promise<PresentedFrame[]>;
  jitterBufferMs(): Promise<number | undefined>;
  close(): Promise<void>;
}

export const about = 'How old a frame is when it is shown, against webrtcbin, or (--stages) where that time goes.';
export const defaults = { runs: 5, seconds: 8, stages: false };

/**
 * From glass to glass: how old the time code is that a frame carries when Chromium presents it, at 1280 by 720 and 60 fps in
 * H.264, against GStreamer's webrtcbin with the same encoder into the same browser, with the playout-delay extension and plain.
 * `--runs N` of each, in turn; `--seconds N` each. `--stages` accounts for our side alone, stage by stage.
 */
export default async function glass({ runs, seconds, stages }: typeof defaults): Promise<GlassResult | StagesResult> {
  if (stages) return await measureStages({ runs, seconds });
  await using bench = await openBenchStack();
  await using chromium = await launchChromium();
  const { stack, token } = bench;
  const ours = newSide();
  const baseline = newSide();
  const plain = newSide();
  for (let run = 1; run <= runs; run++) {
    process.stdout.write(`run ${run} of ${runs}\n`);
    const stream = await OurStreamPage.open(chromium.browser, { url: stack.url, token, app: 'timecode' });
    await measure(stream, seconds, ours);
    await measure(await BaselineStreamPage.open(chromium.browser, 'with'), seconds, baseline);
    await measure(await BaselineStreamPage.open(chromium.browser, 'plain'), seconds, plain);
  }
  const result = {
    ours: describe(ours),
    baseline: describe(baseline),
    plain: describe(plain),
    ratio: ratioOf(ours, baseline, 0.5),
    ratioP95: ratioOf(ours, baseline, 0.95),
    ratioPlain: ratioOf(ours, plain, 0.5),
  };
  process.stdout.write(`\n${report(result)}\n`);
  return result;
}

const ratioOf = (side: Side, other: Side, part: number): number =>
  rounded(percentile(side.ages, part) / percentile(other.ages, part));

const newSide = (): Side => ({ ages: [], runs: [], jitterBufferMs: [], unreadable: 0 });

/** The first seconds are not counted: the browser still looks for its pace. */
const settleMs = 2000;

async function measure(stream: Stream, seconds: number, side: Side): Promise<void> {
  try {
    await stream.playing();
    await delay(settleMs);
    await stream.takeFrames();
    await delay(seconds * 1000);
    const frames = await stream.takeFrames();
    const ages = frames.flatMap(({ code, atMs }) => (code === null ? [] : [timecodeAgeMs(code, atMs)]));
    side.ages.push(...ages);
    side.runs.push(rounded(percentile(ages, 0.5)));
    side.jitterBufferMs.push(rounded((await stream.jitterBufferMs()) ?? Number.NaN));
    side.unreadable += frames.length - ages.length;
  } finally {
    await stream.close();
  }
}

const describe = ({ ages, runs, jitterBufferMs, unreadable }: Side): SideResult => ({
  ...summarize(ages),
  runsP50Ms: runs,
  jitterBufferMs,
  unreadable,
});

const report = ({ ours, baseline, plain, ratio, ratioP95, ratioPlain }: GlassResult): string =>
  table([
    ['glass to glass, ms', 'p50', 'p95', 'frames', 'unreadable', 'p50 of each run', 'jitter buffer'],
    row('Farpane', ours),
    row('webrtcbin', baseline),
    row('webrtcbin, plain', plain),
    ['ratio', ratio, ratioP95, '', '', '', ''],
    ['ratio to plain', ratioPlain, '', '', '', '', ''],
  ]);

const row = (name: string, { p50Ms, p95Ms, n, unreadable, runsP50Ms, jitterBufferMs }: SideResult): (string | number)[] => [
  ...[name, p50Ms, p95Ms, n, unreadable],
  ...[runsP50Ms.join(' '), jitterBufferMs.join(' ')],
];
