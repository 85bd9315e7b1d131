import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ControlMessage, type DisplayMessage } from '#shared/control.ts';
import { type Action, nothingHeld, releaseAll } from '#worker/input/held.ts';
import { translate } from '#worker/input/translate.ts';
import { touchDisplay } from './touch-display.ts';

const screen = { width: 640, height: 480 };
const soon = { timeout: 20_000, interval: 50 };

const isOfDisplay = (message: ControlMessage): message is DisplayMessage => message.type.startsWith('input::pen');

/** A pen at a place, or null: it leaves. */
function pen(data: object | null): DisplayMessage {
  const message = ControlMessage.parse(data === null ? { type: 'input::pen-leave', data: {} } : { type: 'input::pen', data });
  if (!isOfDisplay(message)) throw new Error(message.type);
  return message;
}

function play(messages: readonly DisplayMessage[], hasTablet: boolean) {
  let held = nothingHeld;
  const actions: Action[] = [];
  for (const message of messages) {
    const step = translate(held, message, screen, hasTablet);
    held = step.held;
    actions.push(...step.actions);
  }
  return { held, actions };
}

/** `near`, `away`, `move 5`, `press 1`, `lift 1`: what the tablet does, with the x of a movement. */
const words = (actions: readonly Action[]): string[] =>
  actions.map((action) => {
    if (action.type === 'pen') return `${action.tool} ${action.x} ${action.pressure}`;
    if (action.type === 'pen-near') return `${action.tool} ${action.near ? 'near' : 'away'}`;
    if (action.type === 'pen-button') return `${action.tool} ${action.pressed ? 'press' : 'lift'} ${action.button}`;
    return action.type;
  });

test('[TS5] a pen comes near, moves, and its tip and side button act where it is; another end of it is another tool', () => {
  const { actions } = play(
    [
      pen({ x: 5.25, y: 6, down: false }),
      pen({ x: 7, y: 6, down: true, pressure: 0.5 }),
      pen({ x: 9000, y: -1, down: true, barrel: true, pressure: 1 }),
      pen({ x: 8, y: 6, down: true, tool: 'eraser' }),
      pen(null),
      pen(null),
    ],
    true,
  );
  expect(words(actions)).toEqual([
    ...['pen near', 'pen 5.25 0', 'pen 7 0.5', 'pen press 1', 'pen 639 1', 'pen press 3'],
    ...['pen lift 1', 'pen lift 3', 'pen away', 'eraser near', 'eraser 8 0', 'eraser press 1', 'eraser lift 1', 'eraser away'],
  ]);
});

test('[TS6] without a tablet a pen is the pointer, with its tip as the left button and the one at its side as the right', () => {
  const { actions } = play(
    [
      pen({ x: 5.4, y: 6, down: false }),
      pen({ x: 7, y: 6, down: true, pressure: 0.5 }),
      pen({ x: 9000, y: -1, down: true, barrel: true, tool: 'eraser' }),
      pen(null),
    ],
    false,
  );
  expect(actions).toEqual([
    { type: 'move', x: 5, y: 6 },
    { type: 'move', x: 7, y: 6 },
    { type: 'button', button: 1, pressed: true },
    { type: 'move', x: 639, y: 0 },
    { type: 'button', button: 3, pressed: true },
    { type: 'button', button: 1, pressed: false },
    { type: 'button', button: 3, pressed: false },
  ]);
});

test('[TS5] whatever a pen did, nothing of it is held or near when its client has gone', () => {
  const state = fc.record({
    ...{ x: fc.integer(), y: fc.integer(), down: fc.boolean(), barrel: fc.boolean() },
    tool: fc.constantFrom('pen', 'eraser'),
  });
  const some = fc.array(fc.option(state, { freq: 5 }), { maxLength: 20 });
  fc.assert(
    fc.property(some, (states) => {
      const messages = states.map((each) => pen(each && { ...each, x: each.x % 60_000, y: each.y % 60_000 }));
      const { held, actions } = play(messages, true);
      const open = new Set<string>();
      for (const word of words([...actions, ...releaseAll(held).actions])) {
        const [tool = '', what = '', button = ''] = word.split(' ');
        if (what === 'near') expect(open.size).toBe(0);
        else expect(open.has(tool)).toBe(true);
        if (what === 'near') open.add(tool);
        if (what === 'away') open.delete(tool);
        if (what === 'press') open.add(`${tool} ${button}`);
        if (what === 'lift') expect(open.delete(`${tool} ${button}`)).toBe(true);
      }
      expect(open.size).toBe(0);
    }),
  );
});

test('[TS7] what is wrong with a pen’s message is refused by the name of its field', () => {
  const good = { x: 1, y: 1, down: true };
  for (const bad of [
    { pressure: 1.1 },
    { pressure: -1 },
    { pressure: Number.NaN },
    { tiltX: 91 },
    { twist: -1 },
    { tool: 'x' },
  ]) {
    const { error } = ControlMessage.safeParse({ type: 'input::pen', data: { ...good, ...bad } });
    expect(error?.issues[0]?.path).toEqual(['data', ...Object.keys(bad)]);
  }
});

test('[TS8] an application gets a pen and an eraser as devices of their own, with pressure, on a screen of any size', async () => {
  const { input, heard, forget, devices: list } = await touchDisplay();
  const devices = new Map<string, string>();
  /** What the pointer did, and by which device: `Motion pen 100 200 500`. */
  const seen = () =>
    Array.from(
      heard().matchAll(
        /EVENT type \d+ \((Motion|ButtonPress|ButtonRelease)\)\n\s+device: (?!(\d+) \(\2\))\d+ \((\d+)\)(.*?)(?=EVENT|$)/gs,
      ),
      ([, type, , device = '', rest = '']) => {
        const [, x, y] = /root: ([\d.]+)\/([\d.]+)/.exec(rest) ?? [];
        const pressure = / 4: ([\d.]+)/.exec(rest)?.[1];
        const name = devices.get(device);
        return `${type} ${name} ${Math.round(Number(x))} ${Math.round(Number(y))} ${pressure === undefined ? '' : Number(pressure)}`;
      },
    );
  for (const [, name = '', id = ''] of (await list()).matchAll(/↳ (pen|eraser)\s+id=(\d+)/g)) devices.set(id, name);
  expect(new Set(devices.values())).toEqual(new Set(['pen', 'eraser']));
  const stroke = (x: number, y: number, change: object = {}) => input.handle(pen({ x, y, down: true, pressure: 0.5, ...change }));
  // It listens when it has said what devices there are.
  await vi.waitFor(() => {
    stroke(1, 1);
    input.handle(pen(null));
    expect(seen().length).toBeGreaterThan(0);
  }, soon);
  forget();
  stroke(100, 200);
  stroke(320, 240, { pressure: 1, barrel: true });
  stroke(50, 60, { tool: 'eraser', pressure: 0.25 });
  input.handle(pen(null));
  await vi.waitFor(() => expect(seen()).toContain('ButtonRelease eraser 50 60 0'), soon);
  const all = seen();
  for (const each of ['Motion pen 100 200 500', 'ButtonPress pen 100 200 500', 'Motion pen 320 240 1000'])
    expect(all).toContain(each);
  expect(all).toContain('Motion eraser 50 60 250');
  await input.resize({ width: 320, height: 240 });
  stroke(300, 200);
  await vi.waitFor(() => expect(seen()).toContain('Motion pen 300 200 500'), soon);
});
