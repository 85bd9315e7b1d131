import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

export interface TestBrowser extends AsyncDisposable {
  browser: Browser;
  /** The process of the browser itself; those of its pages are below it. */
  pid: number;
  /** Ends it with all its processes. Idempotent. */
  close(): Promise<void>;
}

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What makes it quiet: no service of its maker's is asked for anything. */
const quiet = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Lets a page play sound without a click. */
export const soundWithoutClick = '--autoplay-policy=no-user-gesture-required';

/** A camera that films a green field, a microphone that beeps twice a second, and a user who allows both. */
export const fakeDevices = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] as const;

/** How Chromium is launched: that of CHROMIUM in the environment, or the system's; quiet, and with `flags`. */
export function chromiumOptions(flags: readonly string[]): { executablePath: string; args: string[] } {
  const executablePath = process.env['CHROMIUM'] ?? candidates.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(`There is no Chromium in ${candidates.join(', ')}: set CHROMIUM.`);
  return { executablePath, args: [...quiet, ...flags] };
}

/** Starts headless Chromium in a process whose id is known. */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<TestBrowser> {
  const server = await chromium.launchServer(chromiumOptions([soundWithoutClick, ...extraFlags]));
  const browser = await chromium.connect(server.wsEndpoint());
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= browser.close().then(() => server.close());
    return closing;
  };
  return { browser, pid: server.process().pid ?? 0, close, [Symbol.asyncDispose]: close };
}
