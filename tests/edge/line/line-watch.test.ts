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

test('[LN3] a host with a slot wakes the lines that it can serve, and no others', () => {
  const lines = new LineWatch();
  for (const [app, region, appVersion] of [
    ['doom', 'eu', 0],
    ['doom', 'eu', 1],
    ['doom', 'eu', 2],
    ['doom', '', 0],
    ['doom', 'us', 0],
    ['xterm', 'eu', 0],
  ] as const) {
    lines.watch(lineName({ app, appVersion, region }), 0);
  }
  expect(lines.wokenBy(view(), 1)).toEqual(['eu/doom', 'eu/doom/2', '/doom']);
  for (const unfit of [{ used: 2 }, { draining: true }, { applications: [] }]) expect(lines.wokenBy(view(unfit), 1)).toEqual([]);
  expect(lines.wokenBy(view({ region: 'asia' }), 1)).toEqual(['/doom']);
});

test('[LN3] a line that did not ask again is woken no more', () => {
  const lines = new LineWatch();
  lines.watch('eu/doom', 0);
  expect(lines.wokenBy(view(), lineWatchMs - 1)).toEqual(['eu/doom']);
  expect(lines.wokenBy(view(), lineWatchMs)).toEqual([]);
  expect(lineFor('eu/doom/3')).toEqual({ app: 'doom', appVersion: 3, region: 'eu' });
  expect(lineFor('/doom')).toEqual({ app: 'doom', appVersion: 0, region: '' });
});
