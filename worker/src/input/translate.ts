import type { DisplayMessage } from '#shared/control.ts';
import { type Action, button, type Held, key, type Step } from './held.ts';
import { imeEvent } from './keyboard/ime-actions.ts';
import { xKeyCode } from './keymap.ts';
import { asPointer, onTablet, penLeaves } from './pen.ts';

/** The size of the screen that is pointed at, in pixels. */
export interface ScreenSize {
  width: number;
  height: number;
}

/** Without a touch screen the first finger is the pointer, and without a tablet a pen is. */
interface Devices {
  readonly touch: boolean;
  readonly tablet: boolean;
}
const pointerOnly: Devices = { touch: false, tablet: false };

/** The most clicks that one message turns the wheel by. */
const maxClicks = 20;

/**
 * What a message of the protocol does to the X server, given what is held.
 *
 * @param has which devices it has of its own.
 */
export function translate(held: Held, message: DisplayMessage, screen: ScreenSize, has: Devices = pointerOnly): Step {
  switch (message.type) {
    case 'input::mouse-move': {
      const { x, y, rx, ry } = message.data;
      return { held, actions: x === undefined || y === undefined ? moveBy(rx, ry) : [moveTo(x, y, screen)] };
    }
    case 'input::mouse-button': {
      const number = xButton(message.data.button);
      return number === undefined ? { held, actions: [] } : button(held, number, message.data.pressed);
    }
    case 'input::mouse-wheel':
      return wheel(held, message.data);
    case 'input::touch-start': {
      if (has.touch) return touch(held, message.data, screen);
      // One pointer, one finger: the others are passed over until it is lifted.
      if (held.finger !== undefined) return { held, actions: [] };
      const { id, x, y } = message.data;
      const pressed = button({ ...held, finger: id }, left, true);
      return { held: pressed.held, actions: [moveTo(x, y, screen), ...pressed.actions] };
    }
    case 'input::touch-move': {
      const { id, x, y } = message.data;
      if (has.touch) return held.touches.has(id) ? touch(held, message.data, screen) : { held, actions: [] };
      return { held, actions: id === held.finger ? [moveTo(x, y, screen)] : [] };
    }
    case 'input::touch-end': {
      const { id, last } = message.data;
      if (has.touch) return lift(held, last ? [...held.touches.keys()] : [id]);
      const lifted = held.finger !== undefined && (id === held.finger || last);
      return lifted ? button({ ...held, finger: undefined }, left, false) : { held, actions: [] };
    }
    case 'input::pen':
      return has.tablet ? onTablet(held, message.data, screen) : asPointer(held, message.data, screen);
    case 'input::pen-leave':
      return penLeaves(held, has.tablet);
    case 'input::key': {
      const keyCode = xKeyCode(message.data.code);
      return keyCode === undefined ? { held, actions: [] } : key(held, keyCode, message.data.pressed);
    }
    case 'input::ime-event':
      return imeEvent(held, message.data);
    default:
      throw message satisfies never;
  }
}

const left = 1;

/**
 * The X button of a button of the protocol, which counts on from the DOM's: there, 4 and 5 are the mouse's "back" and
 * "forward" (UI Events), but X turns the wheel with 4 to 7 and has those two as 8 and 9.
 */
function xButton(number: number): number | undefined {
  if (number === 4 || number === 5) return number + 4;
  return number <= 3 || number >= 8 ? number : undefined;
}

/** A finger comes down, or moves: one that is down already moves. */
function touch(held: Held, { id, x, y }: { id: number; x: number; y: number }, { width, height }: ScreenSize): Step {
  const place = { x: clamp(x, 0, width - 1), y: clamp(y, 0, height - 1) };
  const phase = held.touches.has(id) ? 'update' : 'begin';
  const touches = new Map(held.touches).set(id, place);
  return { held: { ...held, touches }, actions: [{ type: 'touch', phase, id, ...place }] };
}

function lift(held: Held, ids: readonly number[]): Step {
  const touches = new Map(held.touches);
  const actions = ids.flatMap((id): Action[] => {
    const place = touches.get(id);
    touches.delete(id);
    return place === undefined ? [] : [{ type: 'touch', phase: 'end', id, ...place }];
  });
  return { held: { ...held, touches }, actions };
}

/** Turns the wheel. X has no wheel, but buttons that are clicked: 4 up, 5 down, 6 left, 7 right. Fractions add up. */
function wheel(held: Held, turn: { x: number; y: number }): Step {
  const x = added(held.wheel.x, turn.x);
  const y = added(held.wheel.y, turn.y);
  const clicks = [...click(y, 4, 5), ...click(x, 6, 7)];
  return { held: { ...held, wheel: { x: x % 1, y: y % 1 } }, actions: clicks };
}

/** Ten tenths are one: what binary fractions leave is rounded away. */
const added = (rest: number, turn: number): number => Math.round((rest + turn) * 1e6) / 1e6;

function click(turn: number, positive: number, negative: number): Action[] {
  const count = Math.min(Math.floor(Math.abs(turn)), maxClicks);
  const number = turn > 0 ? positive : negative;
  return Array.from({ length: count }, (): Action[] => [
    { type: 'button', button: number, pressed: true },
    { type: 'button', button: number, pressed: false },
  ]).flat();
}

const moveTo = (x: number, y: number, { width, height }: ScreenSize): Action => ({
  type: 'move',
  x: clamp(x, 0, width - 1),
  y: clamp(y, 0, height - 1),
});

/** X carries both in 16 bits. */
function moveBy(rx: number, ry: number): Action[] {
  const dx = clamp(rx, -32_768, 32_767);
  const dy = clamp(ry, -32_768, 32_767);
  return dx === 0 && dy === 0 ? [] : [{ type: 'move-by', dx, dy }];
}

/** `+ 0` makes a negative zero a plain one. */
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(Math.round(value), low), high) + 0;
