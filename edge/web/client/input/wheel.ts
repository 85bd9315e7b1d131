import type { InputTarget } from './target.ts';

/** What one notch of a wheel is, by `WheelEvent.deltaMode`: pixels, lines, pages. */
const notch = [100, 3, 1] as const;

/** The most steps that one event makes: a page must not be able to flood the application. */
const mostSteps = 10;

/**
 * Makes whole steps of what a wheel or a touchpad turns. A real wheel turns by notches: each event is rounded to them. A
 * touchpad turns by less: that adds up, until it turns the other way.
 */
export class WheelAxis {
  #sum = 0;

  /** @returns steps; positive is up, or left: the DOM's sign is turned round. */
  turn(delta: number, deltaMode: number): number {
    const turned = delta / (notch[deltaMode] ?? notch[0]);
    if (!Number.isFinite(turned)) return 0;
    if (Math.abs(turned) >= 1) {
      this.#sum = 0;
      return steps(Math.round(turned));
    }
    this.#sum = Math.sign(turned) === -Math.sign(this.#sum) ? turned : this.#sum + turned;
    const whole = Math.trunc(this.#sum);
    this.#sum -= whole;
    return steps(whole);
  }
}

/** Adding 0 turns -0, which JSON can't say, into 0. */
const steps = (turned: number): number => -Math.min(Math.max(turned, -mostSteps), mostSteps) + 0;

/** The wheel over the picture: one message a step, each -1, 0 or 1 along an axis. */
export function listenToWheel({ video, send, signal }: InputTarget): void {
  const across = new WheelAxis();
  const along = new WheelAxis();
  const take = (event: WheelEvent): void => {
    event.preventDefault();
    const x = across.turn(event.deltaX, event.deltaMode);
    const y = along.turn(event.deltaY, event.deltaMode);
    for (let i = 0; i < Math.abs(x); i += 1) send({ type: 'input::mouse-wheel', data: { x: Math.sign(x), y: 0 } });
    for (let i = 0; i < Math.abs(y); i += 1) send({ type: 'input::mouse-wheel', data: { x: 0, y: Math.sign(y) } });
  };
  video.addEventListener('wheel', take, { signal, passive: false });
}
