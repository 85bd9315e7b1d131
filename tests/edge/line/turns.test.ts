import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Queue } from '#edge/line/queue.ts';
import { Turns } from '#edge/line/turns.ts';

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
