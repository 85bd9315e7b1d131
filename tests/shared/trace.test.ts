import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { carrierOf, parseTrace, type Scope, type Span, traced, traceField, untraced } from '#shared/trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const parse = (traceparent: string, tracestate?: string) =>
  parseTrace((name) => (name === 'traceparent' ? traceparent : tracestate));

test('[TR1] a traceparent is read and written as the W3C says, with its sampled flag', () => {
  expect(parse(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, sampled: true, state: undefined });
  expect(parse(` 00-${traceId}-${spanId}-00 `)).toMatchObject({ sampled: false });
  expect(parse(`00-${traceId}-${spanId}-ff`), 'flags that are not known').toMatchObject({ sampled: true });
  expect(parse(`cc-${traceId}-${spanId}-01-what-comes-later`), 'a later version').toMatchObject({ traceId, spanId });
  expect(carrierOf({ traceId, spanId, sampled: true, state: 'a=1' })).toEqual({
    ...{ traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'a=1' },
  });
});

test('[TR2] a traceparent that is malformed is as none, and its tracestate with it', () => {
  const zeros = (length: number) => '0'.repeat(length);
  for (const wrong of [
    ...['', 'nonsense', `00-${traceId}-${spanId}`, `00-${traceId}-${spanId}-1`, `0-${traceId}-${spanId}-01`],
    ...[`00-${traceId}-${spanId}-01-more`, `ff-${traceId}-${spanId}-01`, `00-${traceId.toUpperCase()}-${spanId}-01`],
    ...[`00-${zeros(32)}-${spanId}-01`, `00-${traceId}-${zeros(16)}-01`, `00-${traceId}0-${spanId}-01`],
    ...[`00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`, `00_${traceId}_${spanId}_01`, `cc-${traceId}-${spanId}-01.x`],
  ]) {
    expect(parse(wrong, 'a=1'), wrong).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.string(), fc.string(), (parent, state) => {
      const context = parse(parent, state);
      // Whatever is read can be written, and is read again as the same.
      if (context !== undefined) expect(parseTrace((name) => carrierOf(context)[name])).toEqual(context);
    }),
  );
});

test('[TR3] a tracestate is passed on as it came, unless it is malformed or longer than has to be', () => {
  const state = (text: string) => parse(`00-${traceId}-${spanId}-01`, text)?.state;
  expect(state('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
  expect(state(' a=1 , ,b@v=x y ')).toBe('a=1,b@v=x y');
  for (const wrong of ['', ' ', 'no-value', 'A=1', 'a=1=2', 'a=ü', `a=${'x'.repeat(600)}`])
    expect(state(wrong), wrong).toBeUndefined();
  expect(state(Array.from({ length: 33 }, (_, n) => `k${n}=v`).join(','))).toBeUndefined();
});

test('[TR4] where nothing records, a trace is handed on as it came, and lines of the log have its id', async () => {
  const carrier = { traceparent: `00-${traceId}-${spanId}-00`, tracestate: 'a=1' };
  const scope = untraced(carrier);
  expect(await traced(scope, 'work', {}, async (inner) => inner.carrier)).toBe(carrier);
  expect(scope.start('more').scope.carrier).toBe(carrier);
  expect(traceField(carrier)).toEqual({ trace: traceId });
  expect([traceField(undefined), traceField({ traceparent: 'x' })]).toEqual([{}, {}]);
});

test('[TR5] a span ends with its work, and says with which code that failed', async () => {
  const ends: (string | undefined)[] = [];
  const scope: Scope = {
    carrier: undefined,
    isRecording: true,
    start: (): Span => ({ scope, set: () => undefined, end: (failure) => ends.push(failure) }),
  };
  await traced(scope, 'good', {}, () => 1);
  await traced(scope, 'outcome', {}, () => ({ ok: false, error: { code: 'no_host', message: 'x' } }));
  await expect(traced(scope, 'thrown', {}, () => Promise.reject(new AppError('timeout')))).rejects.toThrow();
  await expect(traced(scope, 'defect', {}, () => Promise.reject(new TypeError('x')))).rejects.toThrow();
  expect(ends).toEqual([undefined, 'no_host', 'timeout', 'TypeError']);
});
