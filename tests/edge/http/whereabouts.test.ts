import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whereabouts } from '#edge/http/request/whereabouts.ts';
import { roomNamed } from '#edge/objects.ts';
import { distanceKm } from '#shared/position.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, request, startHost } from '#tests/edge/support.ts';

test('[PL19] a client is where the platform says, else about where its continent is, else nowhere', () => {
  expect(whereabouts({ latitude: '48.1', longitude: '11.6', continent: 'EU' })).toEqual({ latitude: 48.1, longitude: 11.6 });
  expect(whereabouts({ continent: 'OC', country: 'NZ' })).toMatchObject({ latitude: -30 });
  for (const cf of [
    undefined,
    null,
    {},
    { continent: 'T1' },
    { latitude: 'x', longitude: '9' },
    { latitude: '91', longitude: '0' },
  ]) {
    expect(whereabouts(cf)).toBeUndefined();
  }
});

test('[PL19] distances are those along the ground, whatever side of the date line', () => {
  const position = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(position, position, (a, b) => {
      const km = distanceKm(a, b);
      expect(km).toBeGreaterThanOrEqual(0);
      expect(km).toBeLessThanOrEqual(20_016);
      expect(distanceKm(b, a)).toBeCloseTo(km, 6);
    }),
  );
  const [frankfurt, newYork] = [
    { latitude: 50.11, longitude: 8.68 },
    { latitude: 40.71, longitude: -74.01 },
  ];
  expect(Math.round(distanceKm(frankfurt, newYork) / 100)).toBe(62);
  expect(distanceKm({ latitude: 0, longitude: 179 }, { latitude: 0, longitude: -179 })).toBeLessThan(250);
});

test('[PL20] without a region asked for, a session is placed in the nearest to its client, and in the next where that is full', async () => {
  const { token } = await newAccount();
  const app = unique('app');
  await using europe = await startHost({ app, region: unique('europe'), location: { latitude: 50, longitude: 8 }, slots: 1 });
  await using america = await startHost({
    app,
    region: unique('america'),
    location: { latitude: 39, longitude: -77 },
    slots: 99,
  });
  const create = async (cf: IncomingRequestCfProperties) => {
    const headers = { authorization: `Bearer ${token}` };
    await request('/1.0/sessions', { method: 'POST', headers, body: JSON.stringify({ app }), cf } as RequestInit);
  };
  const munich = { latitude: '48.1', longitude: '11.6' } as unknown as IncomingRequestCfProperties;
  await create(munich);
  expect([europe.of('launch').length, america.of('launch').length]).toEqual([1, 0]);
  await europe.unsubscribe();
  await create(munich);
  expect([europe.of('launch').length, america.of('launch').length]).toEqual([1, 1]);
  // An asked region is taken, however far.
  await europe.subscribe();
  const { id } = await newSession(token, app, { region: america.region });
  expect((await roomNamed(env, id).describe('nobody')).ok).toBe(false);
  expect((await ask('GET', `/1.0/sessions/${id}`, { token })).metadata).toMatchObject({ region: america.region });
});
