import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { AppError } from '#shared/errors.ts';

/** The longest body that is read, in bytes. */
const maxBytes = 64 * 1024;

const limited = bodyLimit({
  maxSize: maxBytes,
  onError: () => {
    throw new AppError('too_large', { message: `The body is larger than ${maxBytes} bytes.` });
  },
});

/** Lets no longer body pass. One that does not say how long it is, is read for that: it may break off. */
export const boundedBody = createMiddleware(async (c, next) => {
  let passed = false;
  try {
    return await limited(c, async () => {
      passed = true;
      await next();
    });
  } catch (error) {
    throw passed || error instanceof AppError ? error : brokenOff(error);
  }
});

/** The bytes of a request's body. @throws AppError `invalid_request` where its sender breaks off, or does not keep to HTTP. */
export async function bytesOf(c: Context): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await c.req.arrayBuffer());
  } catch (error) {
    throw brokenOff(error);
  }
}

const brokenOff = (cause: unknown): AppError =>
  new AppError('invalid_request', { message: 'The body could not be read to its end.', cause });
