import { setTimeout as delay } from 'node:timers/promises';
import { launchChromium } from '#tests/support/chromium.ts';
import { timecodeAgeMs } from '#tests/support/timecode.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { percentile, rounded, type Summary, summarize, table } from './support/figures.ts';
import { type SoundBuffers, type SyncEvents, SyncPage } from './support/sync-page.ts';

export interface LipsyncResult extends Summary {
  /** Of the sound behind the picture; below 0 it is ahead. */
  medianMs: number;
  /** From the application's drawing and writing to where the browser hands them on: to the compositor, and for the loudspeaker. */
  picture: Summary;
  sound: Summary;
  /** How far apart they are with the browser's output of sound counted too: in a headless one, of what stands for a loudspeaker. */
  withOutput: Summary;
  /** What of the sound's delay is the browser's own, in each run. */
  buffers: SoundBuffers[];
}

/** A beep further from every flash than this belongs to one that was not seen. Milliseconds. */
const pairWithinMs = 250;
/** The first seconds are not counted: jitter buffers still look for their length. */
const settleMs = 3000;

export const about = 'How far sound and picture are apart.';
export const defaults = { runs: 3, seconds: 20 };

/**
 * How far apart a flash and the beep of the same moment leave Chromium's WebRTC: p50 and p95 of the distance. `--runs N` sessions,
 * `--seconds N` each.
 */
export default async function lipsync({ runs, seconds }: typeof defaults): Promise<LipsyncResult> {
  await using bench = await openBenchStack();
  await using chromium = await launchChromium();
  const pairs: Pair[] = [];
  const buffers: SoundBuffers[] = [];
  for (let run = 1; run <= runs; run++) {
    process.stdout.write(`run ${run} of ${runs}\n`);
    const page = await SyncPage.open(chromium.browser, { url: bench.stack.url, token: bench.token, app: 'flashbeep' });
    await page.playing();
    await delay(settleMs);
    await page.take();
    await delay(seconds * 1000);
    const events = await page.take();
    const { jitterBufferMs, outputMs } = await page.buffers();
    pairs.push(...pair(events, outputMs));
    buffers.push({ jitterBufferMs: rounded(jitterBufferMs), outputMs: rounded(outputMs) });
    await page.close();
  }
  const skews = pairs.map(({ skewMs }) => skewMs);
  const result = {
    ...summarize(skews.map(Math.abs)),
    medianMs: rounded(percentile(skews, 0.5)),
    picture: summarize(pairs.map(({ pictureMs }) => pictureMs)),
    sound: summarize(pairs.map(({ soundMs }) => soundMs)),
    withOutput: summarize(pairs.map(({ skewMs, outputMs }) => Math.abs(skewMs + outputMs))),
    buffers,
  };
  process.stdout.write(
    `\n${table([
      ['ms', 'p50', 'p95', 'n'],
      ['apart', result.p50Ms, result.p95Ms, result.n],
      ['picture, application to page', result.picture.p50Ms, result.picture.p95Ms, result.picture.n],
      ['sound, application to page', result.sound.p50Ms, result.sound.p95Ms, result.sound.n],
      ['sound behind picture', result.medianMs, '', ''],
      ['apart, with the output of sound', result.withOutput.p50Ms, result.withOutput.p95Ms, ''],
      ['of the sound: jitter buffer, each run', buffers.map(({ jitterBufferMs }) => jitterBufferMs).join(' '), '', ''],
      ['behind it: output of sound, each run', buffers.map(({ outputMs }) => outputMs).join(' '), '', ''],
    ])}\n`,
  );
  return result;
}

interface Pair {
  skewMs: number;
  pictureMs: number;
  soundMs: number;
  outputMs: number;
}

/** Each beep, and the flash next to it. */
const pair = ({ flashes, beepsMs }: SyncEvents, outputMs: number): Pair[] =>
  beepsMs.flatMap((heardAtMs) => {
    const near = flashes.filter(({ shownAtMs }) => Math.abs(shownAtMs - heardAtMs) < pairWithinMs);
    const [flash] = near.toSorted((a, b) => Math.abs(a.shownAtMs - heardAtMs) - Math.abs(b.shownAtMs - heardAtMs));
    if (flash === undefined) return [];
    const drawn = { timeTenthMs: flash.drawnTenthMs, frame: 0, inputs: 0, lastCode: 0, tag: 0 };
    return [
      {
        skewMs: heardAtMs - flash.shownAtMs,
        pictureMs: timecodeAgeMs(drawn, flash.shownAtMs),
        soundMs: timecodeAgeMs(drawn, heardAtMs),
        outputMs,
      },
    ];
  });
