import { type Composition, noComposition } from './keyboard/ime.ts';

/** A pen in reach of the tablet. `down`: it touches; `barrel`: the button at its side. */
export interface Pen {
  readonly tool: 'pen' | 'eraser';
  readonly x: number;
  readonly y: number;
  readonly down: boolean;
  readonly barrel: boolean;
  /** Degrees: -90 to 90, and 0 to 359 clockwise. */
  readonly tiltX: number;
  readonly tiltY: number;
  readonly twist: number;
}

/** What a peer holds down: X key codes and X buttons, the finger that acts as the pointer, and what is left of a wheel's turn. */
export interface Held {
  readonly keys: ReadonlySet<number>;
  readonly buttons: ReadonlySet<number>;
  readonly finger: number | undefined;
  readonly wheel: { readonly x: number; readonly y: number };
  /** Fingers on a touch screen, and where they are. */
  readonly touches: ReadonlyMap<number, { readonly x: number; readonly y: number }>;
  readonly pen: Pen | undefined;
  /** What its input method is composing. */
  readonly composition: Composition;
}

export const nothingHeld: Held = {
  keys: new Set(),
  buttons: new Set(),
  finger: undefined,
  wheel: { x: 0, y: 0 },
  touches: new Map(),
  pen: undefined,
  composition: noComposition,
};

/** Where a pen is, how it is held, and how hard it is pressed: 0 to 1. */
interface PenPoint extends Pick<Pen, 'tool' | 'x' | 'y' | 'tiltX' | 'tiltY' | 'twist'> {
  pressure: number;
}

/** One event of the tablet. */
export type PenAction =
  | ({ type: 'pen' } & PenPoint)
  /** It comes into reach, or goes. */
  | ({ type: 'pen-near'; near: boolean } & PenPoint)
  | ({ type: 'pen-button'; button: number; pressed: boolean } & PenPoint);

/** One event for the X server. Coordinates are pixels of the screen. */
export type Action =
  | PenAction
  | { type: 'move'; x: number; y: number }
  | { type: 'move-by'; dx: number; dy: number }
  | { type: 'button'; button: number; pressed: boolean }
  | { type: 'key'; keyCode: number; pressed: boolean }
  /** A finger on the touch screen. */
  | { type: 'touch'; phase: 'begin' | 'update' | 'end'; id: number; x: number; y: number }
  /** A key that goes down and up so many times, whatever modifiers are held. */
  | { type: 'tap'; keyCode: number; times: number }
  /** Any text, whatever keys it takes. */
  | { type: 'text'; text: string };

export interface Step {
  held: Held;
  actions: Action[];
}

/**
 * Presses or releases a key. A key that is held already is the client's auto-repeat: the X server repeats held keys by
 * itself, so that passing it on would type twice, and games see a key go down once. A release of what is not held is nothing.
 */
export function key(held: Held, keyCode: number, pressed: boolean): Step {
  const keys = changed(held.keys, keyCode, pressed);
  return keys === undefined ? { held, actions: [] } : { held: { ...held, keys }, actions: [{ type: 'key', keyCode, pressed }] };
}

/** Presses or releases a button, under the same rules. */
export function button(held: Held, number: number, pressed: boolean): Step {
  const buttons = changed(held.buttons, number, pressed);
  if (buttons === undefined) return { held, actions: [] };
  return { held: { ...held, buttons }, actions: [{ type: 'button', button: number, pressed }] };
}

/** The X buttons of what a pen holds: its tip is the left one, the one at its side the right one. */
export const penButtons = [
  ['down', 1],
  ['barrel', 3],
] as const satisfies readonly (readonly [keyof Pen, number])[];

/** The pen as its events say it. */
export const penPoint = ({ tool, x, y, tiltX, tiltY, twist }: Pen, pressure: number): PenPoint => ({
  ...{ tool, x, y, tiltX, tiltY, twist, pressure },
});

/** What happens when a pen goes: its buttons first. */
export function leavePen(pen: Pen | undefined): Action[] {
  if (pen === undefined) return [];
  const at = penPoint(pen, 0);
  const held = penButtons.filter(([name]) => pen[name]);
  return [
    ...held.map(([, number]): Action => ({ type: 'pen-button', button: number, pressed: false, ...at })),
    { type: 'pen-near', near: false, ...at },
  ];
}

/** Releases all that is held, buttons first: a drag ends with the modifiers that it began with. */
export function releaseAll(held: Held): Step {
  const actions: Action[] = [
    ...Array.from(held.touches, ([id, place]): Action => ({ type: 'touch', phase: 'end', id, ...place })),
    ...leavePen(held.pen),
    ...Array.from(held.buttons, (each): Action => ({ type: 'button', button: each, pressed: false })),
    ...Array.from(held.keys, (each): Action => ({ type: 'key', keyCode: each, pressed: false })),
  ];
  return { held: nothingHeld, actions };
}

/** The set with or without `value`, or undefined where it is so already. */
function changed(set: ReadonlySet<number>, value: number, present: boolean): ReadonlySet<number> | undefined {
  if (set.has(value) === present) return undefined;
  const copy = new Set(set);
  if (present) copy.add(value);
  else copy.delete(value);
  return copy;
}
