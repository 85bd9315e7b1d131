import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { built } from '#infra/config.ts';
import { decodeJson } from '#shared/decode.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { installTimecodeReader, type PresentedFrame } from '#tests/support/timecode.ts';
import { startXvfb, type TestDisplay } from '#tests/support/xvfb.ts';
import { defaultBitrateKbps } from '#worker/capture/bitrate.ts';
import { gstreamerEnvironment } from '#worker/capture/config.ts';
import { videoChain } from '#worker/capture/describe/video.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

interface BaselineStream {
  connection: RTCPeerConnection;
  frames: PresentedFrame[];
}

declare global {
  var baselineStream: BaselineStream;
  /** The page's way to the peer. */
  var tellPeer: (message: string) => Promise<void>;
}

const FromPeer = z.object({
  sdp: z.string().optional(),
  candidate: z.string().optional(),
  sdpMLineIndex: z.int().optional(),
  error: z.string().optional(),
});
type FromPeer = z.output<typeof FromPeer>;

/** `with`, at 0; or `plain`, as most ship webrtcbin: without it, in a page that asks for no delay. */
export type PlayoutDelay = 'with' | 'plain';

/** The same application and encoder, captured on a clock, but GStreamer's webrtcbin straight into the browser. */
export class BaselineStreamPage {
  readonly #page: Page;
  readonly #peer: ChildProcess;
  readonly #display: TestDisplay;
  readonly #failure = Promise.withResolvers<never>();

  private constructor(page: Page, peer: ChildProcess, display: TestDisplay) {
    this.#page = page;
    this.#peer = peer;
    this.#display = display;
    // Whoever waits hears of it; nobody else has to.
    this.#failure.promise.catch(() => undefined);
  }

  /** 1280 by 720, 60 fps, H.264. */
  static async open(browser: Browser, playoutDelay: PlayoutDelay): Promise<BaselineStreamPage> {
    const display = await startXvfb({ width: 1280, height: 720 });
    display.run(built.timecode, '--fps', '60');
    const text = await chain(display.name, playoutDelay);
    const peer = spawn(...endsWithUs('/usr/bin/python3', [join(import.meta.dirname, 'webrtcbin-peer.py'), text]), {
      env: gstreamerEnvironment(built.gstreamerPlugins),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const stream = new BaselineStreamPage(page, peer, display);
    try {
      await stream.#connect(playoutDelay);
      return stream;
    } catch (error) {
      await stream.close();
      throw error;
    }
  }

  /** Waits for the first frame whose time code can be read. */
  async playing(): Promise<void> {
    const seen = this.#page.waitForFunction(() => globalThis.baselineStream.frames.some(({ code }) => code !== null));
    await Promise.race([seen, this.#failure.promise]);
  }

  /** The frames so far, which it forgets. */
  async takeFrames(): Promise<PresentedFrame[]> {
    return await this.#page.evaluate(() => globalThis.baselineStream.frames.splice(0));
  }

  /** As {@link OurStreamPage.jitterBufferMs}. */
  async jitterBufferMs(): Promise<number | undefined> {
    return await this.#page.evaluate(async () => {
      const reports = [...(await globalThis.baselineStream.connection.getStats()).values()];
      const video = reports.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
      return video === undefined ? undefined : (video.jitterBufferDelay / video.jitterBufferEmittedCount) * 1000;
    });
  }

  async close(): Promise<void> {
    await this.#page.close();
    const exited = once(this.#peer, 'exit');
    if (this.#peer.exitCode === null && this.#peer.kill('SIGKILL')) await exited;
    await this.#display[Symbol.asyncDispose]();
  }

  async #connect(playoutDelay: PlayoutDelay): Promise<void> {
    const page = this.#page;
    await page.goto('about:blank');
    await page.setContent(
      '<!doctype html><style>body{margin:0}</style><video autoplay muted playsinline width=1280 height=720></video>',
    );
    await installTimecodeReader(page);
    await page.exposeFunction('tellPeer', (line: string) => void this.#peer.stdin?.write(`${line}\n`));
    await page.evaluate(openConnection, playoutDelay === 'with' ? 0 : null);
    if (this.#peer.stdout === null) throw new Error('The baseline has no output.');
    let turn = Promise.resolve();
    createInterface({ input: this.#peer.stdout }).on('line', (line) => {
      turn = turn.then(() => this.#take(line));
      turn.catch((error: unknown) => this.#failure.reject(error));
    });
  }

  async #take(line: string): Promise<void> {
    const message = decodeJson(FromPeer, line, 'message of the baseline');
    if (message.error !== undefined) throw new Error(`The baseline failed: ${message.error}`);
    if (!this.#page.isClosed()) await this.#page.evaluate(takeMessage, message);
  }
}

/** Runs in the page. */
function openConnection(jitterBufferTarget: number | null): void {
  const video = document.querySelector('video');
  if (video === null) throw new Error('The page has no video.');
  const connection = new RTCPeerConnection();
  connection.ontrack = ({ track, receiver }) => {
    receiver.jitterBufferTarget = jitterBufferTarget;
    video.srcObject = new MediaStream([track]);
  };
  connection.onicecandidate = ({ candidate }) => {
    if (candidate !== null) void globalThis.tellPeer(JSON.stringify(candidate));
  };
  globalThis.baselineStream = { connection, frames: globalThis.timecode.watch(video) };
}

/** Runs in the page: a candidate may come before the offer was applied, but never before it was taken. */
async function takeMessage({ sdp, candidate, sdpMLineIndex }: FromPeer): Promise<void> {
  const { connection } = globalThis.baselineStream;
  if (sdp !== undefined) {
    await connection.setRemoteDescription({ type: 'offer', sdp });
    const answer = await connection.createAnswer();
    await connection.setLocalDescription(answer);
    await globalThis.tellPeer(JSON.stringify({ sdp: answer.sdp }));
  } else if (candidate !== undefined) {
    await connection.addIceCandidate({ candidate, sdpMLineIndex: sdpMLineIndex ?? 0 });
  }
}

async function chain(display: string, playoutDelay: PlayoutDelay): Promise<string> {
  const [width, height, fps] = [1280, 720, 60];
  const bitrateKbps = defaultBitrateKbps(width, height, fps);
  const encoder = await softwareEncoder('H264', { width, height, fps, bitrateKbps });
  const rtp = { port: 9, ssrc: 1, payloadType: 96, playoutDelayExtensionId: playoutDelay === 'with' ? 5 : null };
  return videoChain({ display, authority: '', width, height, fps, codec: 'H264', bitrateKbps, encoder, rtp }, 'ximagesrc');
}
