import type { InputTarget } from './target.ts';
import { distanceOf, placeOf } from './target.ts';

/** The bits of `MouseEvent.buttons` (UI Events) and the protocol's numbers, which are X11's: 8 and 9 are back and forward. */
const buttons = [
  [1, 1],
  [4, 2],
  [2, 3],
  [8, 8],
  [16, 9],
] as const;

/** What changed between two values of `MouseEvent.buttons`. Reading the bits heals an event that never came. */
export function buttonChanges(before: number, after: number): { button: number; pressed: boolean }[] {
  return buttons
    .filter(([bit]) => (before & bit) !== (after & bit))
    .map(([bit, button]) => ({ button, pressed: (after & bit) !== 0 }));
}

/** The mouse over the picture, or locked to it. A press takes the pointer, so that a drag may leave the picture. */
export function listenToMouse({ video, sink, send, signal }: InputTarget): void {
  let held = 0;
  let rest = { x: 0, y: 0 };

  const press = (now: number): void => {
    for (const data of buttonChanges(held, now)) send({ type: 'input::mouse-button', data });
    held = now;
  };

  const move = (event: PointerEvent): void => {
    const distance = distanceOf(video, event);
    const x = rest.x + distance.x;
    const y = rest.y + distance.y;
    const [rx, ry] = [Math.trunc(x), Math.trunc(y)];
    // Relative pixels are whole: what is cut off is added to the next movement.
    rest = { x: x - rx, y: y - ry };
    if (document.pointerLockElement === video) {
      send({ type: 'input::mouse-move', data: { rx, ry } });
      return;
    }
    const place = placeOf(video, event);
    if (place !== undefined) send({ type: 'input::mouse-move', data: { rx, ry, ...place } });
  };

  const take = (event: PointerEvent): void => {
    if (event.pointerType !== 'mouse') return;
    if (event.type === 'pointerdown') {
      sink.focus();
      video.setPointerCapture(event.pointerId);
    }
    // A button acts where the pointer is: the place goes first.
    move(event);
    press(event.buttons);
  };

  for (const type of ['pointerdown', 'pointermove', 'pointerup'] as const) video.addEventListener(type, take, { signal });
  const drop = (): void => press(0);
  video.addEventListener('pointercancel', (event) => event.pointerType === 'mouse' && drop(), { signal });
  sink.field.addEventListener('blur', ({ relatedTarget }) => relatedTarget !== video && drop(), { signal });
  window.addEventListener('blur', drop, { signal });
  // What the browser does with buttons of its own: the menu, scrolling with the middle one, going back and forward.
  for (const type of ['mousedown', 'mouseup', 'auxclick', 'contextmenu', 'dragstart'] as const) {
    video.addEventListener(type, (event) => event.preventDefault(), { signal });
  }
  signal.addEventListener('abort', drop, { once: true });
}
