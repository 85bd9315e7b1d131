import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { percentile, rounded, type Summary, summarize, table } from './support/figures.ts';

declare global {
  /** What a document of the player has shown: times since its navigation began, in milliseconds. */
  var shown: { pressedMs: number; loadedMs: number; firstFrameMs: number | null };
}

export interface Figures extends Summary {
  runsMs: number[];
}

export interface ReloadResult {
  /** From the beginning of the reload's navigation to the first frame that the new document presents. */
  reload: Figures & { loadedP50Ms: number };
  /** The baseline: from the press of the start button to the first frame of a new session, where a stage waits. */
  start: Figures;
  /** Medians. */
  ratio: number;
}

export const about = 'From the reload of a page to the picture that it had.';
export const defaults = { runs: 10 };

/**
 * The player in Chromium: a page that is reloaded comes back to its session, and what a new session takes beside it. Each run is a new
 * session that is started, and reloaded once it has played for a second. `--runs N`.
 */
export default async function reload({ runs }: typeof defaults): Promise<ReloadResult> {
  await using chromium = await launchChromium();
  await using bench = await openBenchStack({ stages: 1 });
  const { stack, token } = bench;
  const started: number[] = [];
  const reloaded: number[] = [];
  const loaded: number[] = [];
  for (let run = 1; run <= runs; run++) {
    const page = await chromium.browser.newPage({ viewport: { width: 1280, height: 800 } });
    await noteFrames(page);
    await page.goto(`${stack.url}/#token=${token}`);
    await page.getByTestId('app-picker').selectOption('timecode');
    await page.getByTestId('start').click();
    const first = await firstFrame(page);
    started.push(first.firstFrameMs - first.pressedMs);
    const id = await sessionOf(page);
    await delay(1000);
    await page.reload({ waitUntil: 'commit' });
    const again = await firstFrame(page);
    if ((await sessionOf(page)) !== id) throw new Error('the page came back to another session');
    reloaded.push(again.firstFrameMs);
    loaded.push(again.loadedMs);
    process.stdout.write(`run ${run} of ${runs}: ${Math.round(again.firstFrameMs)} ms\n`);
    await page.evaluate(() => window.farpane?.end());
    await page.close();
    // The next stage is set meanwhile.
    await delay(2000);
  }
  const result = {
    reload: { ...figures(reloaded), loadedP50Ms: rounded(percentile(loaded, 0.5)) },
    start: figures(started),
    ratio: rounded(percentile(reloaded, 0.5) / percentile(started, 0.5)),
  };
  const row = (name: string, { p50Ms, p95Ms, n }: Summary): (string | number)[] => [name, p50Ms, p95Ms, n];
  process.stdout.write(
    `\n${table([['to the first frame, ms', 'p50', 'p95', 'n'], row('reload', result.reload), row('start', result.start)])}\n`,
  );
  process.stdout.write(`ratio ${result.ratio}; the page is loaded after ${result.reload.loadedP50Ms} ms\n`);
  return result;
}

/** Has each document of a page note when its first frame is presented (HTMLVideoElement.requestVideoFrameCallback). */
async function noteFrames(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.shown = { pressedMs: 0, loadedMs: 0, firstFrameMs: null };
    addEventListener(
      'click',
      () => {
        globalThis.shown.pressedMs = performance.now();
      },
      { capture: true },
    );
    addEventListener('DOMContentLoaded', () => {
      globalThis.shown.loadedMs = performance.now();
      document.querySelector('video')?.requestVideoFrameCallback((_, { presentationTime }) => {
        globalThis.shown.firstFrameMs = presentationTime;
      });
    });
  });
}

async function firstFrame(page: Page): Promise<{ pressedMs: number; loadedMs: number; firstFrameMs: number }> {
  await page.waitForFunction(() => globalThis.shown.firstFrameMs !== null, undefined, { polling: 50 });
  const { firstFrameMs, ...times } = await page.evaluate(() => globalThis.shown);
  return { ...times, firstFrameMs: firstFrameMs ?? Number.NaN };
}

const sessionOf = (page: Page): Promise<string | undefined> => page.evaluate(() => window.farpane?.id);

const figures = (ms: readonly number[]): Figures => ({ ...summarize(ms), runsMs: ms.map(rounded) });
