import { z } from 'zod';

/** What the host asks of a client that has enabled its microphone or its camera, as `data` (JSON in JSON, as all that the host says). */

/** `enable-microphone`: the application records. `disable-microphone` has no data. Hertz; samples at a time. */
export const EnableMicrophone = z.object({ freq: z.int(), channels: z.int(), samples: z.int() });
export type EnableMicrophone = z.output<typeof EnableMicrophone>;

/** `open-camera`: the application takes pictures. `close-camera` has no data. Pixels; pictures a second. */
export const OpenCamera = z.object({
  resolution: z.object({ width: z.int(), height: z.int() }),
  'facing-mode': z.enum(['front', 'back']),
  'frame-rate': z.int(),
});
export type OpenCamera = z.output<typeof OpenCamera>;

/** An addition, `camera::unavailable`: why a client that has enabled its camera can't send it here. For people. */
export const CameraUnavailable = z.object({ message: z.string() });
export type CameraUnavailable = z.output<typeof CameraUnavailable>;
