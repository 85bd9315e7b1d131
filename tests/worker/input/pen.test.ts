import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlMessage, type DisplayMessage } from '#shared/control.ts';
import { type Action, nothingHeld, releaseAll } from '#worker/input/held.ts';
import { tabletMessage } from '#worker/input/tablet/message.ts';
import { translate } from '#worker/input/translate.ts';
import { xorgConfig } from '#worker/instance/displays/xorg.ts';

const screen = { width: 640, height: 480 };

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
    const step = translate(held, message, screen, { touch: hasTablet, tablet: hasTablet });
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

test('[TS4] pens are told to the driver of the tablet byte for byte', () => {
  const at = { tool: 'pen', x: 1.5, y: 479, pressure: 1, tiltX: -90, tiltY: 12.4, twist: 0 } as const;
  const bytes = (action: Parameters<typeof tabletMessage>[0]) => tabletMessage(action, screen).toString('hex');
  const tail = `${'9a090000'}${'77f70f00'}${'e803'}${'a6ff'}${'0c00'}`;
  expect(bytes({ type: 'pen', ...at })).toBe(`01010000${tail}000000000000`);
  expect(bytes({ type: 'pen-near', near: true, ...at })).toBe(`01020000${tail}000000000000`);
  expect(bytes({ type: 'pen-near', near: false, ...at, tool: 'eraser' })).toBe(`01030100${tail}000000000000`);
  expect(bytes({ type: 'pen-button', button: 3, pressed: true, ...at })).toBe(`01040003${tail}000000000000`);
  expect(bytes({ type: 'pen-button', button: 1, pressed: false, ...at })).toBe(`01050001${tail}000000000000`);
  // Clockwise, in fifths of a degree; what is half a turn or more is the other way round.
  const turns = [0, 90, 179, 180, 359, 359.95].map((twist) =>
    tabletMessage({ type: 'pen', ...at, twist }, screen).readInt16LE(18),
  );
  expect(turns).toEqual([0, 450, 895, -900, -5, 0]);
  const files = {
    config: '/run/c',
    log: '/run/l',
    touchSocket: '/run/t',
    tabletSocket: '/run/p',
    penDriver: '/opt/d/farpanepen_drv.so',
  };
  const config = xorgConfig(screen, files);
  expect(config).toContain('ModulePath "/opt/d,/usr/lib/xorg/modules"');
  for (const tool of ['pen', 'eraser']) expect(config).toContain(`Option "Tool" "${tool}"\n  Option "Socket" "/run/p"`);
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
    { tiltY: -91 },
    { twist: -1 },
    { twist: 360 },
    { tool: 'x' },
  ]) {
    const { error } = ControlMessage.safeParse({ type: 'input::pen', data: { ...good, ...bad } });
    expect(error?.issues[0]?.path).toEqual(['data', ...Object.keys(bad)]);
  }
});
