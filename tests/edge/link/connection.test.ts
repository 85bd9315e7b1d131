import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Closable, ConnectionKeeper, reconnectDelayMs } from '#edge/link/connection.ts';
import { jsonLogger } from '#shared/log.ts';
import { until } from './support.ts';

class Line implements Closable {
  readonly #end = Promise.withResolvers<unknown>();
  open = true;
  closed = () => this.#end.promise;
  close = async () => this.break(undefined);
  break(error: unknown): void {
    this.open = false;
    this.#end.resolve(error);
  }
}

function keeper(options: { dial?: () => Promise<Line>; up?: (line: Line, down: AbortSignal) => Promise<void> } = {}) {
  const lines: Line[] = [];
  const logged: string[] = [];
  const made = new ConnectionKeeper<Line>({
    log: jsonLogger((line) => logged.push(line), 'debug'),
    dial: async () => {
      const line = options.dial === undefined ? new Line() : await options.dial();
      lines.push(line);
      return line;
    },
    up: options.up ?? (async () => undefined),
    delayMs: () => 1,
  });
  return { keeper: made, lines, logged, [Symbol.asyncDispose]: () => made.close() };
}

test('[LK21] a connection that broke is replaced, and what was built on it is told', async () => {
  const downs: AbortSignal[] = [];
  await using under = keeper({ up: async (_line, down) => void downs.push(down) });
  const first = await under.keeper.ready(1000);
  first.break(new Error('reset'));
  const second = await until(async () => {
    const line = await under.keeper.ready(1000);
    return line === first ? undefined : line;
  }, 'another');
  expect(second.open).toBe(true);
  expect(downs.map((down) => down.aborted)).toEqual([true, false]);
});

test('[LK22] who waits for a connection is told in time that there is none', async () => {
  await using under = keeper({ dial: () => Promise.reject(new Error('refused')) });
  const startedMs = Date.now();
  await expect(under.keeper.ready(100)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  expect(Date.now() - startedMs).toBeLessThan(1000);
});

test('[LK22] who waits gets the connection as soon as it stands', async () => {
  let attempts = 0;
  const dial = async () => {
    attempts += 1;
    if (attempts < 5) throw new Error('refused');
    return new Line();
  };
  await using under = keeper({ dial });
  expect((await under.keeper.ready(5000)).open).toBe(true);
  expect(under.logged.filter((line) => line.includes('nats.unreachable'))).toHaveLength(1);
});

test('[LK23] a connection that can not be put to use is closed, and the next one is tried', async () => {
  let failures = 2;
  const up = async () => {
    if (failures-- > 0) throw new Error('no stream');
  };
  await using under = keeper({ up });
  const line = await under.keeper.ready(1000);
  expect(under.lines.map(({ open }) => open)).toEqual([false, false, true]);
  expect(under.lines.at(-1)).toBe(line);
});

test('[LK23] a connection that breaks while it is put to use is not waited for', async () => {
  const up = (line: Line) => {
    if (under.lines.length > 1) return Promise.resolve();
    line.break(new Error('reset'));
    return new Promise<void>(() => undefined);
  };
  await using under = keeper({ up });
  expect(await under.keeper.ready(1000)).toBe(under.lines[1]);
});

test('[LK24] close ends it for good, however often it is called', async () => {
  const under = keeper();
  const line = await under.keeper.ready(1000);
  await Promise.all([under.keeper.close(), under.keeper.close()]);
  expect(line.open).toBe(false);
  await expect(under.keeper.ready(1000)).rejects.toMatchObject({ code: 'unavailable' });
  expect(under.lines).toHaveLength(1);
});

test('[LK25] attempts come quickly at first, two seconds apart at the most, and never in step', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e9 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, random) => {
      const delayMs = reconnectDelayMs(n, () => random);
      expect(delayMs).toBeGreaterThanOrEqual(50);
      expect(delayMs).toBeLessThanOrEqual(2000);
    }),
  );
  expect(reconnectDelayMs(0, () => 1)).toBe(100);
  expect(reconnectDelayMs(9, () => 0)).toBeLessThan(reconnectDelayMs(9, () => 1));
});
