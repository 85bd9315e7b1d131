import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core';
import { z } from 'zod';
import { ClientSignal } from '#shared/signal.ts';

const Heard = z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }));

/** A host made of a page of its own: it offers a moving picture and a tone, and writes down what comes by `control`. */
export class BrowserHost {
  readonly settings: unknown[] = [];
  readonly sockets: WebSocketRoute[] = [];
  /** The host offers nothing before that. */
  ready: Promise<void> = Promise.resolve();
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async start(context: BrowserContext, size: { width: number; height: number }): Promise<BrowserHost> {
    const page = await context.newPage();
    await page.evaluate(draw, size);
    return new BrowserHost(page);
  }

  /** Speaks the server's part of the signalling with whatever `page` opens. */
  async serve(page: Page): Promise<void> {
    await page.routeWebSocket(/\/sockets\//, (socket) => {
      this.sockets.push(socket);
      socket.onMessage((raw) => void this.#hear(socket, String(raw)));
    });
  }

  async #hear(socket: WebSocketRoute, raw: string): Promise<void> {
    const message = ClientSignal.safeParse(JSON.parse(raw));
    if (!message.success) return;
    const signal = message.data;
    if (signal.type === 'discover') socket.send(JSON.stringify({ type: 'resp:discover', max_api_version: 2, fps: 60 }));
    if (signal.type === 'settings') {
      this.settings.push(signal);
      await this.ready;
      socket.send(JSON.stringify({ type: 'offer', sdp: btoa(await this.#page.evaluate(() => window.host.offer())) }));
    }
    if (signal.type === 'answer') await this.#page.evaluate((sdp) => window.host.answer(sdp), atob(signal.sdp));
  }

  /** The answer that came last. */
  answered(): Promise<string> {
    return this.#page.evaluate(() => window.host.answered);
  }

  /** What came by the control channel, oldest first. */
  async heard(type?: string): Promise<z.output<typeof Heard>> {
    const all = Heard.parse((await this.#page.evaluate(() => window.host.heard)).map((raw) => JSON.parse(raw)));
    return type === undefined ? all : all.filter((message) => message.type === type);
  }

  say(message: unknown): Promise<void> {
    return this.#page.evaluate((text) => window.host.say(text), JSON.stringify(message));
  }

  /** Closes the peer connection in order, as a host does when a session is over. */
  hangUp(): Promise<void> {
    return this.#page.evaluate(() => window.host.hangUp());
  }
}

interface PageHost {
  heard: string[];
  answered: string;
  offer(): Promise<string>;
  answer(sdp: string): Promise<void>;
  say(text: string): void;
  hangUp(): void;
}
declare global {
  interface Window {
    host: PageHost;
  }
}

/** Runs in the host's page. */
function draw({ width, height }: { width: number; height: number }): void {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  let frame = 0;
  // A timer, since a page in the background gets no animation frames.
  setInterval(() => {
    if (context === null) return;
    frame += 1;
    context.fillStyle = '#12324a';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#e8b04a';
    context.fillRect((frame * 8) % width, height / 3, width / 8, height / 3);
  }, 33);
  const audio = new AudioContext();
  const speaker = audio.createMediaStreamDestination();
  const tone = audio.createOscillator();
  tone.connect(speaker);
  tone.start();
  let pc: RTCPeerConnection | undefined;
  let control: RTCDataChannel | undefined;
  window.host = {
    heard: [],
    answered: '',
    async offer() {
      const made = new RTCPeerConnection();
      pc = made;
      made.ondatachannel = ({ channel }) => {
        if (channel.label !== 'control') return;
        control = channel;
        channel.onmessage = ({ data }) => window.host.heard.push(String(data));
      };
      const stream = canvas.captureStream(30);
      // Else the browser begins with a smaller picture.
      for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
      for (const track of [...speaker.stream.getTracks(), ...stream.getTracks()]) {
        made.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
      }
      made.createDataChannel('unused');
      await made.setLocalDescription(await made.createOffer());
      if (made.iceGatheringState !== 'complete') {
        await new Promise<void>((done) => {
          made.onicegatheringstatechange = () => made.iceGatheringState === 'complete' && done();
        });
      }
      return made.localDescription?.sdp ?? '';
    },
    async answer(sdp) {
      window.host.answered = sdp;
      await pc?.setRemoteDescription({ type: 'answer', sdp });
    },
    say: (text) => control?.send(text),
    hangUp: () => pc?.close(),
  };
}
