import { expect, test } from 'vitest';
import { z } from 'zod';
import { AppError, ErrorCode, WireError } from '#shared/errors.ts';
import { outcome, outcomeOf, unwrap } from '#shared/outcome.ts';

test("[WR12] every code has an HTTP status, a close code of the application's own range and a sentence", () => {
  for (const code of ErrorCode.options) {
    const error = new AppError(code);
    expect(error.status, code).toBeGreaterThanOrEqual(400);
    expect(error.status, code).toBeLessThan(600);
    // RFC 6455 section 7.4.2.
    expect(error.close, code).toBeGreaterThanOrEqual(4000);
    expect(error.close, code).toBeLessThan(5000);
    expect(error.message, code).toMatch(/^[A-Z].*\.$/s);
    expect(typeof error.retryable).toBe('boolean');
  }
});

test('[WR12] a failure of ours or of a host that passes is retryable, a mistake of the client is not', () => {
  for (const code of ['unavailable', 'timeout', 'rate_limited', 'no_host', 'host_lost'] as const) {
    expect(new AppError(code).retryable, code).toBe(true);
  }
  for (const code of ['invalid_request', 'unauthorized', 'forbidden', 'not_found', 'internal'] as const) {
    expect(new AppError(code).retryable, code).toBe(false);
  }
});

test('[WR13] an error travels with its code and its message, and without its cause', () => {
  const error = new AppError('no_host', { message: 'All full.', cause: new Error('secret') });
  const wire = WireError.parse(JSON.parse(JSON.stringify(error.toWire())));
  expect(wire).toEqual({ code: 'no_host', message: 'All full.' });
  expect(AppError.fromWire(wire)).toMatchObject({ code: 'no_host', message: 'All full.', status: 404 });
});

test('[WR14] what is no AppError becomes internal and tells nothing of itself', async () => {
  const logged: unknown[] = [];
  const secret = new Error('secret');
  const result = await outcome(
    () => Promise.reject(secret),
    (error) => logged.push(error),
  );
  expect(result).toEqual({ ok: false, error: { code: 'internal', message: 'Something went wrong here.' } });
  expect(logged).toEqual([secret]);
  expect(AppError.from(secret).cause).toBe(secret);
});

test('[WR14] an outcome gives its data, or throws its error', async () => {
  expect(unwrap(await outcome(() => 7))).toBe(7);
  const failed = await outcome(() => {
    throw new AppError('conflict');
  });
  expect(() => unwrap(failed)).toThrow(AppError);
  expect(outcomeOf(z.int()).safeParse({ ok: true, data: 'x' }).success).toBe(false);
  expect(outcomeOf(z.int()).safeParse({ ok: false, error: { code: 'no_such_code', message: '' } }).success).toBe(false);
});
