import type { Browser, Page } from 'playwright-core';
import { goOverLink } from '#tests/support/impaired/page.ts';
import { installTimecodeReader, type PresentedFrame } from '#tests/support/timecode.ts';
import type * as Client from '#web/farpane-client.ts';

/** What the page keeps. */
interface OurStream {
  session: Client.FarpaneSession;
  frames: PresentedFrame[];
  /** When the session was asked for. Milliseconds since the epoch. */
  askedAtMs: number;
  /** What has happened since then, and when. Milliseconds after it. */
  marks: Record<string, number>;
  error: string | null;
}

declare global {
  var ourStream: OurStream;
}

export interface StreamOptions {
  url: string;
  token: string;
  app: string;
  /** Default: 60. */
  fps?: number;
  /** The port of a link (tests/support/impaired) that the media goes over. Default: straight. */
  linkPort?: number;
}

/** `app`: an application to start, or the address of a share to watch. */
interface PageOptions extends Omit<StreamOptions, 'app'> {
  app: string | { watch: string };
}

/** A session that is played in a page of its own, by the client library that the edge serves. */
export class OurStreamPage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Opens a page that is ready to ask for a session, and asks for it: 1280 by 720, H.264. */
  static async open(browser: Browser, options: PageOptions): Promise<OurStreamPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    // Any text of the edge's makes a document of its origin. One that is made up here would not be let into a local network.
    await page.goto(`${options.url}/farpane-client.js`);
    await installTimecodeReader(page);
    if (options.linkPort !== undefined) await goOverLink(page, options.linkPort);
    await page.evaluate(async ({ url: gateway, token, app, fps = 60 }) => {
      const library: string = '/farpane-client.js';
      const { FarpaneSession }: typeof Client = await import(library);
      const video = document.createElement('video');
      Object.assign(video, { muted: true, width: 1280, height: 720 });
      document.body.style.margin = '0';
      document.body.replaceChildren(video);
      const frames = globalThis.timecode.watch(video);
      const marks: Record<string, number> = {};
      const askedAtMs = performance.timeOrigin + performance.now();
      const mark = (name: string): void => {
        marks[name] ??= performance.timeOrigin + performance.now() - askedAtMs;
      };
      const Plain = globalThis.RTCPeerConnection;
      globalThis.RTCPeerConnection = class extends Plain {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          this.addEventListener('signalingstatechange', () => mark(this.signalingState));
          this.addEventListener('iceconnectionstatechange', () => mark(`ice-${this.iceConnectionState}`));
          this.addEventListener('connectionstatechange', () => mark(this.connectionState));
        }
      };
      const common = {
        video,
        codecs: ['H264'],
        onState: (state: Client.SessionState) => {
          mark(state.name);
          if (state.name === 'failed') globalThis.ourStream.error = state.error.message;
        },
      };
      const screen = { width: 1280, height: 720, fps };
      const session =
        typeof app === 'string'
          ? FarpaneSession.start({ ...common, gateway, token, app, screen })
          : FarpaneSession.watch(app.watch, common);
      globalThis.ourStream = { session, frames, askedAtMs, marks, error: null };
    }, options);
    return new OurStreamPage(page);
  }

  /** Waits for the first frame whose time code can be read. */
  async playing(timeoutMs = 30_000): Promise<void> {
    const state = await this.#page.waitForFunction(
      () => globalThis.ourStream.error ?? globalThis.ourStream.frames.some(({ code }) => code !== null),
      undefined,
      { timeout: timeoutMs, polling: 100 },
    );
    const value = await state.jsonValue();
    if (typeof value === 'string') throw new Error(`The session failed: ${value}`);
  }

  /** Waits for the first frame, whatever it shows. */
  async showing(timeoutMs = 30_000): Promise<void> {
    await this.#page.waitForFunction(() => globalThis.ourStream.frames.length > 0, undefined, {
      timeout: timeoutMs,
      polling: 100,
    });
  }

  /** The session's id, once it is there. */
  async sessionId(): Promise<string> {
    return await this.#page.evaluate(() => globalThis.ourStream.session.id ?? '');
  }

  async askedAtMs(): Promise<number> {
    return await this.#page.evaluate(() => globalThis.ourStream.askedAtMs);
  }

  /** When what happened since the session was asked for, in milliseconds after that. */
  async marks(): Promise<Readonly<Record<string, number>>> {
    return await this.#page.evaluate(() => globalThis.ourStream.marks);
  }

  /** The frames so far, which it forgets. */
  async takeFrames(): Promise<PresentedFrame[]> {
    return await this.#page.evaluate(() => globalThis.ourStream.frames.splice(0));
  }

  /** How long frames waited in the jitter buffer, on average since the start: near 0 where the playout delay is in force. */
  async jitterBufferMs(): Promise<number | undefined> {
    const stats = await this.#page.evaluate(() => globalThis.ourStream.session.stats());
    return stats?.bufferMs;
  }

  /** Ends the session and closes the page. */
  async close(): Promise<void> {
    await this.#page.evaluate(() => globalThis.ourStream.session.end());
    await this.#page.close();
  }
}
