import type { Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import { token } from './gateway.ts';
import { BrowserHost } from './host.ts';
import { soon } from './soon.ts';
import { useSite } from './use-site.ts';

/** The player's start page for each test of a file, in a context of its own, and a host of 640 by 360 that serves it. */
export function usePlayer() {
  const setup = useSite();
  let page: Page;
  let host: BrowserHost;
  beforeEach(async () => {
    const context = await setup.browser.newContext({ viewport: { width: 1000, height: 640 } });
    host = await BrowserHost.start(context, { width: 640, height: 360 });
    page = await context.newPage();
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
  };
}
