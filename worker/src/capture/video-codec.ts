import { z } from 'zod';

/** The video codecs that encoders are known of, by their names in SDP. */
export const VideoCodec = z.enum(['H264', 'H265', 'VP8', 'VP9', 'AV1']);
export type VideoCodec = z.output<typeof VideoCodec>;
