import type { Page } from 'playwright-core';
import type { Timecode } from '#tests/support/timecode.ts';
import type * as client from '#web/farpane-client.ts';

declare global {
  /** The session that the page plays. */
  var session: client.FarpaneSession;
  /** The client library, as the gateway serves it. */
  var farpaneClient: typeof client;
  /** What the host has said on the control channel. */
  var heard: { type: string; data?: unknown }[];
  /** What the page was told of its camera and its microphone, oldest first. */
  var wishes: Record<Device, boolean[]>;
  var onChannelMessage: ((event: MessageEvent<ArrayBuffer>) => void) | undefined;
  var touches: string | undefined;
}

/** What a page sends of its user, where the application looks or listens. */
export type Device = 'camera' | 'microphone';

export interface PlayOptions {
  gateway: string;
  token: string;
  /** An application to start, or a session to join. */
  app?: string;
  appVersion?: number;
  join?: string;
  idleTimeMin?: number;
  waitMaxMin?: number;
  reconnectSec?: number;
  extraData?: { level: number };
  codecs?: string[];
  dataChannels?: string[];
  cursor?: boolean;
  camera?: boolean;
  microphone?: boolean;
  /** Default: 1280 by 720 at 30. */
  screen?: { width?: number; height?: number; fps?: number; density?: number };
}

/** Starts or joins a session in the page, with the client library that the gateway serves. Does not wait for anything. */
export async function play(page: Page, options: PlayOptions): Promise<void> {
  await page.evaluate(({ app, join, ...rest }) => {
    const { FarpaneSession, attachInput } = globalThis.farpaneClient;
    const video = document.querySelector('video');
    if (video === null) throw new Error('no video');
    globalThis.heard = [];
    globalThis.wishes = { camera: [], microphone: [] };
    const common = {
      screen: { width: 1280, height: 720, fps: 30 },
      ...rest,
      video,
      onMessage: (message: { type: string; data?: unknown }) => globalThis.heard.push(message),
      onCamera: (wanted: boolean) => globalThis.wishes.camera.push(wanted),
      onMicrophone: (wanted: boolean) => globalThis.wishes.microphone.push(wanted),
      onChannel: (channel: RTCDataChannel) => {
        channel.onmessage = (event) => globalThis.onChannelMessage?.(event);
      },
    };
    globalThis.session =
      join === undefined ? FarpaneSession.start({ ...common, app: app ?? '' }) : FarpaneSession.join(join, common);
    attachInput(video, (message) => globalThis.session.send(message));
  }, options);
}

/** Watches a session in the page, by the address of a share. Does not wait for anything. */
export const watchIn = (page: Page, url: string, options: { cursor: boolean }): Promise<void> =>
  page.evaluate(
    ({ address, ...rest }) => {
      const video = document.querySelector('video');
      if (video === null) throw new Error('no video');
      globalThis.heard = [];
      const onMessage = (message: { type: string; data?: unknown }): void => void globalThis.heard.push(message);
      globalThis.session = globalThis.farpaneClient.FarpaneSession.watch(address, { ...rest, video, onMessage });
    },
    { address: url, ...options },
  );

/** How the page's session stands, as `name` or `name: message`. */
export const stateOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const state = globalThis.session.state;
    return 'error' in state ? `${state.name}: ${state.error.message}` : state.name;
  });

export const sessionId = (page: Page): Promise<string> => page.evaluate(() => globalThis.session.id ?? '');

/** What the host has said of one type. */
export const heardOf = (page: Page, type: string): Promise<{ type: string; data?: unknown }[]> =>
  page.evaluate((name) => globalThis.heard.filter((each) => each.type === name), type);

/** Has the page send what a device films or hears. Resolves with why it can't be; empty: it can. */
export const startDevice = (page: Page, device: Device): Promise<string> =>
  page.evaluate(
    (name) =>
      globalThis.session[name].start().then(
        () => '',
        (error: Error) => error.message,
      ),
    device,
  );

/** What the frame that is on the screen says; null where there is none, or it can't be read. */
export const timecodeOf = (page: Page): Promise<Timecode | null> =>
  page.evaluate(() => {
    const video = document.querySelector('video');
    return video === null ? null : globalThis.timecode.read(video);
  });

/** Whether something dark is in the picture around a place of it. */
export const isDarkAt = (page: Page, x: number, y: number): Promise<boolean> =>
  page.evaluate(
    ([left = 0, top = 0]) => {
      const video = document.querySelector('video');
      const context = new OffscreenCanvas(24, 24).getContext('2d', { willReadFrequently: true });
      if (video === null || context === null) throw new Error('no picture');
      context.drawImage(video, left - 12, top - 12, 24, 24, 0, 0, 24, 24);
      const { data } = context.getImageData(0, 0, 24, 24);
      return Array.from({ length: 24 * 24 }, (_, at) => data[at * 4 + 1] ?? 255).some((green) => green < 100);
    },
    [x, y],
  );

/** The sum of what the browser's receiver has heard so far: energy and seconds (RTCInboundRtpStreamStats). */
export const soundOf = (page: Page): Promise<{ energy: number; seconds: number; level: number }> =>
  page.evaluate(async () => {
    const video = document.querySelector('video');
    const stream = video?.srcObject;
    if (!(stream instanceof MediaStream)) return { energy: 0, seconds: 0, level: 0 };
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    await context.close();
    const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
    return { energy, seconds: samples.length / 48_000, level: Math.sqrt(energy / samples.length) };
  });
