import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Placed } from '#edge/account/api.ts';
import { PlacedNews } from '#edge/link/placed-news.ts';

const placed = (session: string): Placed => ({ session, host: 'h', region: 'r', instance: 'i' });

test('[LK26] accounts are told where all their sessions run, in order, one call at a time an account', async () => {
  const told = fc.record({ account: fc.constantFrom('a', 'b'), afterTicks: fc.nat({ max: 4 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(told, { maxLength: 20 }), fc.nat({ max: 5 }), async (all, takes) => {
      const heard = new Map<string, string[]>();
      const busy = new Set<string>();
      const news = new PlacedNews(async (account, batch) => {
        expect(busy.has(account)).toBe(false);
        busy.add(account);
        for (let tick = 0; tick < takes; tick += 1) await Promise.resolve();
        heard.set(account, [...(heard.get(account) ?? []), ...batch.map(({ session }) => session)]);
        busy.delete(account);
      }, 0);
      const telling: Promise<void>[] = [];
      const expected = new Map<string, string[]>();
      for (const [n, { account, afterTicks }] of all.entries()) {
        for (let tick = 0; tick < afterTicks; tick += 1) await Promise.resolve();
        expected.set(account, [...(expected.get(account) ?? []), `${n}`]);
        telling.push(news.tell(account, placed(`${n}`)));
      }
      await Promise.all(telling);
      expect(heard).toEqual(expected);
    }),
  );
});
