import { expect, test } from 'vitest';
import { type PlacementDeps, place } from '#edge/link/placement.ts';
import { consoleLogger } from '#edge/log.ts';
import { serveCall } from '#shared/bus.ts';
import { AppError, type ErrorCode } from '#shared/errors.ts';
import { newIncarnation } from '#shared/ids.ts';
import { outcome } from '#shared/outcome.ts';
import { hostSubject, placementGroup, placeSubject } from '#shared/subjects.ts';
import { MemoryBus } from '#tests/support/memory-bus.ts';
import { order } from './support.ts';

const unexpected = (error: unknown): void => {
  throw error;
};

interface Host {
  name: string;
  load: number;
  region?: string;
  launch?: ErrorCode | 'silent';
  fullFor?: number;
}

/** A bus with hosts on it, and what they were asked. Of two the queue group asks the second first. */
const world = (...hosts: Host[]) => seen([], ...hosts);

/** The same, where the link has seen these of them. */
function seen(names: readonly string[], ...hosts: Host[]) {
  const bus = new MemoryBus();
  const calls: string[] = [];
  const later: Promise<unknown>[] = [];
  for (const { name, load, region = 'eu', launch, fullFor = 0 } of hosts) {
    let asked = 0;
    const offer = { host: name, incarnation: newIncarnation(), region, load, reservedMs: 5000 };
    const options = { unexpected };
    serveCall(bus, placeSubject(region, 'doom'), 'place', { ...options, queue: placementGroup }, async (request) => {
      asked += 1;
      if (asked > fullFor && request.launch !== undefined && load <= request.launch.upTo) {
        calls.push(`take ${name}`);
        if (launch !== undefined && launch !== 'silent') throw new AppError(launch);
        return { ...offer, instance: `i-${name}` };
      }
      calls.push(`place ${name}`);
      if (asked <= fullFor) throw new AppError('no_host');
      return offer;
    });
    serveCall(bus, hostSubject(name, 'launch'), 'launch', options, async () => {
      calls.push(`launch ${name}`);
      if (launch === 'silent') await new Promise(() => undefined);
      else if (launch !== undefined) throw new AppError(launch);
      return { instance: `i-${name}` };
    });
    for (const call of ['release', 'end'] as const) {
      serveCall(bus, hostSubject(name, call), call, options, async () => {
        calls.push(`${call} ${name}`);
        return {};
      });
    }
  }
  const log = consoleLogger('error', {});
  const doom = { name: 'doom', version: 1, published: true };
  const views = hosts
    .filter(({ name }) => names.includes(name))
    .map(({ name, load, region = 'eu' }) => ({
      ...{ host: name, region, incarnation: newIncarnation(), version: '1', applications: [doom] },
      ...{ slots: 100, used: Math.round(load * 100), draining: false },
    }));
  const deps = { bus, log, views: () => views, later: (work: Promise<unknown>) => void later.push(work) };
  type Asked = { isHeld?: PlacementDeps['isHeld']; region?: string };
  const run = async ({ isHeld = () => false, region = 'eu' }: Asked = {}) => {
    const placed = await outcome(() => place({ ...deps, isHeld }, { ...order('doom'), link: 'link-0' }, region));
    await Promise.all(later);
    return placed;
  };
  return { run, calls };
}

test('[PL2] the less loaded of two is launched on, the other released, and nothing else is asked', async () => {
  const { run, calls } = world({ name: 'a', load: 0.7 }, { name: 'b', load: 0.2 });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'b', instance: 'i-b' } });
  expect(calls.slice(0, 2).sort()).toEqual(['place a', 'place b']);
  expect(calls.slice(2)).toEqual(['launch b', 'release a']);
});

test('[PL2] where one host answers both asks it is launched on once and released not at all', async () => {
  const { run, calls } = world({ name: 'a', load: 0.7 });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'a' } });
  expect(calls).toEqual(['place a', 'place a', 'launch a']);
});

test('[PL16] where one host is known it launches with the first call, and nothing else is asked', async () => {
  const { run, calls } = seen(['a'], { name: 'a', load: 0.7 });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'a', instance: 'i-a' } });
  expect(calls).toEqual(['take a']);
});

test('[PL16] of several a host that is no more loaded than the mean launches with the first call', async () => {
  const { run, calls } = seen(['a', 'b'], { name: 'b', load: 0.7 }, { name: 'a', load: 0.2 });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'a', instance: 'i-a' } });
  expect(calls).toEqual(['take a']);
});

test('[PL16] one that is more loaded is compared with another', async () => {
  const { run, calls } = seen(['a', 'b'], { name: 'b', load: 0.2 }, { name: 'a', load: 0.7 });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'b', instance: 'i-b' } });
  expect(calls).toEqual(['place a', 'place b', 'launch b', 'release a']);
});

test('[PL16] one that refuses it is passed over for another', async () => {
  const { run, calls } = seen(['a', 'b'], { name: 'b', load: 0.7 }, { name: 'a', load: 0.2, launch: 'host_draining' });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'b', instance: 'i-b' } });
  expect(calls).toContain('launch b');
});

test('[PL22] a region whose slots are for those who wait is passed over, and where there is no other nobody is asked', async () => {
  const held = seen(['a'], { name: 'a', load: 0.2 });
  expect(await held.run({ isHeld: () => true })).toEqual({
    ok: false,
    error: {
      code: 'no_host',
      message: 'Others wait in line for the application "doom" in the region "eu", and come first. Try again soon, or wait too.',
    },
  });
  expect(held.calls).toEqual([]);
  const two = seen(['a', 'u'], { name: 'a', load: 0.2 }, { name: 'u', load: 0.2, region: 'us' });
  const isHeld = (_wanted: unknown, region: string) => region === 'eu';
  expect(await two.run({ isHeld, region: '' })).toMatchObject({ ok: true, data: { host: 'u' } });
  expect(two.calls).toEqual(['take u']);
  const full = seen(['a', 'u'], { name: 'a', load: 0.2 }, { name: 'u', load: 1, region: 'us', fullFor: 100 });
  const refused = { code: 'no_host', message: expect.stringMatching(/^Others wait in line for the application "doom", and/) };
  expect(await full.run({ isHeld, region: '' })).toEqual({ ok: false, error: refused });
});

test('[PL15] where all hosts are full, they are asked again: slots that were kept for others come free', async () => {
  const { run, calls } = world({ name: 'a', load: 0.7, fullFor: 3 });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'a' } });
  expect(calls).toEqual(['place a', 'place a', 'place a', 'place a', 'launch a']);
});

test.each(['host_draining', 'no_host'] as const)(
  '[PL10] after a launch that fails with %s the other offer is taken',
  async (code) => {
    const { run, calls } = world({ name: 'a', load: 0.7 }, { name: 'b', load: 0.2, launch: code });
    expect(await run()).toMatchObject({ ok: true, data: { host: 'a' } });
    expect(calls.slice(2)).toEqual(['launch b', 'end b', 'launch a']);
  },
);

test('[PL10] a host that is silent to a launch is told to end what it may have begun', async () => {
  const { run, calls } = world({ name: 'a', load: 0.7 }, { name: 'b', load: 0.2, launch: 'silent' });
  expect(await run()).toMatchObject({ ok: true, data: { host: 'a' } });
  expect(calls.slice(2)).toEqual(['launch b', 'end b', 'launch a']);
});

test("[PL10] two launches are tried at the most, and the first one's reason is told", async () => {
  const launch = 'host_draining';
  const { run, calls } = world({ name: 'a', load: 0.7, launch }, { name: 'b', load: 0.2, launch });
  expect(await run()).toEqual({ ok: false, error: { code: 'host_draining', message: 'The host is shutting down.' } });
  expect(calls.filter((call) => call.startsWith('launch'))).toEqual(['launch b', 'launch a']);
});

test('[PL11] a launch that fails for good ends it, and the other offer is given back', async () => {
  const { run, calls } = world({ name: 'a', load: 0.7 }, { name: 'b', load: 0.2, launch: 'application_failed' });
  expect(await run()).toMatchObject({ ok: false, error: { code: 'application_failed' } });
  expect(calls.slice(2)).toEqual(['launch b', 'release a']);
});
