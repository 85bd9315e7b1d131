import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { type Timecode, timecodeReaderSource } from '#tests/support/timecode.ts';
import type { InteropPeer } from './peer.ts';

/** A page of a browser. */
export interface BrowserPage {
  goto(url: string): Promise<unknown>;
  /** What a script gives, which may be a promise. */
  evaluate(expression: string): Promise<unknown>;
}

export interface BrowserSession {
  gateway: string;
  token: string;
  codec: string;
}

const Level = z.number();
const Code = z.custom<Timecode>((value) => typeof value === 'object' && value !== null && 'tag' in value).nullable();
const Heard = z.array(z.string());

/** A page that plays a session with the client library that the gateway serves. Whoever opened the page closes it. */
export class BrowserPeer implements InteropPeer {
  readonly #page: BrowserPage;

  private constructor(page: BrowserPage) {
    this.#page = page;
  }

  static async open(page: BrowserPage, { gateway, token, codec }: BrowserSession): Promise<BrowserPeer> {
    await page.goto(`${gateway}/farpane-client.js`);
    const options = {
      gateway,
      token,
      app: 'interop',
      idleTimeMin: 1,
      codecs: [codec],
      screen: { width: 640, height: 360, fps: 30 },
    };
    await page.evaluate(`(async () => {
      const { FarpaneSession } = await import('/farpane-client.js');
      ${timecodeReaderSource}
      const video = document.createElement('video');
      document.body.replaceChildren(video);
      const heard = [];
      const onMessage = ({ type, data }) => heard.push(JSON.stringify({ type, data }));
      const session = FarpaneSession.start({ ...${JSON.stringify(options)}, video, onMessage, onControl: () => {} });
      globalThis.interop = { session, video, heard };
      return true;
    })()`);
    return new BrowserPeer(page);
  }

  async timecode(): Promise<Timecode | null> {
    return decode(Code, await this.#page.evaluate('globalThis.timecode.read(globalThis.interop.video)'), 'time code');
  }

  async level(): Promise<number> {
    const level = await this.#page.evaluate(`(async () => {
      const stream = globalThis.interop.video.srcObject;
      if (stream === null || stream.getAudioTracks().length === 0) return 0;
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const samples = new Float32Array(analyser.fftSize);
      analyser.getFloatTimeDomainData(samples);
      await context.close();
      return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    })()`);
    return decode(Level, level, 'level');
  }

  async send(message: { type: string; data: unknown }): Promise<void> {
    await this.#page.evaluate(`void globalThis.interop.session.send(${JSON.stringify(message)})`);
  }

  async heard(): Promise<readonly string[]> {
    return decode(Heard, await this.#page.evaluate('globalThis.interop.heard'), 'messages');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.evaluate('globalThis.interop.session.end()');
  }
}
