import type { ControlInput } from '#web/client/control.ts';
import { type InputTarget, placeOf } from './target.ts';
import { type Posture, tiltOf } from './tilt.ts';

type PenData = Extract<ControlInput, { type: 'input::pen' }>['data'];

/** The bits of `PointerEvent.buttons` (Pointer Events, 5.1.1.3): the tip touches, the button at the side, the eraser touches. */
const bits = { tip: 1, barrel: 2, eraser: 32 } as const;

type Pen = Pick<PointerEvent, 'buttons' | 'button' | 'pressure' | 'twist'> & Posture;

/** How a pen is, of a pointer's event at this place. */
export function penData(pen: Pen, place: { x: number; y: number }): PenData {
  const erases = (pen.buttons & bits.eraser) !== 0 || pen.button === 5;
  return {
    ...place,
    tool: erases ? 'eraser' : 'pen',
    down: (pen.buttons & (bits.tip | bits.eraser)) !== 0,
    barrel: (pen.buttons & bits.barrel) !== 0,
    // Thousandths are as fine as pens are.
    pressure: Math.round(pen.pressure * 1000) / 1000,
    ...tiltOf(pen),
    twist: pen.twist,
  };
}

/** A pen over the picture, or on it. Of a stroke all is sent that the pen has told, not only what the browser's frames show of it. */
export function listenToPen({ video, sink, send, signal }: InputTarget): void {
  let near = false;

  const tell = (event: PointerEvent): void => {
    const place = placeOf(video, event);
    if (place === undefined) return;
    near = true;
    send({ type: 'input::pen', data: penData(event, place) });
  };
  const leave = (): void => {
    if (near) send({ type: 'input::pen-leave', data: {} });
    near = false;
  };

  const take = (event: PointerEvent): void => {
    if (event.pointerType !== 'pen') return;
    // Else the browser sends mouse events after the pen, for pages that know no pens.
    event.preventDefault();
    if (event.type === 'pointerdown') {
      sink.focus();
      video.setPointerCapture(event.pointerId);
    }
    const all = event.type === 'pointermove' ? event.getCoalescedEvents() : [];
    for (const each of all.length > 0 ? all : [event]) tell(each);
  };
  for (const type of ['pointerdown', 'pointermove', 'pointerup'] as const) video.addEventListener(type, take, { signal });
  for (const type of ['pointerleave', 'pointercancel'] as const) {
    video.addEventListener(type, (event) => event.pointerType === 'pen' && leave(), { signal });
  }
  window.addEventListener('blur', leave, { signal });
  signal.addEventListener('abort', leave, { once: true });
}
