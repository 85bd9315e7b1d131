import type { VideoSource } from '#worker/capture/sources.ts';

/** How many frames of the source go on to the encoder; `gate` is what holds them all. */
export const describeRate = ({ fps }: VideoSource): string[] => [`video/x-raw,framerate=${fps}/1`, 'valve name=gate'];
