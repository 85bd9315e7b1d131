import type { Capture, Pipeline, VideoSource } from '#worker/capture/capture.ts';
import { EncoderFailure } from '#worker/capture/encoders/failure.ts';
import type { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { Broken } from './streams.ts';

/**
 * Starts the capture of a display with the first encoder that runs. One that gives up is passed over from then on, by all sessions of
 * the host.
 *
 * @param onBroken the encoder gave up after its start; another start takes the next one, where there is one.
 * @throws AppError `capture_failed` where none runs: what the first one said.
 */
export async function startVideo(
  capture: Capture,
  source: Omit<VideoSource, 'encoder'>,
  encoders: EncoderPool,
  onBroken: (broken: Broken) => void,
): Promise<Pipeline> {
  const failures: EncoderFailure[] = [];
  for (const usable of encoders.of(source.codec)) {
    try {
      return await capture.startVideo({ ...source, encoder: usable.describe(source) }, (error) => {
        encoders.failed(usable.name, error.message);
        onBroken({ error, another: encoders.hasWorking(source.codec) });
      });
    } catch (error) {
      if (!(error instanceof EncoderFailure)) throw error;
      encoders.failed(usable.name, error.message);
      failures.push(error);
    }
  }
  throw failures[0] ?? new EncoderFailure(`There is no encoder for ${source.codec}.`);
}
