import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ControlState } from '#shared/control/roles.ts';
import { decodeJson } from '#shared/decode.ts';
import { launchChromium } from '#tests/support/chromium.ts';
import { Firefox } from '#tests/support/firefox.ts';
import { BrowserPeer } from './browser-peer.ts';
import { connectStack } from './connect.ts';
import { type InteropPeer, StackProcess } from './peer.ts';
import { type InteropWorld, startInteropWorld } from './world.ts';

let world: InteropWorld;

beforeAll(async () => {
  world = await startInteropWorld();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const within = { timeout: 30_000, interval: 100 };
const screen = { width: 640, height: 360, fps: 30 };
const ControlStateMessage = z.object({ type: z.literal('control::state'), data: z.string() });

/** A session for a process with a stack in it, which ends with the test. */
async function open(script: string, codec: string): Promise<InteropPeer> {
  const session = await world.gateway.create({ app: 'interop', idle_time_min: 1, screen });
  const stack = new StackProcess(script);
  await connectStack(stack, session.url, codec);
  const end = stack[Symbol.asyncDispose].bind(stack);
  return Object.assign(stack, {
    [Symbol.asyncDispose]: async () => {
      await end();
      await world.gateway.end(session.id);
    },
  });
}

const gateway = () => ({ gateway: world.stack.url, token: world.token });

/** Picture, sound, and both ways of a data channel. */
async function works(peer: InteropPeer): Promise<void> {
  await vi.waitFor(async () => expect(await peer.timecode()).toMatchObject({ tag: 7 }), within);
  const first = await peer.timecode();
  await vi.waitFor(async () => expect(await peer.timecode()).not.toMatchObject({ frame: first?.frame }), within);
  // A sine of amplitude 0.5 has a level of 0.5 / √2 = 0.354.
  await vi.waitFor(async () => expect(Math.abs((await peer.level()) - 0.354)).toBeLessThan(0.03), within);
  // The key A: X11's key code is evdev's 30 + 8.
  const inputs = first?.inputs ?? 0;
  for (const pressed of [true, false]) await peer.send({ type: 'input::key', data: { code: 4, pressed } });
  await vi.waitFor(async () => expect(await peer.timecode()).toMatchObject({ inputs: inputs + 1, lastCode: 38 }), within);
  await vi.waitFor(async () => expect(await peer.heard()).not.toEqual([]), within);
  const [heard = ''] = await peer.heard();
  const { data } = decodeJson(ControlStateMessage, heard, 'message');
  expect(decodeJson(ControlState, data, 'state')).toMatchObject({ role: 'owner' });
}

test('[IO6] Chromium sees, hears and is heard', async () => {
  await using chromium = await launchChromium();
  await using peer = await BrowserPeer.open(await chromium.browser.newPage(), { ...gateway(), codec: 'H264' });
  await works(peer);
});

test('[IO7] Firefox sees, hears and is heard', async () => {
  await using firefox = await Firefox.open();
  await using peer = await BrowserPeer.open(firefox.page, { ...gateway(), codec: 'VP8' });
  await works(peer);
});

test('[IO1] GStreamer’s webrtcbin sees, hears and is heard', async () => {
  await using peer = await open('webrtcbin-client.py', 'H264');
  await works(peer);
});

test('[IO2] aiortc sees, hears and is heard', async () => {
  await using peer = await open('aiortc-peer.py', 'VP8');
  await works(peer);
});

test('[IO3] werift sees, hears and is heard', async () => {
  await using peer = await open('werift.ts', 'VP8');
  await works(peer);
});

test('[IO4] node-datachannel sees, hears and is heard', async () => {
  await using peer = await open('node-datachannel.ts', 'VP8');
  await works(peer);
});

test('[IO5] @roamhq/wrtc sees, hears and is heard', async () => {
  await using peer = await open('wrtc.ts', 'VP8');
  await works(peer);
});
