import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { HostRequest } from '#shared/host.ts';
import { env, until } from '#tests/edge/link/support.ts';
import { connect, guestSocket, shareable } from '#tests/edge/room/support.ts';
import { ask, openSocket, tell } from '#tests/edge/support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A session whose host takes down who comes and who is disconnected. `failures`: so many times it fails to disconnect. */
async function watched(failures = 0) {
  const peers: string[] = [];
  const disconnected: HostRequest<'disconnect'>[] = [];
  let left = failures;
  const session = await shareable({
    handlers: {
      settings: async ({ peer }) => {
        peers.push(peer);
        return { sdp: 'v=0' };
      },
      disconnect: async (request) => {
        disconnected.push(request);
        left -= 1;
        if (left >= 0) throw new AppError('timeout');
        return {};
      },
    },
  });
  const guest = async (url: string) => {
    const socket = await guestSocket(url);
    socket.send({ type: 'settings', api_version: 2 });
    await socket.next();
    const peer = peers.at(-1) ?? '';
    await tell(session.host, session.id, peers.length + 1, { type: 'peer-joined', peer, role: 'view' });
    return { socket, peer };
  };
  return Object.assign(session, { disconnected, guest });
}

/** Lets time pass, and the room's alarm ring, after a sleep. */
async function after(ms: number, session: string): Promise<void> {
  const room = env.ROOM.get(env.ROOM.idFromName(session));
  await evictDurableObject(room, { webSockets: 'hibernate' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  expect(await runDurableObjectAlarm(room)).toBe(true);
  vi.useRealTimers();
}

const revoke = (session: { token: string }, id: string, query = '') =>
  ask('DELETE', `/1.0/shares/${id}${query}`, { token: session.token });

test('[SH10] a revoked share tells and closes its sockets, disconnects who came by it, and lets nobody in', async () => {
  await using session = await watched();
  const [share, kept] = [await session.share(), await session.share()];
  const [first, second] = [await session.guest(share.url), await session.guest(share.url)];
  const stays = await session.guest(kept.url);
  second.socket.close();
  const pending = (await connect(share.url)).metadata as { url: string };
  expect(await revoke(session, share.id)).toMatchObject({ httpStatus: 200, metadata: { id: share.id } });
  expect(await first.socket.next()).toEqual({ type: 'error', code: 2, message: 'The share of this address was revoked.' });
  expect((await first.socket.closed).code).toBe(4403);
  expect(session.disconnected).toMatchObject([{ session: session.id, peers: [first.peer, second.peer] }]);
  expect((await connect(share.url)).httpStatus).toBe(401);
  expect((await (await openSocket(pending.url)).closed).code).toBe(4401);
  expect((await revoke(session, share.id)).httpStatus).toBe(404);
  expect(await session.listed()).toEqual([kept.id]);
  stays.socket.send({ type: 'discover' });
  expect(await stays.socket.next()).toMatchObject({ type: 'resp:discover' });
});

test('[SH11] a guest who has left is not disconnected', async () => {
  await using session = await watched();
  const share = await session.share();
  const { peer } = await session.guest(share.url);
  await tell(session.host, session.id, 3, { type: 'peer-left', peer, reason: 'left' });
  await revoke(session, share.id);
  expect(session.disconnected).toEqual([]);
});

test('[SH12] a host that could not disconnect guests is asked again until it has, across a sleep', async () => {
  await using session = await watched(2);
  const share = await session.share();
  const { peer } = await session.guest(share.url);
  const async = await revoke(session, share.id, '?sync=false');
  expect(async).toMatchObject({ httpStatus: 202, type: 'async', metadata: { id: share.id } });
  await until(() => session.disconnected.length === 1, 'asked');
  await after(5000, session.id);
  await after(10_000, session.id);
  expect(session.disconnected.map(({ peers }) => peers)).toEqual([[peer], [peer], [peer]]);
  const room = env.ROOM.get(env.ROOM.idFromName(session.id));
  expect(await runInDurableObject(room, (_room, { storage }) => storage.getAlarm())).toBeNull();
});

test('[SH13] a share whose time is over goes as if it were revoked, when the alarm rings', async () => {
  await using session = await watched();
  const share = await session.share('view', { expiry_min: 1 });
  const { socket, peer } = await session.guest(share.url);
  await until(async () => (await session.listed()).length === 1, 'indexed');
  await after(60_000, session.id);
  expect(await socket.next()).toMatchObject({ message: 'The share of this address has expired.' });
  expect(session.disconnected).toMatchObject([{ peers: [peer] }]);
  expect(await session.listed()).toEqual([]);
});
