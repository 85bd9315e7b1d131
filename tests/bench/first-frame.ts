import { launchChromium } from '#tests/support/chromium.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { rounded, type Summary, summarize, table } from './support/figures.ts';
import { type BenchOptions, benchSettings } from './support/options.ts';
import { OurStreamPage } from './support/our-stream.ts';

export interface FirstFrameResult {
  /** To the first frame that was decoded and presented, whatever it shows. */
  cold: Summary & { runsMs: number[] };
  /** To the first frame that shows the application. */
  picture: Summary;
}

/**
 * From the request for a session to its first frame in Chromium; every run is a new session of its own, whose display,
 * application and pipelines are started for it. `--runs N`.
 */
export default async function firstFrame(options: BenchOptions): Promise<FirstFrameResult> {
  const { runs } = benchSettings(options, { runs: 10 });
  await using bench = await openBenchStack();
  await using chromium = await launchChromium();
  const { stack, token } = bench;
  const decoded: number[] = [];
  const picture: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const stream = await OurStreamPage.open(chromium.browser, { url: stack.url, token, app: 'timecode' });
    try {
      await stream.playing();
      const askedAtMs = await stream.askedAtMs();
      const frames = await stream.takeFrames();
      const first = frames[0]?.atMs ?? Number.NaN;
      const readable = frames.find(({ code }) => code !== null)?.atMs ?? Number.NaN;
      decoded.push(first - askedAtMs);
      picture.push(readable - askedAtMs);
      process.stdout.write(`run ${run} of ${runs}: ${Math.round(first - askedAtMs)} ms\n`);
    } finally {
      await stream.close();
    }
  }
  const result = { cold: { ...summarize(decoded), runsMs: decoded.map(rounded) }, picture: summarize(picture) };
  process.stdout.write(
    `\n${table([
      ['from POST, ms', 'p50', 'p95', 'sessions'],
      ['first frame', result.cold.p50Ms, result.cold.p95Ms, result.cold.n],
      ['application seen', result.picture.p50Ms, result.picture.p95Ms, result.picture.n],
    ])}\n`,
  );
  return result;
}
