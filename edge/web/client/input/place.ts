export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** How the picture lies in its element under `object-fit: contain`: scaled to fit, centred, with bars where it does not fill. */
function picture(box: Box, video: Size): { scale: number; left: number; top: number } {
  const scale = Math.min(box.width / video.width, box.height / video.height);
  return {
    scale,
    left: box.left + (box.width - video.width * scale) / 2,
    top: box.top + (box.height - video.height * scale) / 2,
  };
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

/**
 * The place in the video, in its pixels, of a place on the page (CSS pixels, as `clientX` and `clientY`). What lies on the
 * bars is taken to the nearest edge. Undefined while there is no picture.
 */
export function toVideo(place: Point, box: Box, video: Size): Point | undefined {
  const { scale, left, top } = picture(box, video);
  if (!(scale > 0) || !Number.isFinite(scale)) return undefined;
  return {
    x: round(clamp((place.x - left) / scale, video.width - 1)),
    y: round(clamp((place.y - top) / scale, video.height - 1)),
  };
}

/**
 * Where a picture's top left corner lies on the page, and how many CSS pixels wide one of the pixels is of which it shows `width`.
 * Undefined while there is no picture.
 */
export function shownAt(box: Box, video: Size, width: number): { left: number; top: number; scale: number } | undefined {
  const { scale, left, top } = picture(box, video);
  if (!(scale > 0) || !Number.isFinite(scale)) return undefined;
  return { left, top, scale: (video.width * scale) / width };
}

/** A distance on the page in pixels of the video. */
export function toVideoDistance(distance: Point, box: Box, video: Size): Point {
  const { scale } = picture(box, video);
  return scale > 0 && Number.isFinite(scale) ? { x: distance.x / scale, y: distance.y / scale } : { x: 0, y: 0 };
}

/** Hundredths of a pixel are more than enough, and short to send. */
const round = (value: number): number => Math.round(value * 100) / 100;
