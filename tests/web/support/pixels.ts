import { inflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';

/** The colour that a page shows at a place (CSS pixels): red, green and blue, 0 to 255. */
export async function colourAt(page: Page, x: number, y: number): Promise<[number, number, number]> {
  const png = await page.screenshot({ clip: { x, y, width: 1, height: 1 }, scale: 'css' });
  const [red = 0, green = 0, blue = 0] = firstPixel(png);
  return [red, green, blue];
}

/** The first pixel of a PNG (W3C PNG, sections 5 and 9): whatever its filter is, it has no neighbours and stands as it is. */
function firstPixel(png: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return inflateSync(Buffer.concat(parts)).subarray(1, 4);
}
