import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { built } from '#infra/config.ts';
import { launchChromium } from '#tests/support/chromium.ts';
import type * as Client from '#web/farpane-client.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { percentile, rounded, table } from './support/figures.ts';

export interface InputResult {
  /** From the key event in the browser to the application's having it. */
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  n: number;
  /** What the connection itself takes, there and back. */
  rttMs: number;
}

/** What the page keeps. Times are milliseconds since 1970, of the one clock of this machine. */
interface InputPage {
  session: Client.FarpaneSession;
  error: string | null;
  /** When the browser had each key. */
  pressed: number[];
  /** What the application has written. */
  written: string;
}

declare global {
  var inputPage: InputPage;
}

/** The application. */
const application = {
  name: 'keyclock',
  command: built.keyclock,
  sound: false,
  dataChannels: { framing: 'raw', names: ['keys'] },
} as const;

/** The first keys are not counted: what is run for the first time is slower. */
const warmUp = 20;

export const about = 'From a key event in the browser to the application.';
export const defaults = { keys: 500 };

/**
 * How long a key takes from the browser to the application, while it is streamed at 1280 by 720 and 60 fps: real keys of Chromium's
 * input pipeline, real X events at the other end, one clock. `--keys N`.
 */
export default async function input({ keys }: typeof defaults): Promise<InputResult> {
  await using bench = await openBenchStack({ more: [application] });
  await using chromium = await launchChromium();
  const page = await chromium.browser.newPage({ viewport: { width: 1280, height: 720 } });
  await open(page, { url: bench.stack.url, token: bench.token });
  await page.waitForFunction(() => globalThis.inputPage.error ?? globalThis.inputPage.session.state.name === 'playing');
  const error = await page.evaluate(() => globalThis.inputPage.error);
  if (error !== null) throw new Error(`The session failed: ${error}`);
  await page.locator('video').focus();
  for (let i = 0; i < keys + warmUp; i += 1) {
    await page.keyboard.press('a');
    // No multiple of a frame, and no two alike: nothing locks to a phase.
    await delay(11 + ((i * 7) % 23));
  }
  await page.waitForFunction((count) => globalThis.inputPage.written.split('\n').length > count, keys + warmUp);
  const { pressed, written, rttMs } = await page.evaluate(async () => {
    const { session, pressed: at, written: text } = globalThis.inputPage;
    const stats = await session.stats();
    return { pressed: at, written: text, rttMs: stats?.roundTripMs ?? Number.NaN };
  });
  await page.evaluate(() => globalThis.inputPage.session.end());
  const seen = written
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]) / 1000);
  if (seen.length !== pressed.length) throw new Error(`${pressed.length} keys were pressed, but ${seen.length} arrived.`);
  const took = pressed.map((at, i) => (seen[i] ?? Number.NaN) - at).slice(warmUp);
  const result = {
    p50Ms: rounded(percentile(took, 0.5)),
    p95Ms: rounded(percentile(took, 0.95)),
    p99Ms: rounded(percentile(took, 0.99)),
    n: took.length,
    rttMs: rounded(rttMs),
  };
  process.stdout.write(`\n${report(result)}\n`);
  return result;
}

async function open(page: Page, options: { url: string; token: string }): Promise<void> {
  await page.goto(`${options.url}/farpane-client.js`);
  await page.evaluate(async ({ url: gateway, token }) => {
    const library: string = '/farpane-client.js';
    const { FarpaneSession, attachInput }: typeof Client = await import(library);
    const video = document.createElement('video');
    Object.assign(video, { muted: true, width: 1280, height: 720 });
    document.body.replaceChildren(video);
    const session = FarpaneSession.start({
      gateway,
      token,
      app: 'keyclock',
      video,
      dataChannels: ['keys'],
      screen: { width: 1280, height: 720, fps: 60 },
      codecs: ['H264'],
      onState: (state) => {
        if (state.name === 'failed') globalThis.inputPage.error = state.error.message;
      },
      onChannel: (channel) => {
        channel.onmessage = ({ data }: MessageEvent<string>) => {
          globalThis.inputPage.written += data;
        };
      },
    });
    globalThis.inputPage = { session, error: null, pressed: [], written: '' };
    // Before the library hears of it: the time at which the browser had the key.
    window.addEventListener('keydown', ({ timeStamp }) => globalThis.inputPage.pressed.push(performance.timeOrigin + timeStamp), {
      capture: true,
    });
    attachInput(video, (message) => session.send(message));
  }, options);
}

const report = ({ p50Ms, p95Ms, p99Ms, n, rttMs }: InputResult): string =>
  table([
    ['key to application, ms', 'p50', 'p95', 'p99', 'keys', 'round trip'],
    ['Farpane', p50Ms, p95Ms, p99Ms, n, rttMs],
  ]);
