import type { InputTarget } from './target.ts';

/** What one notch of a wheel is, by `WheelEvent.deltaMode`: pixels, lines, pages. */
const notch = [100, 3, 1] as const;

/** The most that one event turns: a page must not be able to flood the application. */
const mostNotches = 10;

/** What is read of a wheel event along one axis. */
export interface WheelTurn {
  readonly delta: number;
  readonly deltaMode: number;
  /** `wheelDeltaX`, `wheelDeltaY`: a notch is 120, whatever the page makes of it. Not in every browser. */
  readonly wheelDelta: number | undefined;
}

/**
 * How many notches a wheel or a touchpad turned; positive is up, or left: the DOM's sign is turned round. A touchpad turns by parts of a
 * notch, which the host adds up.
 */
export function notches({ delta, deltaMode, wheelDelta }: WheelTurn): number {
  const turned = wheelDelta === undefined || wheelDelta === 0 ? -delta / (notch[deltaMode] ?? notch[0]) : wheelDelta / 120;
  if (!Number.isFinite(turned)) return 0;
  // Thousandths are more than enough, and short to send. Adding 0 turns -0, which JSON can't say, into 0.
  return Math.round(Math.min(Math.max(turned, -mostNotches), mostNotches) * 1000) / 1000 + 0;
}

/** The wheel over the picture: a message an event. */
export function listenToWheel({ video, send, signal }: InputTarget): void {
  const take = (event: WheelEvent): void => {
    event.preventDefault();
    const { deltaMode } = event;
    const x = notches({ delta: event.deltaX, deltaMode, wheelDelta: numberOf(event, 'wheelDeltaX') });
    const y = notches({ delta: event.deltaY, deltaMode, wheelDelta: numberOf(event, 'wheelDeltaY') });
    if (x !== 0 || y !== 0) send({ type: 'input::mouse-wheel', data: { x, y } });
  };
  video.addEventListener('wheel', take, { signal, passive: false });
}

/** A member that the standard does not have. */
function numberOf(event: WheelEvent, name: string): number | undefined {
  const value: unknown = Reflect.get(event, name);
  return typeof value === 'number' ? value : undefined;
}
