import { z } from 'zod';

/** What the host asks of a client that has enabled its microphone, as `data` (JSON in JSON, as all that the host says). */

/** `enable-microphone`: the application records. `disable-microphone` has no data. Hertz; samples at a time. */
export const EnableMicrophone = z.object({ freq: z.int(), channels: z.int(), samples: z.int() });
export type EnableMicrophone = z.output<typeof EnableMicrophone>;
