import { AppError } from '#shared/errors.ts';

/** The same promise, whose failures are AppErrors: `media_failed` where the media server did not do what it was asked to. */
export async function orMediaFailed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw cause instanceof AppError ? cause : new AppError('media_failed', { cause });
  }
}
