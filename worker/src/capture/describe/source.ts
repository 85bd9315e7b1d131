import type { VideoSource } from '#worker/capture/sources.ts';
import { quoted } from './quote.ts';

/**
 * The elements that capture a display, best first: worker/native/screen, which sends a frame when something was drawn, and
 * GStreamer's own, which sends one whenever its clock says so.
 */
export const screenElements = ['xdamagesrc', 'ximagesrc'] as const;
export type ScreenElement = (typeof screenElements)[number];

/** VP8 can't say which matrix its colours were made with: BT.601 is presumed (RFC 6386 section 9.2). */
const colorimetry = ({ codec }: VideoSource): string => (codec === 'VP8' ? 'bt601' : 'bt709');

/** Where frames come from: the display. */
export function describeSource(source: VideoSource, element: ScreenElement): string[] {
  const display = `name=source display-name=${quoted(source.display)} show-pointer=true`;
  switch (element) {
    case 'xdamagesrc':
      return [`xdamagesrc ${display} max-fps=${source.fps}`, `capsfilter caps=video/x-raw,colorimetry=${colorimetry(source)}`];
    case 'ximagesrc':
      return [`ximagesrc ${display} use-damage=0`];
    default:
      throw element satisfies never;
  }
}
