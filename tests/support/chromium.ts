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

/** What makes it quiet, and lets a page play sound without a click. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Starts headless Chromium: that of CHROMIUM in the environment, or the system's. */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<TestBrowser> {
  const executablePath = process.env['CHROMIUM'] ?? candidates.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error(`There is no Chromium in ${candidates.join(', ')}: set CHROMIUM.`);
  const server = await chromium.launchServer({ executablePath, args: [...flags, ...extraFlags] });
  const browser = await chromium.connect(server.wsEndpoint());
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= browser.close().then(() => server.close());
    return closing;
  };
  return { browser, pid: server.process().pid ?? 0, close, [Symbol.asyncDispose]: close };
}
