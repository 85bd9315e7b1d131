import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ControlMessage, type DisplayMessage, type InputMessage } from '#shared/control.ts';
import { keyCodes } from '#shared/keys.ts';
import { type Action, nothingHeld, releaseAll } from '#worker/input/held.ts';
import { xKeyCode } from '#worker/input/keymap.ts';
import { translate } from '#worker/input/translate.ts';

const screen = { width: 640, height: 480 };

const isInput = (message: ControlMessage): message is DisplayMessage =>
  message.type.startsWith('input::') && !message.type.startsWith('input::gamepad-');

/** Takes messages in turn; the defaults of the schema are filled in, as at the door. */
function play(messages: readonly { type: string; data: unknown }[]) {
  let held = nothingHeld;
  const actions: Action[] = [];
  for (const raw of messages) {
    const message = ControlMessage.parse(raw);
    if (!isInput(message)) continue;
    const step = translate(held, message, screen);
    held = step.held;
    actions.push(...step.actions);
  }
  return { held, actions };
}

const move = (data: object) => ({ type: 'input::mouse-move', data });
const button = (number: number, pressed: boolean) => ({ type: 'input::mouse-button', data: { button: number, pressed } });
const key = (code: number, pressed: boolean) => ({ type: 'input::key', data: { code, pressed } });
const wheel = (x: number, y: number) => ({ type: 'input::mouse-wheel', data: { x, y } });

test('[IP1] the mouse moves to where it is pointed, within the screen', () => {
  expect(play([move({ x: 10.6, y: 20 }), move({ x: -5, y: 9999, rx: 3, ry: 3 })]).actions).toEqual([
    { type: 'move', x: 11, y: 20 },
    { type: 'move', x: 0, y: 479 },
  ]);
});

test('[IP1] a locked pointer moves by what it was moved', () => {
  expect(play([move({ rx: -7, ry: 3.4 }), move({})]).actions).toEqual([{ type: 'move-by', dx: -7, dy: 3 }]);
});

test('[IP2] buttons are those of X, back and forward not the wheel', () => {
  const pressed = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) => play([button(number, true)]).actions);
  expect(pressed).toEqual([1, 2, 3, 8, 9, 8, 9].map((number) => ({ type: 'button', button: number, pressed: true })));
});

test('[IP2] the wheel clicks up, down, left and right, and fractions add up', () => {
  const clicks = (messages: ReturnType<typeof wheel>[]) =>
    play(messages).actions.flatMap((action) => (action.type === 'button' && action.pressed ? [action.button] : []));
  expect(clicks([wheel(0, 1), wheel(0, -1), wheel(1, 0), wheel(-1, 0)])).toEqual([4, 5, 6, 7]);
  expect(clicks([wheel(0, 0.5)])).toEqual([]);
  expect(clicks([wheel(0, 0.5), wheel(0, 0.5)])).toEqual([4]);
  expect(clicks([wheel(0, -100)])).toHaveLength(20);
  expect(clicks(Array.from({ length: 30 }, () => wheel(0.1, 0)))).toEqual([6, 6, 6]);
});

test('[IP3] the first finger is the pointer with its left button, the others are nothing', () => {
  const touch = (type: string, data: object) => ({ type: `input::touch-${type}`, data });
  const { actions, held } = play([
    touch('start', { id: 3, x: 5, y: 6 }),
    touch('start', { id: 4, x: 50, y: 60 }),
    touch('move', { id: 4, x: 51, y: 61 }),
    touch('move', { id: 3, x: 7, y: 8 }),
    touch('end', { id: 4 }),
    touch('end', { id: 3, last: true }),
    touch('end', { id: 3, last: true }),
  ]);
  expect(actions).toEqual([
    { type: 'move', x: 5, y: 6 },
    { type: 'button', button: 1, pressed: true },
    { type: 'move', x: 7, y: 8 },
    { type: 'button', button: 1, pressed: false },
  ]);
  expect(held).toEqual(nothingHeld);
});

test('[IP4] every key of the protocol is a key of X, and no two the same', () => {
  const codes = Object.values(keyCodes).map(xKeyCode);
  expect(codes.filter((code) => code === undefined)).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
  expect(xKeyCode(keyCodes.Quote)).toBe(48);
  expect(xKeyCode(255)).toBeUndefined();
});

test("[IP5] a key goes down once, however often the client's auto-repeat presses it", () => {
  const presses = play([key(4, true), key(4, true), key(4, true), key(4, false), key(4, false)]).actions;
  expect(presses).toEqual([
    { type: 'key', keyCode: 38, pressed: true },
    { type: 'key', keyCode: 38, pressed: false },
  ]);
});

test('[IP6] whatever was played, releasing all leaves nothing down and repeats no release', () => {
  const message = fc.oneof(
    fc.record({ code: fc.integer({ min: 0, max: 255 }), pressed: fc.boolean() }).map(({ code, pressed }) => key(code, pressed)),
    fc
      .record({ number: fc.integer({ min: 1, max: 9 }), pressed: fc.boolean() })
      .map(({ number, pressed }) => button(number, pressed)),
    fc
      .integer({ min: 0, max: 9 })
      .map((id) => ({ type: 'input::touch-start' satisfies InputMessage['type'], data: { id, x: 1, y: 1 } })),
    fc.integer({ min: 0, max: 9 }).map((id) => ({ type: 'input::touch-end' satisfies InputMessage['type'], data: { id } })),
    fc
      .record({ down: fc.boolean(), barrel: fc.boolean() })
      .map((data) => ({ type: 'input::pen' satisfies InputMessage['type'], data: { x: 1, y: 1, ...data } })),
    fc.record({ x: fc.double({ min: -3, max: 3 }), y: fc.double({ min: -3, max: 3 }) }).map(({ x, y }) => wheel(x || 0, y || 0)),
  );
  fc.assert(
    fc.property(fc.array(message), (messages) => {
      const played = play(messages);
      const released = releaseAll(played.held);
      const down = new Set<string>();
      for (const action of [...played.actions, ...released.actions]) {
        if (action.type !== 'key' && action.type !== 'button') continue;
        const name = `${action.type} ${action.type === 'key' ? action.keyCode : action.button}`;
        expect(down.has(name)).toBe(!action.pressed);
        if (action.pressed) down.add(name);
        else down.delete(name);
      }
      expect(down.size).toBe(0);
      expect(released.held).toEqual(nothingHeld);
    }),
  );
});
