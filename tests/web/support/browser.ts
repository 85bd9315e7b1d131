import { type Browser, chromium } from 'playwright-core';
import { chromiumOptions } from '#tests/support/chromium.ts';

/** Starts Chromium. Loopback candidates are allowed: a machine without a network must pass too. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch(chromiumOptions(['--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns']));
