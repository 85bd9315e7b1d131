import type { VideoSource } from '#worker/capture/sources.ts';
import { quoted } from './quote.ts';

/** Where frames come from: the display. */
export const describeSource = ({ display }: VideoSource): string[] => [
  `ximagesrc name=source display-name=${quoted(display)} use-damage=0 show-pointer=true`,
];
