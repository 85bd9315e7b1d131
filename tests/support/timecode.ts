import type { Page } from 'playwright-core';

/** What a frame of the application `timecode` says of itself: tests/native/timecode.c tells how it is drawn. */
export interface Timecode {
  /** When it was drawn: milliseconds since the epoch times ten, modulo 2^24. */
  timeTenthMs: number;
  /** Modulo 256, as all that follow. */
  frame: number;
  /** How many keys and buttons were pressed. */
  inputs: number;
  /** X11 key code or button of the last one. */
  lastCode: number;
  /** Which of several applications it is. */
  tag: number;
}

/** A frame that the browser presented. */
export interface PresentedFrame {
  /** When the page was told of it, and when it is expected on the screen. Milliseconds since the epoch. */
  atMs: number;
  expectedDisplayMs: number;
  width: number;
  height: number;
  /** Null where the strip can't be read: its checksum is wrong. */
  code: Timecode | null;
  /** What the browser knows of it (W3C requestVideoFrameCallback); null where it does not. */
  rtpTimestamp: number | null;
  /** When its last packet came, and when it was given to the compositor. Milliseconds since the epoch. */
  receivedMs: number | null;
  presentedMs: number;
  /** How long the decoder took. */
  decodeMs: number | null;
}

export interface TimecodeReader {
  /** Reads the frame that a video shows now. */
  read(video: HTMLVideoElement): Timecode | null;
  /** Keeps every frame that a video presents from now on, in the list that is returned. */
  watch(video: HTMLVideoElement): PresentedFrame[];
}

declare global {
  /** In pages that {@link installTimecodeReader} prepared. */
  var timecode: TimecodeReader;
}

/** Puts `timecode` into the page, and into every document that it loads. */
export async function installTimecodeReader(page: Page): Promise<void> {
  await page.addInitScript(timecodeReaderSource);
  await page.evaluate(timecodeReaderSource);
}

/** How old a frame is at a time, in milliseconds: less than 14 minutes, or it is taken for one of the next round. */
export function timecodeAgeMs({ timeTenthMs }: Timecode, atMs: number): number {
  const round = 2 ** 24;
  const age = (((Math.round(atMs * 10) - timeTenthMs) % round) + round) % round;
  return (age > round / 2 ? age - round : age) / 10;
}

/**
 * Reads the strip. Runs in the page too, so it must not use anything from outside of itself.
 *
 * @param block how bright one of its 64 blocks is, in its middle: 0 to 255. @returns null where the checksum is wrong.
 */
export function readStrip(block: (index: number) => number): Timecode | null {
  const bytes = new Uint8Array(8);
  for (let bit = 0; bit < 64; bit++) {
    if (block(bit) > 127) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (128 >> (bit & 7));
  }
  const [high = 0, middle = 0, low = 0, frame = 0, inputs = 0, lastCode = 0, tag = 0, checksum = 0] = bytes;
  const sum = bytes.subarray(0, 7).reduce((before, byte, index) => before ^ ((byte * (2 * index + 1) + index) & 255), 0);
  return sum === checksum ? { timeTenthMs: (high << 16) | (middle << 8) | low, frame, inputs, lastCode, tag } : null;
}

/** Runs in the page, so it must not use anything from outside of itself. */
function timecodeReader(strip: typeof readStrip): TimecodeReader {
  const blocks = 64;
  const context = new OffscreenCanvas(4096, 1).getContext('2d', { willReadFrequently: true });

  function read(video: HTMLVideoElement): Timecode | null {
    const width = video.videoWidth;
    if (context === null || width < blocks) return null;
    // One line of the strip, which is 32 high, or 16 where the picture has half its size.
    context.drawImage(video, 0, 8, width, 1, 0, 0, width, 1);
    const { data } = context.getImageData(0, 0, width, 1);
    const block = Math.floor(width / blocks);
    return strip((bit) => data[(bit * block + Math.floor(block / 2)) * 4 + 1] ?? 0);
  }

  function watch(video: HTMLVideoElement): PresentedFrame[] {
    const frames: PresentedFrame[] = [];
    const take = (_now: number, metadata: VideoFrameCallbackMetadata): void => {
      const origin = performance.timeOrigin;
      const atMs = origin + performance.now();
      const { width, height, expectedDisplayTime, presentationTime, receiveTime, processingDuration, rtpTimestamp } = metadata;
      frames.push({
        ...{ atMs, expectedDisplayMs: origin + expectedDisplayTime, presentedMs: origin + presentationTime, width, height },
        code: read(video),
        rtpTimestamp: rtpTimestamp ?? null,
        receivedMs: receiveTime === undefined ? null : origin + receiveTime,
        decodeMs: processingDuration === undefined ? null : processingDuration * 1000,
      });
      video.requestVideoFrameCallback(take);
    };
    video.requestVideoFrameCallback(take);
    return frames;
  }

  return { read, watch };
}

/** The script that puts `timecode` into a page. */
export const timecodeReaderSource = `globalThis.timecode = (${String(timecodeReader)})(${String(readStrip)});`;
