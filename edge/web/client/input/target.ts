import type { ControlInput } from '#web/client/control.ts';
import { type Point, toVideo, toVideoDistance } from './place.ts';
import type { Sink } from './sink.ts';
import type { KeyMeaning } from './typing.ts';

/** What every kind of input needs: the element that shows the picture, and where messages go. */
export interface InputTarget {
  readonly video: HTMLVideoElement;
  /** Where keys and text go in the page. */
  readonly sink: Sink;
  /** What keys mean; `auto`: places while the pointer is locked, else characters. */
  readonly keyMeaning: KeyMeaning | 'auto';
  readonly send: (message: ControlInput) => void;
  /** Ends all listening that was begun for this target. */
  readonly signal: AbortSignal;
}

const sizeOf = ({ videoWidth, videoHeight }: HTMLVideoElement) => ({ width: videoWidth, height: videoHeight });

/** Where an event lies in the video, in its pixels. */
export const placeOf = (video: HTMLVideoElement, { clientX, clientY }: MouseEvent): Point | undefined =>
  toVideo({ x: clientX, y: clientY }, video.getBoundingClientRect(), sizeOf(video));

/** How far an event moved, in pixels of the video. */
export const distanceOf = (video: HTMLVideoElement, { movementX, movementY }: MouseEvent): Point =>
  toVideoDistance({ x: movementX, y: movementY }, video.getBoundingClientRect(), sizeOf(video));
