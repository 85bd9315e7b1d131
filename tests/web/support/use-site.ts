import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startBrowser } from './browser.ts';
import { gateway } from './gateway.ts';
import { type Site, startSite } from './site.ts';

/** A browser and the player's site for all tests of a file; for each test the site's gateway is new and was not called. */
export function useSite(): { readonly browser: Browser; readonly site: Site } {
  let browser: Browser;
  let site: Site;
  beforeAll(async () => {
    [browser, site] = await Promise.all([startBrowser(), startSite()]);
  });
  beforeEach(() => {
    site.answer = gateway();
    site.calls.length = 0;
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });
  return {
    get browser() {
      return browser;
    },
    get site() {
      return site;
    },
  };
}
