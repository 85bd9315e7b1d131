import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlMessage } from '#shared/control.ts';
import { SessionPost } from '#shared/gateway.ts';
import { HostEvent, hostCalls } from '#shared/host.ts';
import { newIncarnation, newPeerId, newSessionId } from '#shared/ids.ts';
import { keyCodes } from '#shared/keys.ts';
import { fitWithin, Screen, ScreenChange } from '#shared/screen.ts';
import { ClientSignal } from '#shared/signal.ts';

test("[WR15] a screen's width and height become even, and stay within the limits", () => {
  const sizes = fc.record({ width: fc.integer({ min: 1, max: 3840 }), height: fc.integer({ min: 1, max: 2160 }) });
  fc.assert(
    fc.property(sizes, (size) => {
      for (const { width = 1, height = 1 } of [Screen.parse(size), ScreenChange.parse(size)]) {
        expect([width % 2, height % 2]).toEqual([0, 0]);
        expect([width - size.width, height - size.height].every((more) => more === 0 || more === 1)).toBe(true);
        expect(Screen.safeParse({ width, height }).success).toBe(true);
      }
    }),
  );
});

test('[WR15] without a size a screen is 1280 by 720 at 60; a change changes what it names only', () => {
  expect(Screen.parse({})).toEqual({ width: 1280, height: 720, fps: 60, density: 240 });
  expect(ScreenChange.parse({ fps: 30 })).toEqual({ fps: 30 });
  for (const wrong of [{ width: 0 }, { width: 3841 }, { height: 2161 }, { fps: 121 }, { width: 1.5 }, { width: '800' }]) {
    expect(Screen.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
});

test('[WR15] a size that is fitted keeps its shape, even and within the limits', () => {
  const side = fc.integer({ min: 1, max: 8192 });
  const limit = { width: 1920, height: 1080 };
  fc.assert(
    fc.property(side, side, (width, height) => {
      const fitted = fitWithin({ width, height }, limit);
      expect([fitted.width % 2, fitted.height % 2]).toEqual([0, 0]);
      expect(fitted.width).toBeLessThanOrEqual(limit.width);
      expect(fitted.height).toBeLessThanOrEqual(limit.height);
      // To a pixel, where a side is not at its least.
      const scale = Math.min(1, limit.width / width, limit.height / height);
      for (const [is, was] of [
        [fitted.width, width],
        [fitted.height, height],
      ] as const) {
        if (was * scale > 16) expect(Math.abs(is - was * scale)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('[WR16] the smallest creation names an application; the rest has defaults', () => {
  expect(SessionPost.parse({ app: 'xterm' })).toEqual({
    app: 'xterm',
    app_version: 0,
    region: '',
    joinable: false,
    ephemeral: true,
    extra_data: null,
    screen: { width: 1280, height: 720, fps: 60, density: 240 },
  });
  expect(SessionPost.safeParse({}).success).toBe(false);
});

test("[WR17] a signal's type decides what else it holds, and lists have an end", () => {
  expect(ClientSignal.parse({ type: 'settings' })).toMatchObject({ api_version: 0, data_channels: [], enable_video: true });
  expect(ClientSignal.safeParse({ type: 'answer' }).success).toBe(false);
  expect(ClientSignal.safeParse({ type: 'shutdown' }).success).toBe(false);
  const channels = ['a', 'b', 'c', 'd', 'e'];
  expect(ClientSignal.safeParse({ type: 'settings', data_channels: channels }).success).toBe(true);
  expect(ClientSignal.safeParse({ type: 'settings', data_channels: [...channels, 'f'] }).success).toBe(false);
  const codecs = { type: 'settings', video: { preferred_decoder_codecs: ['h264', 'Vp8'] } };
  expect(ClientSignal.parse(codecs)).toMatchObject({ video: { preferred_decoder_codecs: ['H264', 'VP8'] } });
});

test('[WR18] a control message with a number that is none, or out of bounds, is no message', () => {
  expect(ControlMessage.parse({ type: 'input::mouse-move', data: {} })).toEqual({
    type: 'input::mouse-move',
    data: { rx: 0, ry: 0 },
  });
  for (const x of [Number.NaN, Number.POSITIVE_INFINITY, 1e9, '1', null]) {
    expect(ControlMessage.safeParse({ type: 'input::mouse-move', data: { x } }).success, String(x)).toBe(false);
  }
  expect(ControlMessage.safeParse({ type: 'input::mouse-button', data: { pressed: true, button: 0 } }).success).toBe(false);
  expect(ControlMessage.safeParse({ type: 'input::touch-start', data: { id: 10, x: 1, y: 1 } }).success).toBe(false);
});

test('[WR19] no two keys share a code, and every code is one that a message can hold', () => {
  const codes = Object.values(keyCodes);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) {
    expect(ControlMessage.safeParse({ type: 'input::key', data: { code, pressed: true } }).success).toBe(true);
  }
});

test('[WR20] an event of a host holds what its type needs, and who it is of', () => {
  const of = { session: newSessionId(), host: 'host-1', incarnation: newIncarnation(), seq: 1 };
  expect(HostEvent.safeParse({ ...of, type: 'active' }).success).toBe(true);
  expect(HostEvent.safeParse({ ...of, type: 'peer-joined', peer: newPeerId() }).success).toBe(true);
  for (const wrong of [
    { ...of, type: 'failed' },
    { ...of, type: 'ended' },
    { ...of, type: 'active', seq: 0 },
    { ...of, type: 'active', session: 'x' },
    { ...of, type: 'unheard-of' },
    { type: 'active' },
  ]) {
    expect(HostEvent.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
});

test('[WR21] a request of every call names its session, and one that does not is refused', () => {
  for (const [call, { request }] of Object.entries(hostCalls)) {
    const result = request.safeParse({ app: 'xterm', reason: 'test', link: 'link-0' });
    expect(
      result.error?.issues.map(({ path }) => path[0]),
      call,
    ).toContain('session');
  }
});
