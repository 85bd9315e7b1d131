import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostTable } from '#edge/link/hosts.ts';
import { type HostView, heartbeat } from '#shared/host.ts';

const { lostAfterMs } = heartbeat;
const one = { host: 'h1', incarnation: '000000000001' };
const next = { host: 'h1', incarnation: '000000000002' };
const other = { host: 'h2', incarnation: '000000000003' };
const view = (run: { host: string; incarnation: string }): HostView => ({
  ...run,
  region: 'eu',
  version: '1',
  applications: [],
  slots: 1,
  used: 0,
  draining: false,
});

function hearing(): HostTable {
  const table = new HostTable();
  table.complete(0);
  return table;
}

test('[LK12] a run is lost when it was silent for so long, not a millisecond before', () => {
  const table = hearing();
  table.see(view(one), 500);
  table.see(view(other), 5000);
  expect(table.lost(500 + lostAfterMs - 1)).toEqual([]);
  expect(table.lost(500 + lostAfterMs)).toEqual([one]);
  expect(table.views(500 + lostAfterMs)).toEqual([view(other)]);
});

test('[LK12] a run that was lost is given until it is dropped, and lives when it is heard again', () => {
  const table = hearing();
  table.see(view(one), 0);
  expect(table.lost(lostAfterMs)).toEqual([one]);
  expect(table.lost(lostAfterMs)).toEqual([one]);
  table.see(view(one), lostAfterMs + 1);
  table.drop(one, lostAfterMs + 2);
  expect(table.views(lostAfterMs + 2)).toEqual([view(one)]);
  table.drop(one, 3 * lostAfterMs);
  expect(table.lost(3 * lostAfterMs)).toEqual([]);
});

test('[LK13] a run is lost at once when the next run of its host tells of itself', () => {
  const table = hearing();
  table.see(view(one), 0);
  table.see(view(next), 1);
  expect(table.lost(1)).toEqual([one]);
  expect(table.views(1)).toEqual([view(next)]);
});

test('[LK13] a run that so far only a launch has named is not taken for replaced by an older view', () => {
  const table = hearing();
  table.expect(next, 0);
  table.see(view(one), 1);
  expect(table.lost(1)).toEqual([]);
  expect(table.lost(lostAfterMs)).toEqual([next]);
});

test("[LK14] while the link can't hear nobody is lost, and silence counts anew from the first full view on", () => {
  const table = hearing();
  table.see(view(one), 0);
  table.interrupt(1000);
  expect(table.lost(100 * lostAfterMs)).toEqual([]);
  expect(table.views(100 * lostAfterMs)).toEqual([view(one)]);
  table.complete(100 * lostAfterMs);
  expect(table.lost(101 * lostAfterMs - 1)).toEqual([]);
  expect(table.lost(101 * lostAfterMs)).toEqual([one]);
});

test('[LK14] before the first full view nobody is lost', () => {
  const table = new HostTable();
  table.expect(one, 0);
  expect(table.lost(100 * lostAfterMs)).toEqual([]);
});

test('[LK15] a host that took its view back is shown no more, and is lost only when it is silent', () => {
  const table = hearing();
  table.see(view({ ...one, host: 'a.b' }), 0);
  table.withdraw('a=2eb');
  expect(table.views(1)).toEqual([]);
  expect(table.lost(1)).toEqual([]);
  expect(table.lost(lostAfterMs)).toEqual([{ ...one, host: 'a.b' }]);
});

test('[LK16] whatever happens, at most one run of a host is shown, and none that is lost', () => {
  const run = fc.constantFrom(one, next, other);
  const step = fc.oneof(
    fc.record({ type: fc.constant('see' as const), run }),
    fc.record({ type: fc.constant('expect' as const), run }),
    fc.record({ type: fc.constant('drop' as const), run }),
    fc.record({ type: fc.constant('complete' as const) }),
    fc.record({ type: fc.constant('interrupt' as const) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: lostAfterMs }))), (steps) => {
      const table = new HostTable();
      let nowMs = 0;
      for (const [what, ms] of steps) {
        nowMs += ms;
        if (what.type === 'see') table.see(view(what.run), nowMs);
        else if (what.type === 'complete' || what.type === 'interrupt') table[what.type](nowMs);
        else table[what.type](what.run, nowMs);
        const shown = table.views(nowMs).map(({ host, incarnation }) => `${host}/${incarnation}`);
        expect(new Set(shown.map((key) => key.split('/')[0])).size).toBe(shown.length);
        for (const { host, incarnation } of table.lost(nowMs)) expect(shown).not.toContain(`${host}/${incarnation}`);
      }
    }),
  );
});

test('[MT9] a host that fell silent is unresponsive until it is heard of again, or for an hour', () => {
  const table = hearing();
  table.see(view(one), 0);
  table.see(view(other), 0);
  expect(table.silent(lostAfterMs)).toBe(0);
  for (const run of table.lost(lostAfterMs)) table.drop(run, lostAfterMs);
  expect(table.silent(lostAfterMs)).toBe(2);
  table.see(view(next), lostAfterMs + 1);
  expect(table.silent(lostAfterMs + 1)).toBe(1);
  expect(table.silent(lostAfterMs + 3600_000)).toBe(1);
  expect(table.silent(lostAfterMs + 3600_001)).toBe(0);
});

test('[MT9] a host that took its leave, or came back with another run, is not unresponsive', () => {
  const table = hearing();
  table.see(view(other), 0);
  table.withdraw('h2');
  for (const run of table.lost(lostAfterMs)) table.drop(run, lostAfterMs);
  table.see(view(one), lostAfterMs);
  table.see(view(next), lostAfterMs);
  for (const run of table.lost(lostAfterMs)) table.drop(run, lostAfterMs);
  expect(table.silent(lostAfterMs)).toBe(0);
});
