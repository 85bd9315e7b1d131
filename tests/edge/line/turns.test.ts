import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Queue } from '#edge/line/queue.ts';
import { type TurnEnd, Turns } from '#edge/line/turns.ts';
import type { ErrorCode } from '#shared/errors.ts';

/** A line in memory. */
function line(): Queue {
  const order: string[] = [];
  return {
    add: (session) => void (order.includes(session) || order.push(session)),
    remove: (session) => void (order.includes(session) && order.splice(order.indexOf(session), 1)),
    all: () => order.map((session, n) => ({ session, place: n + 1, told: 0 })),
    first: (passedOver) => order.find((session) => !passedOver.has(session)),
    placeOf: (session) => order.indexOf(session) + 1 || undefined,
    get length() {
      return order.length;
    },
    told: () => undefined,
  };
}

const failing = (code: ErrorCode): TurnEnd => ({ stays: true, error: { code, message: 'It failed.' } });
const full = failing('no_host');
const slow = failing('timeout');

const sessions = ['a', 'b', 'c', 'd', 'e', 'f'];

test('[LN1] whenever slots come free, whoever came first is served first, and none waits while there is a slot', async () => {
  type Act = { act: 'enter' | 'leave'; session: string } | { act: 'free'; slots: number } | { act: 'tick' };
  const acts = fc.array(
    fc.oneof(
      fc.record({ act: fc.constantFrom('enter' as const, 'leave' as const), session: fc.constantFrom(...sessions) }),
      fc.record({ act: fc.constant('free' as const), slots: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ act: fc.constant('tick' as const) }),
    ),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(acts, async (all: Act[]) => {
      const queue = line();
      let slots = 0;
      const turns = new Turns(queue, async (session) => {
        // Whoever has its turn is the first of those who wait.
        expect(queue.first(new Set())).toBe(session);
        await Promise.resolve();
        if (slots === 0) return { stays: true };
        slots -= 1;
        return { stays: false };
      });
      for (const each of all) {
        if (each.act === 'enter') queue.add(each.session);
        else if (each.act === 'leave') queue.remove(each.session);
        else if (each.act === 'free') slots += each.slots;
        if (each.act === 'tick') await Promise.resolve();
        else if (each.act !== 'leave') void turns.run();
      }
      await turns.run();
      expect(Math.min(slots, queue.length)).toBe(0);
    }),
  );
});

test('[LN12] a session that gets no answer of hosts holds nobody up, and three in a row end the run', async () => {
  const queue = line();
  for (const session of ['a', 'b', 'c', 'd', 'e', 'f']) queue.add(session);
  const tried: string[] = [];
  const ends: Record<string, TurnEnd> = { a: slow, c: slow, d: slow, e: slow };
  const turns = new Turns(queue, async (session) => {
    tried.push(session);
    return ends[session] ?? { stays: false };
  });
  await turns.run();
  expect(tried).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(queue.all().map(({ session }) => session)).toEqual(['a', 'c', 'd', 'e', 'f']);
  expect(turns.holds).toBe(false);
});

test('[LN12] a room that never answers is one that can not be asked', async () => {
  const queue = line();
  for (const session of ['a', 'b']) queue.add(session);
  const turns = new Turns(queue, (session) => (session === 'a' ? new Promise(() => undefined) : Promise.resolve(full)), 1);
  await turns.run();
  expect(queue.length).toBe(2);
  expect(turns.holds).toBe(true);
});

test('[LN10] who has found all slots taken holds them, over an outage too, and nobody else does', async () => {
  const queue = line();
  queue.add('a');
  let end: TurnEnd | undefined = full;
  const turns = new Turns(queue, async () => {
    if (end === undefined) throw new Error('away');
    return end;
  });
  const holdsAfter = async (next: TurnEnd | undefined) => {
    end = next;
    await turns.run();
    return turns.holds;
  };
  expect(turns.holds).toBe(false);
  expect(await holdsAfter(failing('unavailable'))).toBe(false);
  expect(await holdsAfter(full)).toBe(true);
  expect(await holdsAfter(failing('unavailable'))).toBe(true);
  for (const other of [undefined, slow, failing('unknown_version'), failing('host_draining'), { stays: false }]) {
    expect(await holdsAfter(full)).toBe(true);
    expect(await holdsAfter(other)).toBe(false);
  }
  expect(queue.length).toBe(0);
});

test('[LN12] who can not reach the hosts stays the first for a while, then the next may try; who comes back is the first again', async () => {
  const queue = line();
  for (const session of ['a', 'b', 'c']) queue.add(session);
  const tried: string[] = [];
  const ends: Record<string, TurnEnd> = { a: failing('unavailable'), b: full, c: full };
  const turns = new Turns(queue, async (session) => {
    tried.push(session);
    return ends[session] ?? { stays: false };
  });
  const run = async () => {
    await turns.run();
    return tried.splice(0).join('');
  };
  const runs: string[] = [];
  for (let n = 0; n < 8; n += 1) runs.push(await run());
  expect(runs).toEqual(['a', 'a', 'a', 'a', 'a', 'ab', 'ab', 'ab']);
  expect(turns.holds).toBe(true);
  ends['a'] = full;
  expect(await run()).toBe('a');
});

test('[LN12] an outage that does not end holds nothing for ever', async () => {
  const queue = line();
  queue.add('a');
  let end: TurnEnd = full;
  const turns = new Turns(queue, async () => end);
  await turns.run();
  end = failing('unavailable');
  let runs = 0;
  for (; turns.holds && runs < 1000; runs += 1) await turns.run();
  // By the alarm's ten seconds: some minutes.
  expect(runs).toBeGreaterThan(12);
  expect(runs).toBeLessThan(60);
  end = full;
  await turns.run();
  expect(turns.holds).toBe(true);
});

test('[LN2] a room that can not be asked keeps its place and holds nobody up; one whose turn failed leaves, and why is told once', async () => {
  const queue = line();
  for (const session of ['a', 'b', 'c']) queue.add(session);
  const error = { code: 'internal', message: 'It broke.' } as const;
  const turns = new Turns(queue, async (session) => {
    if (session === 'a') throw new Error('away');
    return session === 'b' ? { stays: false, error } : { stays: false };
  });
  await turns.run();
  expect(queue.all().map(({ session }) => session)).toEqual(['a']);
  expect([turns.takeError('b'), turns.takeError('b'), turns.takeError('c')]).toEqual([error, undefined, undefined]);
});
