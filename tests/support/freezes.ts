import type { Page } from 'playwright-core';

/** The longest time that a page's picture stood still, of the next three seconds. */
export const longestFreezeMs = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const video = document.querySelector('video');
    let [lastMs, longestMs] = [performance.now(), 0];
    const seen = (nowMs: number): void => {
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
      video?.requestVideoFrameCallback(seen);
    };
    video?.requestVideoFrameCallback(seen);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return Math.max(longestMs, performance.now() - lastMs);
  });
