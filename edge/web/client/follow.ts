import { fitWithin, largestDensity, largestSize, leastDensity, type Size } from '#shared/screen.ts';

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

/** How many dots an inch a picture has that is shown across `box` (CSS pixels, of which an inch is 96). */
export function densityOf(picture: Size, box: Size): number {
  const scale = Math.max(picture.width / box.width, picture.height / box.height);
  return Math.min(largestDensity, Math.max(leastDensity, Math.round(96 * scale)));
}

/** What to ask for: a picture, and how many dots an inch of it has. */
export interface Sharp extends Size {
  readonly density: number;
}

/** Asks for a picture of an element's size, and again whenever that has changed. */
export class SizeFollower {
  readonly #element: Element;
  readonly #limit: Size;
  #asked: Sharp | undefined;
  #stop: (() => void) | undefined;
  #check: (() => void) | undefined;

  constructor(element: Element, limit: Size = largestSize) {
    this.#element = element;
    this.#limit = limit;
  }

  /** What to ask for now, which then counts as asked for; undefined while the element is not shown. */
  take(): Sharp | undefined {
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width === 0 || height === 0) return undefined;
    const size = sharpSize({ width, height }, devicePixelRatio, this.#limit);
    this.#asked = { ...size, density: densityOf(size, { width, height }) };
    return this.#asked;
  }

  /** From now on `ask` is called for each that was not asked for yet. */
  watch(ask: (screen: Sharp) => void): void {
    this.stop();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = (): void => {
      const before = this.#asked;
      const now = this.take();
      if (now !== undefined && !isSame(now, before)) ask(now);
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

const isSame = (a: Sharp, b: Sharp | undefined): boolean =>
  a.width === b?.width && a.height === b.height && a.density === b.density;
