import type { VideoCodec } from '#worker/capture/video-codec.ts';
import type { Candidate } from './candidate.ts';
import { nvidiaEncoders } from './nvidia.ts';
import { softwareEncoders } from './software.ts';
import { v4l2Encoders } from './v4l2.ts';
import { quickSyncEncoders, vaEncoders } from './va.ts';

/** All encoders that are known, in the order of preference within a codec: hardware first. */
export const candidates: readonly Candidate[] = [
  ...nvidiaEncoders,
  ...vaEncoders,
  ...quickSyncEncoders,
  ...v4l2Encoders,
  ...softwareEncoders,
];

/** Those of some codecs. */
export const candidatesFor = (codecs: readonly VideoCodec[]): Candidate[] =>
  candidates.filter(({ codec }) => codecs.includes(codec));
