import { expect, test, vi } from 'vitest';
import { ControlMessage, type DisplayMessage } from '#shared/control.ts';
import { type Action, nothingHeld, releaseAll } from '#worker/input/held.ts';
import { touchEvent, versionHello } from '#worker/input/inputtest/protocol.ts';
import { translate } from '#worker/input/translate.ts';
import { xorgConfig } from '#worker/instance/displays/xorg.ts';
import { touchDisplay } from './touch-display.ts';

const soon = { timeout: 20_000, interval: 50 };

const isOfDisplay = (message: ControlMessage): message is DisplayMessage => message.type.startsWith('input::touch-');

function finger(type: 'start' | 'move' | 'end', data: object): DisplayMessage {
  const message = ControlMessage.parse({ type: `input::touch-${type}`, data });
  if (!isOfDisplay(message)) throw new Error(type);
  return message;
}

test('[TS1] fingers are touches where there is a touch screen, each its own', () => {
  let held = nothingHeld;
  const actions: Action[] = [];
  for (const message of [
    finger('start', { id: 0, x: 5, y: 6 }),
    finger('start', { id: 3, x: 50, y: 60 }),
    finger('move', { id: 3, x: 5000, y: -1 }),
    finger('move', { id: 4, x: 1, y: 1 }),
    finger('end', { id: 0 }),
  ]) {
    const step = translate(held, message, { width: 640, height: 480 }, { touch: true, tablet: false });
    held = step.held;
    actions.push(...step.actions);
  }
  expect(actions).toEqual([
    { type: 'touch', phase: 'begin', id: 0, x: 5, y: 6 },
    { type: 'touch', phase: 'begin', id: 3, x: 50, y: 60 },
    { type: 'touch', phase: 'update', id: 3, x: 639, y: 0 },
    { type: 'touch', phase: 'end', id: 0, x: 5, y: 6 },
  ]);
  // Who is gone lifts its fingers.
  expect(releaseAll(held).actions).toEqual([{ type: 'touch', phase: 'end', id: 3, x: 639, y: 0 }]);
});

test('[TS2] touches are told to the server’s device byte for byte', () => {
  expect(versionHello().toString('hex')).toBe('0c0000000000000001000100');
  const bytes = touchEvent('update', 7, { x: 1, y: 65_535 });
  expect(bytes).toHaveLength(1056);
  expect(bytes.subarray(0, 24).toString('hex')).toBe('200400000600000007000000130000000000000003000000');
  expect([bytes.readDoubleLE(32), bytes.readDoubleLE(40)]).toEqual([1, 65_535]);
  const files = { config: '/run/c', log: '/run/l', touchSocket: '/run/t', tabletSocket: '/run/p' };
  const config = xorgConfig({ width: 640, height: 480 }, files);
  expect(config).toContain('Option "SocketPath" "/run/t"');
  expect(config).not.toMatch(/farpanepen|ModulePath|"pen"/);
});

test('[TS3] an application gets the touches of two fingers, at their places, also after the screen has another size', async () => {
  const { input, heard, forget } = await touchDisplay();
  /** `begin 1 100 200`, of the touches so far. */
  const touches = () =>
    Array.from(
      heard().matchAll(/EVENT type \d+ \(Touch(\w+)\).*?detail: (\d+).*?root: ([\d.]+)\/([\d.]+)/gs),
      ([, phase = '', id, x, y]) => `${phase.toLowerCase()} ${id} ${Math.round(Number(x))} ${Math.round(Number(y))}`,
    );
  // It listens when it has said what devices there are.
  await vi.waitFor(() => {
    input.handle(finger('start', { id: 9, x: 1, y: 1 }));
    input.handle(finger('end', { id: 9, last: true }));
    expect(touches().length).toBeGreaterThan(0);
  }, soon);
  forget();
  input.handle(finger('start', { id: 0, x: 100, y: 200 }));
  input.handle(finger('start', { id: 1, x: 639, y: 479 }));
  input.handle(finger('move', { id: 0, x: 110, y: 210 }));
  input.handle(finger('end', { id: 0 }));
  input.handle(finger('end', { id: 1, last: true }));
  const phases = () => touches().map((touch) => touch.split(' ')[0]);
  await vi.waitFor(() => expect(phases().filter((phase) => phase === 'end').length).toBeGreaterThanOrEqual(2), soon);
  const seen = touches();
  expect(seen.some((touch) => /^begin \d+ 100 200$/.test(touch))).toBe(true);
  expect(seen.some((touch) => /^begin \d+ 639 479$/.test(touch))).toBe(true);
  expect(seen.some((touch) => /^update \d+ 110 210$/.test(touch))).toBe(true);
  await input.resize({ width: 320, height: 240 });
  input.handle(finger('start', { id: 0, x: 300, y: 200 }));
  input.handle(finger('end', { id: 0, last: true }));
  await vi.waitFor(() => expect(touches().some((touch) => /^begin \d+ 300 200$/.test(touch))).toBe(true), soon);
});
