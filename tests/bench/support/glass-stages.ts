import { setTimeout as delay } from 'node:timers/promises';
import { launchChromium } from '#tests/support/chromium.ts';
import { openBenchStack } from './bench-stack.ts';
import { table } from './figures.ts';
import { OurStreamPage } from './our-stream.ts';
import { StageTrace } from './stage-trace.ts';
import { accountFor, type StageSources, type StagesResult } from './stages.ts';

/** The first seconds are not counted: the browser still looks for its pace. */
const settleMs = 2000;

/** Where the time of a frame goes on our way from glass to glass: `runs` sessions of `seconds` each. */
export async function measureStages({ runs, seconds }: { runs: number; seconds: number }): Promise<StagesResult> {
  await using trace = new StageTrace();
  await trace.start();
  await using bench = await openBenchStack();
  await using chromium = await launchChromium();
  const { stack, token } = bench;
  const presented: StageSources['presented'][number][] = [];
  const jitterBufferMs: number[] = [];
  for (let run = 1; run <= runs; run++) {
    process.stdout.write(`run ${run} of ${runs}\n`);
    const stream = await OurStreamPage.open(chromium.browser, { url: stack.url, token, app: 'timecode' });
    await stream.playing();
    await delay(settleMs);
    await stream.takeFrames();
    await delay(seconds * 1000);
    presented.push(...(await stream.takeFrames()));
    jitterBufferMs.push((await stream.jitterBufferMs()) ?? Number.NaN);
    await stream.close();
  }
  const mean = jitterBufferMs.reduce((sum, value) => sum + value, 0) / runs;
  const result = accountFor({ presented, ...(await trace.read()), jitterBufferMs: mean });
  process.stdout.write(`\n${report(result)}\n`);
  return result;
}

const report = ({ stages, glass, unknownMs, n }: StagesResult): string =>
  table([
    [`stages of ${n} frames, ms`, 'p50', 'p95', 'mean'],
    ...stages.map(({ name, p50Ms, p95Ms, meanMs }) => [name, p50Ms, p95Ms, meanMs]),
    ['unknown', '', '', unknownMs],
    ['glass to glass', glass.p50Ms, glass.p95Ms, glass.meanMs],
  ]);
