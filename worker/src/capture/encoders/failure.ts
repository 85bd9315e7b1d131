import { AppError } from '#shared/errors.ts';

/** A pipeline does not run because of its encoder, as far as can be told: another encoder may do. */
export class EncoderFailure extends AppError {
  constructor(message: string) {
    super('capture_failed', { message });
  }
}
