import { expect, test } from 'vitest';
import { lineFor, lineName } from '#edge/line/name.ts';
import { LineWatch, lineWatchMs } from '#edge/link/line-watch.ts';
import type { HostView } from '#shared/host.ts';

const view = (change: Partial<HostView> = {}): HostView => ({
  ...{
    host: 'h',
    region: 'eu',
    incarnation: '0'.repeat(12),
    version: '1',
    applications: [{ name: 'doom', version: 2, published: true }],
  },
  ...{ slots: 2, used: 1, draining: false, ...change },
});

/** Lines that have said so at 0. */
function watching(holds: boolean, ...wishes: [app: string, region: string, appVersion: number][]) {
  const lines = new LineWatch();
  for (const [app, region, appVersion] of wishes) lines.watch(lineName({ app, appVersion, region }), holds, 0);
  const woken = (change: Partial<HostView> = {}, nowMs = 1) => lines.wokenBy(view(change), nowMs).map(({ line }) => line);
  return { lines, woken };
}

test('[LN3] a host with a slot wakes the lines that it can serve, and no others', () => {
  const { woken } = watching(
    true,
    ...([
      ['doom', 'eu', 0],
      ['doom', 'eu', 1],
      ['doom', 'eu', 2],
      ['doom', '', 0],
      ['doom', 'us', 0],
      ['xterm', 'eu', 0],
    ] satisfies [string, string, number][]),
  );
  expect(woken()).toEqual(['eu/doom', 'eu/doom/2', '/doom']);
  for (const unfit of [{ used: 2 }, { draining: true }, { applications: [] }]) expect(woken(unfit)).toEqual([]);
  expect(woken({ region: 'asia' })).toEqual(['/doom']);
});

test('[LN3] a line that did not ask again, or where nobody waits, is woken no more', () => {
  const { lines, woken } = watching(false, ['doom', 'eu', 0], ['doom', '', 0]);
  const asleep = lines.wokenBy(view(), 1).find(({ line }) => line === 'eu/doom');
  expect(asleep).toBeDefined();
  lines.unwatch('/doom');
  expect(woken({}, lineWatchMs - 1)).toEqual(['eu/doom']);
  // It has asked again before it was known that nobody had waited there.
  lines.watch('eu/doom', false, 2);
  if (asleep !== undefined) lines.drop(asleep);
  expect(woken({}, lineWatchMs + 1)).toEqual(['eu/doom']);
  expect(woken({}, lineWatchMs + 2)).toEqual([]);
  expect(lineFor('eu/doom/3')).toEqual({ app: 'doom', appVersion: 3, region: 'eu' });
  expect(lineFor('/doom')).toEqual({ app: 'doom', appVersion: 0, region: '' });
});

test('[LN14] of lines that one host can serve each is woken first in its turn; one that was empty comes after the others', () => {
  const { lines, woken } = watching(true, ['doom', 'eu', 0], ['doom', '', 0], ['doom', 'eu', 2]);
  const firsts = (count: number) => Array.from({ length: count }, () => woken()[0]);
  expect(firsts(4)).toEqual(['eu/doom', '/doom', 'eu/doom/2', 'eu/doom']);
  lines.unwatch('/doom');
  lines.watch('/doom', true, 1);
  expect(firsts(4)).toEqual(['eu/doom/2', 'eu/doom', '/doom', 'eu/doom/2']);
  // All are woken all the same: the first may not want it.
  expect(woken().toSorted()).toEqual(['/doom', 'eu/doom', 'eu/doom/2']);
});

const versions = (published: boolean): HostView['applications'] => [
  { name: 'doom', version: 2, published: true },
  { name: 'doom', version: 3, published },
];

test.each([
  { line: ['doom', 'eu', 0], held: ['eu 2'] },
  { line: ['doom', '', 0], held: ['eu 2', 'us 2'] },
  { line: ['doom', 'eu', 2], held: ['eu 2'] },
  { line: ['doom', '', 3], held: ['eu 3', 'us 3'] },
  { line: ['doom', 'eu', 7], held: [] },
  { line: ['xterm', 'eu', 0], held: [] },
] as const)('[LN10] the line $line holds the slots of $held', ({ line: [app, region, version], held }) => {
  const { lines } = watching(true, [app, region, version]);
  const views = [view({ applications: versions(false) }), view({ host: 'u', region: 'us', applications: versions(false) })];
  const holds = (in_: string, of: number, nowMs = 1) => lines.holds({ app: 'doom', appVersion: of }, in_, () => views, nowMs);
  const all = ['eu', 'us'].flatMap((each) => [2, 3].flatMap((of) => (holds(each, of) ? [`${each} ${of}`] : [])));
  expect(all).toEqual(held);
  for (const each of ['eu', 'us']) for (const of of [2, 3]) expect(holds(each, of, lineWatchMs)).toBe(false);
});

test('[LN10] whoever wants the latest holds the version that has become it, and nothing where the line only listens', () => {
  const { lines } = watching(true, ['doom', 'eu', 0]);
  const holds = (appVersion: number, views: HostView[]) => lines.holds({ app: 'doom', appVersion }, 'eu', () => views, 1);
  const views = [view({ applications: versions(true) })];
  expect([holds(2, views), holds(3, views)]).toEqual([false, true]);
  // Where no host is known to have it, whoever has it runs its own latest.
  expect(holds(0, [])).toBe(true);
  lines.watch('eu/doom', false, 2);
  expect(holds(3, views)).toBe(false);
});
