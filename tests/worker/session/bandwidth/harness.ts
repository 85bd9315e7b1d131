import type { Browser } from 'playwright-core';
import type { Role } from '#shared/host.ts';
import { jsonLogger } from '#shared/log.ts';
import { ClientSettings } from '#shared/signal.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { type Directions, type ImpairedLink, startImpairedLink, throughLink } from '#tests/support/impaired/link.ts';
import { startXvfb } from '#tests/support/xvfb.ts';
import { openCapture } from '#tests/worker/capture/harness.ts';
import { type Client, launchBrowser, openClient } from '#tests/worker/media/support/browser.ts';
import { startTestMedia } from '#tests/worker/media/support/host.ts';
import { defaultBitrates } from '#worker/capture/bitrate.ts';
import type { CodedPicture } from '#worker/capture/capture.ts';
import type { BitrateLimits } from '#worker/session/bandwidth/decide.ts';
import { steerStreams } from '#worker/session/bandwidth/steer.ts';
import { lowStreams } from '#worker/session/low-streams.ts';
import { Peers } from '#worker/session/peers.ts';
import type { RunningState } from '#worker/session/state.ts';
import { Streams, type StreamsOptions } from '#worker/session/streams/streams.ts';

/** A client in a browser, and the link between it and the host. */
export interface Viewer extends AsyncDisposable {
  client: Client;
  link: ImpairedLink;
}

/** What a session has of streams, encoders, peers and control over them; a display whose every pixel changes; a browser. */
export interface StreamedScreen extends AsyncDisposable {
  streams: Streams;
  peers: Peers;
  /** Whose link the encoder follows. */
  control(peer: string): void;
  join(peer: string, conditions?: Directions, role?: Role): Promise<Viewer>;
  /** What the encoder was told last. */
  kbps(): number;
  /** The streams for guests whose links do not carry that one. */
  low: Streams;
  /** What all video encoders that run are told, added up. */
  targetKbps(): number;
}

const screen = { width: 640, height: 360, fps: 30, density: 1 } as const;

/** In grains of four pixels nothing can be foretold, so the encoder takes all that it is given. */
const noise = [
  ...['-q', 'videotestsrc', 'is-live=true', 'pattern=snow', '!'],
  ...[`video/x-raw,width=${screen.width / 4},height=${screen.height / 4},framerate=${screen.fps}/1`, '!'],
  ...[
    'videoscale',
    '!',
    `video/x-raw,width=${screen.width},height=${screen.height}`,
    '!',
    'videoconvert',
    '!',
    'ximagesink',
    'sync=false',
  ],
];

export async function openStreamedScreen({
  limits,
  startKbps,
  startsAfter,
}: {
  limits: BitrateLimits;
  startKbps: number;
  /** Encoders wait for this. Default: for nothing. */
  startsAfter?: Promise<void>;
}): Promise<StreamedScreen> {
  await using stack = new AsyncDisposableStack();
  const display = stack.use(await startXvfb(screen));
  display.run('gst-launch-1.0', ...noise);
  const { capture } = stack.use(await openCapture());
  const media = await startTestMedia();
  stack.defer(() => media.close());
  const browser: Browser = await launchBrowser();
  stack.defer(() => browser.close());
  const room = await media.createRoom();
  let controller: string | null = null;
  const start =
    ({ fps, size }: CodedPicture): StreamsOptions['start'] =>
    async (_, { port, ssrc, payloadType, playoutDelayExtensionId }, { kbps }) => {
      await startsAfter;
      return await capture.startVideo({
        ...(size ?? screen),
        ...{ fps, size },
        display: display.name,
        authority: '',
        codec: 'H264',
        bitrateKbps: kbps,
        encoder: await softwareEncoder('H264', { ...(size ?? screen), fps, bitrateKbps: kbps }),
        rtp: { port, ssrc, payloadType, playoutDelayExtensionId },
      });
    };
  const streams = new Streams({
    room,
    capture: () => Promise.resolve(capture),
    start: start({ fps: screen.fps, size: null }),
    startRate: () => ({ kbps: startKbps, picture: { fps: screen.fps, size: null } }),
    onFailure: (error) => {
      throw error;
    },
  });
  stack.defer(() => streams.close());
  const log = jsonLogger(() => undefined, 'error');
  const low = lowStreams({
    ...{ room, streams, start, log },
    screen: () => screen,
    bitrates: defaultBitrates,
    capture: () => Promise.resolve(capture),
  });
  stack.defer(() => low.close());
  const peers: Peers = new Peers({
    room,
    streams,
    codecs: { usual: ['H264'], onRequest: [] },
    hasSound: false,
    takes: { microphone: false, camera: false },
    maxKbps: () => limits.maxKbps,
    onControl: () => undefined,
    onControlOpen: () => undefined,
    onUpLink: () => undefined,
    onChannelOpen: () => undefined,
    onMessage: () => undefined,
    onState: (_, state) => {
      if (state === 'connected') bandwidth.start();
    },
  });
  stack.defer(() => peers.closeAll());
  const state = (): RunningState => ({
    phase: 'running',
    deadlines: { firstPeerMs: null, idleMs: null, peerGraceMs: 1000 },
    owner: null,
    guests: [],
    controller,
    wasKept: false,
    seen: true,
  });
  const bandwidth = steerStreams({
    codecs: ['H264'],
    ...{ streams, low, peers, state, log },
    limits: () => limits,
    screen: () => screen,
    bitrates: defaultBitrates,
  });
  stack.defer(() => bandwidth.close());
  const settings = ClientSettings.parse({ type: 'settings', api_version: 2 });
  const owned = stack.move();
  return {
    ...{ streams, low, peers },
    targetKbps: () => capture.targetKbps(),
    control: (peer) => {
      controller = peer;
    },
    kbps: () => streams.rate('H264')?.kbps ?? 0,
    async join(peer, conditions, role = 'owner') {
      const client = await openClient(browser);
      const offer = await peers.offer(peer, role, settings);
      const { candidates } = await peers.answer(peer, await client.answer(offer));
      const port = Number(candidates[0]?.candidate.split(' ')[5]);
      const link = await startImpairedLink({ target: { ip: '127.0.0.1', port }, ...conditions });
      await client.addCandidates(throughLink(candidates, link.port));
      return {
        client,
        link,
        async [Symbol.asyncDispose]() {
          peers.close(peer);
          await client.page.close();
          await link[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
