import { fitWithin, largestSize, type Size } from '#shared/screen.ts';

/** The picture is to be as large as an element of the page. */
export interface FollowOptions {
  /**
   * Default: the video. Its size must not depend on the picture's, as that of a video without width and height of its own does: one
   * would drive the other.
   */
  readonly element?: Element;
  /** In pixels of the picture. Default, and at most: 3840 by 2160. */
  readonly limit?: Size;
}

/** No application is of use below this. */
const least: Size = { width: 320, height: 240 };

/** Changes that come faster are one: somebody drags the window's edge. Milliseconds. */
const settledMs = 150;

/** The picture that an element of that size (CSS pixels) shows sharp at that ratio of device pixels; even, and within `limit`. */
export function sharpSize(box: Size, ratio: number, limit: Size = largestSize): Size {
  const fitted = fitWithin({ width: box.width * ratio, height: box.height * ratio }, limit);
  return {
    width: Math.max(fitted.width, Math.min(least.width, limit.width)),
    height: Math.max(fitted.height, Math.min(least.height, limit.height)),
  };
}

/** Asks for a picture of an element's size, and again whenever that has changed. */
export class SizeFollower {
  readonly #element: Element;
  readonly #limit: Size;
  #asked: Size | undefined;
  #stop: (() => void) | undefined;
  #check: (() => void) | undefined;

  constructor(element: Element, limit: Size = largestSize) {
    this.#element = element;
    this.#limit = limit;
  }

  /** The size to ask for now, which then counts as asked for; undefined while the element is not shown. */
  take(): Size | undefined {
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width === 0 || height === 0) return undefined;
    this.#asked = sharpSize({ width, height }, devicePixelRatio, this.#limit);
    return this.#asked;
  }

  /** From now on `ask` is called for each size that was not asked for yet. */
  watch(ask: (size: Size) => void): void {
    this.stop();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = (): void => {
      const before = this.#asked;
      const now = this.take();
      if (now !== undefined && (now.width !== before?.width || now.height !== before.height)) ask(now);
    };
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(check, settledMs);
    };
    const observer = new ResizeObserver(soon);
    observer.observe(this.#element);
    // Zooming, and another monitor, change how many pixels there are in the same box.
    window.addEventListener('resize', soon);
    this.#check = check;
    this.#stop = () => {
      clearTimeout(timer);
      observer.disconnect();
      window.removeEventListener('resize', soon);
    };
  }

  /** What was asked for was refused: it is asked for again at the next {@link recheck}, or change. */
  refused(): void {
    this.#asked = undefined;
  }

  /** Asks for what was not asked for yet. */
  recheck(): void {
    this.#check?.();
  }

  /** Idempotent. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#check = undefined;
  }
}
