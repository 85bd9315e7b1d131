import type { Browser, Page } from 'playwright-core';
import { installTimecodeReader } from '#tests/support/timecode.ts';
import type * as Client from '#web/farpane-client.ts';
import type { StreamOptions } from './our-stream.ts';

/** A flash that was seen, and when the application drew it. Milliseconds since the epoch, modulo nothing. */
export interface Flash {
  /** When the page was told that the frame is with the compositor. */
  shownAtMs: number;
  /** Of the time code, in units of 0.1 ms, modulo 2^24. */
  drawnTenthMs: number;
}

export interface SyncEvents {
  flashes: Flash[];
  /** When the first samples of beeps came out of the jitter buffer, for the loudspeaker. Milliseconds since the epoch. */
  beepsMs: number[];
}

/** What of the sound's delay is the browser's own. Milliseconds, on average since the start. */
export interface SoundBuffers {
  /** Of WebRTC (`jitterBufferDelay`): in {@link SyncEvents}. */
  jitterBufferMs: number;
  /** From there to the loudspeaker, or what stands for one (`totalPlayoutDelay`): not in them. */
  outputMs: number;
}

declare global {
  var syncEvents: SyncEvents & { session: Client.FarpaneSession; error: string | null; buffers: () => Promise<SoundBuffers> };
  /** W3C mediacapture-transform, which Chromium has for sound too. */
  var MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack }) => { readable: ReadableStream<AudioData> };
}

/** A session of the application that flashes and beeps, and a page that notes both by one clock. */
export class SyncPage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async open(browser: Browser, options: StreamOptions): Promise<SyncPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(`${options.url}/farpane-client.js`);
    await installTimecodeReader(page);
    await page.evaluate(play, options);
    return new SyncPage(page);
  }

  /** Waits until both are noted. */
  async playing(timeoutMs = 30_000): Promise<void> {
    const both = (): string | boolean =>
      globalThis.syncEvents.error ?? (globalThis.syncEvents.flashes.length > 0 && globalThis.syncEvents.beepsMs.length > 0);
    const state = await this.#page.waitForFunction(both, undefined, { timeout: timeoutMs, polling: 100 });
    const value = await state.jsonValue();
    if (typeof value === 'string') throw new Error(`The session failed: ${value}`);
  }

  /** What was noted so far, which it forgets. */
  async take(): Promise<SyncEvents> {
    return await this.#page.evaluate(() => ({
      flashes: globalThis.syncEvents.flashes.splice(0),
      beepsMs: globalThis.syncEvents.beepsMs.splice(0),
    }));
  }

  async buffers(): Promise<SoundBuffers> {
    return await this.#page.evaluate(() => globalThis.syncEvents.buffers());
  }

  async close(): Promise<void> {
    await this.#page.evaluate(() => globalThis.syncEvents.session.end());
    await this.#page.close();
  }
}

/** Runs in the page. */
async function play({ url: gateway, token, app }: StreamOptions): Promise<void> {
  // The library keeps its connection to itself.
  let connection: RTCPeerConnection | undefined;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(options?: RTCConfiguration) {
      super(options);
      connection = this;
    }
  };
  const library: string = '/farpane-client.js';
  const { FarpaneSession }: typeof Client = await import(library);
  const video = document.createElement('video');
  Object.assign(video, { width: 1280, height: 720 });
  document.body.style.margin = '0';
  document.body.replaceChildren(video);
  const flashes: Flash[] = [];
  const beepsMs: number[] = [];
  const epochMs = performance.timeOrigin;

  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const isBright = (): boolean => {
    pixel?.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
    return (pixel?.getImageData(0, 0, 1, 1).data[1] ?? 0) > 127;
  };
  // The first frame of a flash may be too coarse to be read: another one says when it was drawn.
  let shownAtMs: number | undefined;
  let bright = false;
  const see = (): void => {
    const nowMs = epochMs + performance.now();
    video.requestVideoFrameCallback(see);
    const before = bright;
    bright = isBright();
    if (!bright) shownAtMs = undefined;
    else if (!before) shownAtMs = nowMs;
    const code = globalThis.timecode.read(video);
    if (!bright || shownAtMs === undefined || code === null) return;
    flashes.push({ shownAtMs, drawnTenthMs: code.timeTenthMs });
    shownAtMs = undefined;
  };
  video.requestVideoFrameCallback(see);

  const hear = async (track: MediaStreamTrack): Promise<void> => {
    const reader = new globalThis.MediaStreamTrackProcessor({ track }).readable.getReader();
    for (let quiet = 0; ; ) {
      const { value, done } = await reader.read();
      const nowMs = epochMs + performance.now();
      if (done) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      for (const [index, sample] of samples.entries()) {
        const loud = Math.abs(sample) > 0.1;
        if (loud && quiet > value.sampleRate / 5) beepsMs.push(nowMs + (index / value.sampleRate) * 1000);
        quiet = loud ? 0 : quiet + 1;
      }
      value.close();
    }
  };
  const session = FarpaneSession.start({
    gateway,
    token,
    app,
    video,
    screen: { width: 1280, height: 720, fps: 60 },
    onState: (state) => {
      if (state.name === 'failed') globalThis.syncEvents.error = state.error.message;
      const stream = video.srcObject;
      if (state.name !== 'playing' || !(stream instanceof MediaStream)) return;
      for (const track of stream.getAudioTracks()) void hear(track);
    },
  });
  const buffers = async (): Promise<SoundBuffers> => {
    const reports = [...((await connection?.getStats())?.values() ?? [])];
    const sound = reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    const jitterBufferMs = (sound?.jitterBufferDelay / sound?.jitterBufferEmittedCount) * 1000;
    const playout = reports.find(({ type }) => type === 'media-playout');
    return { jitterBufferMs, outputMs: (playout?.totalPlayoutDelay / playout?.totalSamplesCount) * 1000 };
  };
  globalThis.syncEvents = { flashes, beepsMs, session, error: null, buffers };
}
