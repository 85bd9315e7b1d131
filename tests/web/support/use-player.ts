import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import { token } from './gateway.ts';
import { BrowserHost } from './host.ts';
import { soon } from './soon.ts';
import { useSite } from './use-site.ts';

/** The player's start page for each test of a file, in a context of its own, and a host of 640 by 360 that serves it. */
export function usePlayer(context: BrowserContextOptions = {}) {
  const setup = useSite();
  let page: Page;
  let host: BrowserHost;
  beforeEach(async () => {
    const opened = await setup.browser.newContext({ viewport: { width: 1000, height: 640 }, ...context });
    host = await BrowserHost.start(opened, { width: 640, height: 360 });
    page = await opened.newPage();
    await host.serve(page);
    await page.goto(`${setup.site.url}/#token=${token}`);
  });
  afterEach(() => page.context().close());
  const state = (name: string) => soon(() => page.getByTestId('state').getAttribute('data-state')).toBe(name);
  return {
    setup,
    get page() {
      return page;
    },
    get host() {
      return host;
    },
    /** Waits for the player to stand so. */
    state,
    async play(): Promise<void> {
      await page.getByTestId('start').click();
      await state('playing');
    },
    /** The page is in front, and has the picture in its size. */
    async showsPicture(): Promise<void> {
      await page.bringToFront();
      await page.waitForFunction(() => document.querySelector('video')?.videoWidth === 640);
    },
  };
}
