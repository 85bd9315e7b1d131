import { CursorPlace, RemoteCursorShape } from '#shared/control/cursor.ts';
import { decodeJson } from '#shared/decode.ts';
import type { ControlInput, HostMessage } from './control.ts';
import { type Box, type Size, shownAt } from './input/place.ts';
import { lastBeside } from './input/sink.ts';

/**
 * The pointer of whoever else is in control, drawn over the picture where the host says that it is. It lies in an element of its own
 * behind the video, which takes no room and no events. Where no element can lie over the video, the pointer is left to the picture.
 */
export class RemoteCursor {
  readonly #video: HTMLVideoElement;
  readonly #send: (message: ControlInput) => void;
  readonly #image = document.createElement('img');
  #shape: RemoteCursorShape = { kind: 'hidden' };
  #place: CursorPlace | undefined;
  #stop: (() => void) | undefined;

  constructor(video: HTMLVideoElement, send: (message: ControlInput) => void) {
    this.#video = video;
    this.#send = send;
    this.#image.alt = '';
    this.#image.setAttribute('aria-hidden', 'true');
    // Nothing that the page says of images is meant for this one.
    this.#image.style.cssText = 'all: initial; position: absolute; left: 0; top: 0; transform-origin: 0 0; pointer-events: none';
  }

  /** The control channel is open. */
  begin(): void {
    this.end();
    const video = this.#video;
    const abort = new AbortController();
    const { signal } = abort;
    let told = false;
    const tell = (): void => {
      const on = canBeCovered(video);
      if (on === told) return;
      told = on;
      if (!on) this.#forget();
      this.#send({ type: 'cursor::remote', data: { on } });
    };
    const show = (): void => this.#show();
    for (const type of ['fullscreenchange', 'enterpictureinpicture', 'leavepictureinpicture']) {
      (type === 'fullscreenchange' ? document : video).addEventListener(type, tell, { signal });
    }
    // The picture has another size, or lies elsewhere in the window.
    const sizes = new ResizeObserver(show);
    sizes.observe(video);
    video.addEventListener('resize', show, { signal });
    for (const type of ['resize', 'scroll']) window.addEventListener(type, show, { signal, capture: true, passive: true });
    this.#stop = () => {
      abort.abort();
      sizes.disconnect();
    };
    tell();
  }

  take({ type, data }: HostMessage): void {
    if (typeof data !== 'string' || this.#stop === undefined) return;
    try {
      if (type === 'cursor::remote-shape') this.#shape = decodeJson(RemoteCursorShape, data, type);
      else if (type === 'cursor::remote-place') this.#place = decodeJson(CursorPlace, data, type);
      else return;
    } catch {
      // A host of another version: what can't be read can't be drawn.
      this.#shape = { kind: 'hidden' };
    }
    // Where it was when it was last seen says nothing of where it comes back.
    if (this.#shape.kind === 'hidden') this.#place = undefined;
    this.#show();
  }

  /** The way to the host is lost. Idempotent. */
  end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#forget();
  }

  #forget(): void {
    this.#shape = { kind: 'hidden' };
    this.#place = undefined;
    this.#show();
  }

  #show(): void {
    const image = this.#image;
    const video = this.#video;
    const shape = this.#shape;
    const place = this.#place;
    const size = { width: video.videoWidth, height: video.videoHeight };
    if (shape.kind === 'hidden' || place === undefined || !(size.width > 0) || video.parentNode === null) {
      image.remove();
      return;
    }
    const source = `data:image/png;base64,${shape.png}`;
    if (image.src !== source) image.src = source;
    if (image.parentNode !== video.parentNode) lastBeside(video).after(image);
    // As the video lies in the page's order, so does what belongs to it.
    image.style.zIndex = getComputedStyle(video).zIndex;
    // Whatever the element's place is reckoned from, and whatever scales both: that is measured where it lies unmoved.
    image.style.transform = 'none';
    const box = video.getBoundingClientRect();
    const at = image.getBoundingClientRect();
    const zoom = video.offsetWidth > 0 ? box.width / video.offsetWidth : 1;
    image.style.transform = overPicture({ box, origin: at, zoom, video: size, place, shape }) ?? 'scale(0)';
  }
}

/** What is known of the page where the pointer is drawn. CSS pixels. */
export interface Surroundings {
  /** The video. */
  box: Box;
  /** Where the pointer's element lies unmoved. */
  origin: Pick<Box, 'left' | 'top'>;
  /** How much both are enlarged by what they are in. */
  zoom: number;
  /** The picture, in its own pixels. */
  video: Size;
  place: CursorPlace;
  shape: { hotX: number; hotY: number };
}

/** @returns the value of CSS's `transform` that lays the pointer where it would be in the picture, as large; undefined without a picture. */
export function overPicture({ box, origin, zoom, video, place, shape }: Surroundings): string | undefined {
  const shown = shownAt(box, video, place.width);
  if (shown === undefined) return undefined;
  const { left, top, scale } = shown;
  const x = (left + (place.x - shape.hotX) * scale - origin.left) / zoom;
  const y = (top + (place.y - shape.hotY) * scale - origin.top) / zoom;
  return `translate(${round(x)}px, ${round(y)}px) scale(${round(scale / zoom)})`;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** A video that fills the screen by itself, or floats over other windows, or is in no page, has no place beside it. */
const canBeCovered = (video: HTMLVideoElement): boolean =>
  video.isConnected && !video.matches(':fullscreen') && document.pictureInPictureElement !== video;
