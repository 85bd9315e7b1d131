import { type InputTarget, placeOf } from './target.ts';

/** As many fingers as the protocol has numbers for. */
const mostFingers = 10;

/** Gives each finger the lowest number that is free: 0 to 9. */
export class Fingers {
  readonly #slots = new Map<number, number>();

  /** @returns the number of a finger that comes down, or undefined where all are taken. */
  add(pointer: number): number | undefined {
    const taken = new Set(this.#slots.values());
    for (let slot = 0; slot < mostFingers; slot += 1) {
      if (taken.has(slot)) continue;
      this.#slots.set(pointer, slot);
      return slot;
    }
    return undefined;
  }

  get(pointer: number): number | undefined {
    return this.#slots.get(pointer);
  }

  /** @returns the finger's number, and whether it was the last one; undefined for one that was never down. */
  remove(pointer: number): { id: number; last: boolean } | undefined {
    const id = this.#slots.get(pointer);
    if (id === undefined) return undefined;
    this.#slots.delete(pointer);
    return { id, last: this.#slots.size === 0 };
  }

  get down(): number[] {
    return [...this.#slots.keys()];
  }
}

/** Fingers on the picture, and whatever else is neither a mouse nor a pen. */
export function listenToTouch({ video, sink, send, signal }: InputTarget): void {
  const fingers = new Fingers();

  const lift = (pointer: number): void => {
    const data = fingers.remove(pointer);
    if (data !== undefined) send({ type: 'input::touch-end', data });
  };

  const take = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse' || event.pointerType === 'pen') return;
    // Else the browser sends mouse events after the finger, for pages that know no touch.
    event.preventDefault();
    const place = placeOf(video, event);
    if (event.type === 'pointerdown') {
      sink.focus();
      const id = place === undefined ? undefined : fingers.add(event.pointerId);
      if (id !== undefined && place !== undefined) send({ type: 'input::touch-start', data: { id, ...place } });
      return;
    }
    const id = fingers.get(event.pointerId);
    if (event.type !== 'pointermove') {
      lift(event.pointerId);
      return;
    }
    if (id !== undefined && place !== undefined) send({ type: 'input::touch-move', data: { id, ...place } });
  };

  for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel'] as const) {
    video.addEventListener(type, take, { signal });
  }
  const liftAll = (): void => fingers.down.forEach(lift);
  window.addEventListener('blur', liftAll, { signal });
  signal.addEventListener('abort', liftAll, { once: true });
}
