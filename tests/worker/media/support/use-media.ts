import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Media } from '#worker/media/media.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { launchBrowser } from './browser.ts';
import { type Lines, startTestMedia } from './host.ts';

/** A media server and a browser for all tests of a file, and for each test a room. */
export function useMedia(): { readonly media: Media & Lines; readonly browser: Browser; readonly room: MediaRoom } {
  let media: Media & Lines;
  let browser: Browser;
  let room: MediaRoom;
  beforeAll(async () => {
    [media, browser] = await Promise.all([startTestMedia(), launchBrowser()]);
  });
  beforeEach(async () => {
    room = await media.createRoom();
  });
  afterEach(() => room?.close());
  afterAll(async () => {
    await browser?.close();
    await media?.close();
  });
  return {
    get media() {
      return media;
    },
    get browser() {
      return browser;
    },
    get room() {
      return room;
    },
  };
}
