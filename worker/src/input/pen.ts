import type { PenState } from '#shared/control/pen.ts';
import { type Action, button, type Held, leavePen, type Pen, penButtons, penPoint, type Step } from './held.ts';

/** What a pen does on a graphics tablet: it comes into reach, moves, then its buttons act where it is. */
export function onTablet(held: Held, state: PenState, screen: { width: number; height: number }): Step {
  const { pressure, ...how } = state;
  const { tool } = how;
  const pen: Pen = { ...how, ...within(state, screen) };
  const before = held.pen?.tool === tool ? held.pen : undefined;
  const at = penPoint(pen, pressure);
  const actions: Action[] = [
    ...(before === undefined ? leavePen(held.pen) : []),
    ...(before === undefined ? [{ type: 'pen-near', near: true, ...at } as const] : []),
    { type: 'pen', ...at },
  ];
  for (const [name, number] of penButtons) {
    if ((before?.[name] ?? false) !== pen[name]) actions.push({ type: 'pen-button', button: number, pressed: pen[name], ...at });
  }
  return { held: { ...held, pen }, actions };
}

/** Where there is no tablet it is the pointer, with its tip as the left button and the one at its side as the right. */
export function asPointer(held: Held, state: PenState, screen: { width: number; height: number }): Step {
  const { x, y } = within(state, screen);
  const pressed = press(held, state);
  return { held: pressed.held, actions: [{ type: 'move', x: Math.round(x), y: Math.round(y) }, ...pressed.actions] };
}

/** It is out of reach, and holds nothing any more. */
export const penLeaves = (held: Held, hasTablet: boolean): Step =>
  hasTablet ? { held: { ...held, pen: undefined }, actions: leavePen(held.pen) } : press(held, { down: false, barrel: false });

/** The pointer's buttons are as the pen's. */
function press(held: Held, pen: Pick<Pen, 'down' | 'barrel'>): Step {
  const nothing: Step = { held, actions: [] };
  return penButtons.reduce((before, [name, number]) => {
    const after = button(before.held, number, pen[name]);
    return { held: after.held, actions: [...before.actions, ...after.actions] };
  }, nothing);
}

/** Fractions stay: a tablet is finer than the screen. */
const within = ({ x, y }: { x: number; y: number }, { width, height }: { width: number; height: number }) => ({
  x: Math.min(Math.max(x, 0), width - 1) + 0,
  y: Math.min(Math.max(y, 0), height - 1) + 0,
});
