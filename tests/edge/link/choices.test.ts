import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairLoad, nobody, ranked, regionOrder, versionFor, versionsOf } from '#edge/link/choices.ts';
import type { HostView, PlaceOffer } from '#shared/host.ts';
import { distanceKm, type Position } from '#shared/position.ts';

const doom = { app: 'doom', appVersion: 0 };

const pick = (...names: string[]) => fc.constantFrom(...names);
const view: fc.Arbitrary<HostView> = fc
  .record({
    host: pick('h1', 'h2', 'h3', 'h4'),
    region: pick('eu', 'us', 'asia'),
    apps: fc.subarray(['doom', 'xterm']),
    version: fc.integer({ min: 1, max: 3 }),
    published: fc.boolean(),
    slots: fc.integer({ min: 0, max: 9 }),
    used: fc.integer({ min: 0, max: 9 }),
    draining: fc.boolean(),
  })
  .map(({ apps, version, published, ...rest }) => ({
    ...rest,
    incarnation: '000000000000',
    version: '1',
    applications: apps.map((name) => ({ name, version, published })),
  }));
const offer: fc.Arbitrary<PlaceOffer> = fc.record({
  host: pick('h1', 'h2', 'h3'),
  incarnation: fc.constant('000000000000'),
  region: fc.constant('eu'),
  load: fc.double({ min: 0, max: 1, noNaN: true }),
  reservedMs: fc.constant(5000),
});

const freeIn = (views: readonly HostView[], region: string) =>
  views
    .filter((each) => each.region === region && !each.draining && each.applications.some(({ name }) => name === 'doom'))
    .reduce((sum, { slots, used }) => sum + Math.max(0, slots - used), 0);

test('[PL12] a region that was asked for is the only one to be asked', () => {
  fc.assert(
    fc.property(fc.array(view), pick('eu', 'mars'), (views, asked) => {
      expect(regionOrder(views, doom, asked)).toEqual([asked]);
    }),
  );
});

test('[PL12] without one, every region is asked once, the one with the most free slots first', () => {
  fc.assert(
    fc.property(fc.array(view), (views) => {
      const order = regionOrder(views, doom, '');
      expect([...order].sort()).toEqual([...new Set(views.map(({ region }) => region))].sort());
      const free = order.map((region) => freeIn(views, region));
      expect(free).toEqual([...free].sort((a, b) => b - a));
      expect(regionOrder(views.toReversed(), doom, '')).toEqual(order);
    }),
  );
});

test('[PL18] of the regions with a free slot the nearest to the client comes first, then the next nearest; those not known to be near come after', () => {
  const at: Readonly<Record<string, Position>> = {
    eu: { latitude: 50, longitude: 8 },
    us: { latitude: 39, longitude: -77 },
    asia: { latitude: 1, longitude: 104 },
  };
  const position = fc.record({ latitude: fc.integer({ min: -90, max: 90 }), longitude: fc.integer({ min: -180, max: 180 }) });
  fc.assert(
    fc.property(fc.array(view), position, fc.subarray(Object.keys(at)), (all, near, placed) => {
      const views = all.map((each) => {
        const location = placed.includes(each.region) ? at[each.region] : undefined;
        return location === undefined ? each : { ...each, location };
      });
      const order = regionOrder(views, doom, '', near);
      expect([...order].sort()).toEqual([...new Set(views.map(({ region }) => region))].sort());
      expect(regionOrder(views.toReversed(), doom, '', near)).toEqual(order);
      const hasFree = order.map((region) => freeIn(views, region) > 0);
      expect(hasFree).toEqual([...hasFree].sort((a, b) => Number(b) - Number(a)));
      const km = (region: string): number => {
        const location = placed.includes(region) ? at[region] : undefined;
        return location === undefined ? Number.POSITIVE_INFINITY : distanceKm(near, location);
      };
      const free = order.filter((region) => freeIn(views, region) > 0).map(km);
      expect(free).toEqual([...free].sort((a, b) => (a === b ? 0 : a - b)));
      // Without geography it is as it was.
      expect(regionOrder(all, doom, '', near)).toEqual(regionOrder(all, doom, ''));
    }),
  );
});

test('[PL17] the load that is fair is between the least and the most that hosts of the region have for it; one host takes all', () => {
  fc.assert(
    fc.property(fc.array(view), (views) => {
      const loads = views
        .filter((each) => each.region === 'eu' && !each.draining && each.slots > 0)
        .filter(({ applications }) => applications.some(({ name }) => name === 'doom'))
        .map(({ used, slots }) => used / slots);
      const fair = fairLoad(views, doom, 'eu');
      if (loads.length === 0) expect(fair).toBeUndefined();
      else if (loads.length === 1) expect(fair).toBe(1);
      else {
        // The mean is a sum of rounded numbers.
        expect(fair).toBeGreaterThanOrEqual(Math.min(...loads) - 1e-9);
        expect(fair).toBeLessThanOrEqual(Math.max(...loads) + 1e-9);
      }
    }),
  );
});

test('[PL13] offers are ranked by load, one a host', () => {
  fc.assert(
    fc.property(fc.array(offer, { maxLength: 4 }), (offers) => {
      const loads = ranked(offers).map(({ load }) => load);
      expect(loads).toEqual([...loads].sort((a, b) => a - b));
      expect(
        ranked(offers)
          .map(({ host }) => host)
          .sort(),
      ).toEqual([...new Set(offers.map(({ host }) => host))].sort());
    }),
  );
});

test('[PL14] the reason why nobody took it follows from what the hosts told, and names what was asked for', () => {
  fc.assert(
    fc.property(fc.array(view), pick('', 'eu', 'mars'), (views, asked) => {
      const error = nobody(views, doom, asked);
      const offering = views.filter(({ applications }) => applications.some(({ name }) => name === 'doom'));
      const here = offering.filter(({ region }) => asked === '' || region === asked);
      if (views.length === 0 || here.length > 0) expect(error.code).toBe('no_host');
      else if (offering.length > 0 && !views.some(({ region }) => region === asked)) expect(error.code).toBe('unknown_region');
      else expect(error.code).toBe('unknown_application');
      expect(error.message).toContain(error.code === 'unknown_region' ? `"${asked}"` : '"doom"');
      expect(error.status).toBe(404);
    }),
  );
});

test('[PL21] a session gets the version that it asks for, else the latest that any host of the region has published; what there is not is told with what there is', () => {
  fc.assert(
    fc.property(fc.array(view), pick('', 'eu', 'mars'), fc.integer({ min: 0, max: 4 }), (views, region, asked) => {
      const there = views.filter((each) => region === '' || each.region === region);
      const known = versionsOf(there).filter(({ name }) => name === 'doom');
      const fit = known.filter(({ version, published }) => (asked === 0 ? published : version === asked));
      const choose = () => versionFor(views, { app: 'doom', appVersion: asked }, region);
      if (known.length === 0) expect(choose()).toBe(asked);
      else if (fit.length > 0) expect(choose()).toBe(Math.max(...fit.map(({ version }) => version)));
      else {
        expect(choose).toThrow(expect.objectContaining({ code: 'unknown_version', status: 404 }));
        expect(choose).toThrow(`: ${known.map(({ version }) => version).join(', ')}.`);
      }
    }),
  );
});

test('[PL21] only hosts with the version count, for the order of regions, for what is fair, and in what is told', () => {
  const host = (region: string, version: number, slots: number): HostView => ({
    ...{ host: `${region}-${version}`, region, incarnation: '000000000000', version: '1', used: 0, draining: false, slots },
    applications: [{ name: 'doom', version, published: true }],
  });
  const views = [host('eu', 1, 9), host('us', 2, 4), host('us', 1, 4)];
  expect(regionOrder(views, { app: 'doom', appVersion: 2 }, '')).toEqual(['us', 'eu']);
  expect(fairLoad(views, { app: 'doom', appVersion: 2 }, 'us')).toBe(1);
  expect(nobody(views, { app: 'doom', appVersion: 2 }, '').message).toContain('version 2 of the application "doom"');
});
