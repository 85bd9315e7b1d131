import type { Encoder } from '#worker/capture/encoders/encoder.ts';

/** An encoder before which stands what hangs as soon as a bitrate is set: {@link onceTold}. */
type Hanging = (encoder: Encoder, silentMs: number) => Encoder;

/** The bitrate that has it hang: an hour for each frame, and each frame. */
export const onceTold = 3600;

const before =
  (property: string, unitsPerKbps: number): Hanging =>
  (encoder, silentMs) => ({
    ...encoder,
    text: `identity name=encoder ! ${encoder.text.replace(' name=encoder', '')}`,
    bitrate: { property, unitsPerKbps },
    silentMs,
  });

export const hanging = {
  /** Takes a frame, and does not come back. */
  blocks: before('sleep-time', 1_000_000),
  /** Takes all frames, and gives none. */
  swallows: before('drop-probability', 1 / onceTold),
} satisfies Record<string, Hanging>;
