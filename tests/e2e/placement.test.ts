import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ hosts: 3, host: { slots: 2 } });
});
afterAll(() => world?.close());

test('[E20] three hosts share the sessions, none takes more than its slots, and a freed slot is used again', async () => {
  const create = () => world.api('POST', '/1.0/sessions', { app: 'timecode-1', screen: { width: 320, height: 180, fps: 5 } });
  const created = await Promise.all(Array.from({ length: 6 }, create));
  expect(created.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
  const listed = async () =>
    (await world.api('GET', '/1.0/sessions?recursion=true')).body.metadata as unknown as { id: string; cluster_id: string }[];
  // The list hears of it a moment later.
  const sessions = await vi.waitUntil(async () => {
    const all = await listed();
    return all.every(({ cluster_id: host }) => host !== '') && all;
  });
  const byHost = Object.groupBy(sessions, ({ cluster_id: host }) => host);
  expect(Object.keys(byHost).toSorted()).toEqual(['host-1', 'host-2', 'host-3']);
  expect(Object.values(byHost).map((on) => on?.length)).toEqual([2, 2, 2]);

  expect((await create()).status).toBe(404);
  const freed = sessions[0];
  await world.api('DELETE', `/1.0/sessions/${freed?.id}`);
  const { status, body: next } = await create();
  expect(status).toBe(201);
  const where = await world.api('GET', `/1.0/sessions/${next.metadata?.id}`);
  expect(where.body.metadata?.['cluster_id']).toBe(freed?.cluster_id);
});
