import type { VideoCodec } from '#worker/capture/video-codec.ts';

/**
 * What an encoder of a codec must put out. H.264 in the profile that every browser with H.264 takes. AV1 is cut into temporal units
 * for the payloader, which not every encoder does by itself.
 */
export const outputs: Readonly<Record<VideoCodec, string>> = {
  H264: 'video/x-h264,profile=constrained-baseline,stream-format=byte-stream',
  H265: 'video/x-h265,profile=main,stream-format=byte-stream',
  VP8: 'video/x-vp8',
  VP9: 'video/x-vp9',
  AV1: 'av1parse ! video/x-av1,stream-format=obu-stream,alignment=tu',
};
