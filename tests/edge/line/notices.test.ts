import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Notices, type Stance } from '#edge/line/notices.ts';

const againAfterMs = 5000;

function world(told: (link: string, stance: Stance) => Promise<void>) {
  const at = { stance: 'empty' as Stance, nowMs: 0 };
  const notices = new Notices({
    ...{ own: 'a', others: ['b', 'c'], stance: () => at.stance, tell: told, againAfterMs, now: () => at.nowMs },
  });
  return { at, notices };
}

test('[LN11] whatever happens, all links know at last that slots are held, or that they are not', async () => {
  const act = fc.record({
    stance: fc.constantFrom<Stance>('empty', 'open', 'held'),
    afterMs: fc.integer({ min: 0, max: 6000 }),
    /** For how many ticks a link is being told. */
    ticks: fc.integer({ min: 0, max: 3 }),
    isAwaited: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 20 }), async (acts) => {
      const known = new Map<string, Stance>();
      let ticks = 0;
      const { at, notices } = world(async (link, stance) => {
        for (let n = ticks; n > 0; n -= 1) await Promise.resolve();
        known.set(link, stance);
      });
      for (const each of acts) {
        at.stance = each.stance;
        at.nowMs += each.afterMs;
        ticks = each.ticks;
        const done = notices.update();
        if (each.isAwaited) await done;
      }
      await notices.update();
      for (const link of ['a', 'b', 'c']) expect(known.get(link) === 'held').toBe(at.stance === 'held');
      if (at.stance === 'open') expect(known.get('a')).toBe('open');
    }),
  );
});

test('[LN11] only its own link is told where it holds nothing, and nobody twice within a while', async () => {
  const calls: string[] = [];
  const { at, notices } = world(async (link, stance) => void calls.push(`${link} ${stance}`));
  const told = async (stance: Stance, afterMs = 0) => {
    at.stance = stance;
    at.nowMs += afterMs;
    await notices.update();
    return calls.splice(0);
  };
  expect(await told('empty')).toEqual([]);
  expect(await told('open')).toEqual(['a open']);
  expect(await told('open', againAfterMs - 1)).toEqual([]);
  expect(await told('open', 1)).toEqual(['a open']);
  // Whoever has had a slot at once has left: the link finds out when it has one to tell of.
  expect(await told('empty')).toEqual([]);
  expect(await told('open')).toEqual([]);
  at.stance = 'empty';
  notices.forgotten();
  expect(await told('open')).toEqual(['a open']);
  expect(await told('held')).toEqual(['a held', 'b held', 'c held']);
  expect(await told('held')).toEqual([]);
  expect(await told('held', againAfterMs)).toEqual(['a held', 'b held', 'c held']);
  notices.forgotten();
  expect(await told('empty')).toEqual(['a empty', 'b empty', 'c empty']);
});
