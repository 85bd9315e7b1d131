import { evictDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { env, unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, openSocket, origin, startHost, tell } from '#tests/edge/support.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A session on a host of its own. */
async function launched(post: object = {}) {
  const { token } = await newAccount();
  const app = unique('app');
  const host = await startHost({ app, region: unique('region') });
  const session = await newSession(token, app, post);
  return { token, host, ...session, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

const refusal = async (url: string) => {
  const socket = await openSocket(url);
  return [await socket.next(), (await socket.closed).code];
};

test('[TK1] the socket address begins as the gateway was reached and works under both spellings of its path', async () => {
  await using session = await launched();
  expect(session.url).toMatch(
    new RegExp(`^wss://gateway\\.example\\.com/1\\.0/sessions/${session.id}/sockets/slave\\?token=\\S{32}$`),
  );
  const socket = await openSocket(session.url.replace('/sessions/', '/session/'));
  socket.send({ type: 'discover' });
  expect(await socket.next()).toMatchObject({ type: 'resp:discover' });
  expect(origin).toMatch(/^https:/);
});

test('[TK2] a token opens one socket: the second is told so', async () => {
  await using session = await launched();
  const first = await openSocket(session.url);
  const message = 'The token of this address was used already. Join the session again.';
  expect(await refusal(session.url)).toEqual([{ type: 'error', code: 2, message }, 4401]);
  first.send({ type: 'discover' });
  expect(await first.next()).toMatchObject({ type: 'resp:discover' });
});

test('[TK3] a token that is five minutes old opens nothing', async () => {
  await using session = await launched();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5 * 60_000 });
  const message = 'The token of this address has expired. Join the session again.';
  expect(await refusal(session.url)).toEqual([{ type: 'error', code: 2, message }, 4401]);
});

test('[TK4] a token of another session, a wrong one, or none opens nothing', async () => {
  await using session = await launched();
  await using other = await launched();
  const foreign = session.url.replace(session.id, other.id);
  const message = 'The token of this address is not valid.';
  for (const url of [foreign, `${session.url}x`, session.url.replace(/\?.*/, '')]) {
    expect(await refusal(url)).toEqual([{ type: 'error', code: 2, message }, 4401]);
  }
});

test('[TK5] the socket of a session that is not there says so', async () => {
  for (const id of ['0'.repeat(20), 'Bad-Id']) {
    const told = { type: 'error', code: 2, message: 'There is no such session.' };
    expect(await refusal(`${origin}/1.0/session/${id}/sockets/slave?token=x`)).toEqual([told, 4404]);
  }
});

test('[RM10] a join disconnects the client that is there and gives another address', async () => {
  await using session = await launched({ joinable: true });
  const join = (body?: unknown) => ask('POST', `/1.0/sessions/${session.id}/join`, { token: session.token, body });
  expect(await join()).toMatchObject({
    status_code: 400,
    error: 'The session can be joined only while it is active; it is created.',
  });
  await tell(session.host, session.id, 1, { type: 'active' });
  const first = await openSocket(session.url);
  const { httpStatus, metadata } = await join({ screen: { fps: 30 }, disconnect_clients: true });
  expect(httpStatus).toBe(200);
  expect(session.host.of('join')).toEqual([session.id]);
  const message = 'Another client joined this session and took its place.';
  expect(await first.next()).toEqual({ type: 'error', code: 5, message });
  expect((await first.closed).code).toBe(4410);
  const { url } = metadata as { url: string };
  const second = await openSocket(url);
  second.send({ type: 'discover' });
  expect(await second.next()).toMatchObject({ fps: 30 });
  expect((await refusal(session.url))[0]).toMatchObject({ message });
});

test('[RM11] a session that is not joinable is not joined', async () => {
  await using session = await launched();
  await tell(session.host, session.id, 1, { type: 'active' });
  const answer = await ask('POST', `/1.0/sessions/${session.id}/join`, { token: session.token, body: '' });
  expect(answer).toMatchObject({ status_code: 400, error: 'The session was not created as joinable.' });
});

test('[RM12] a socket outlives the sleep of its room and is answered after it', async () => {
  await using session = await launched();
  const socket = await openSocket(session.url);
  const room = env.ROOM.get(env.ROOM.idFromName(session.id));
  await evictDurableObject(room, { webSockets: 'hibernate' });
  socket.send('{"type":"ping"}');
  expect(await socket.next()).toEqual({ type: 'pong' });
  socket.send({ type: 'settings', api_version: 2 });
  expect(await socket.next()).toEqual({ type: 'offer', sdp: btoa('offer') });
  expect((await ask('GET', `/1.0/sessions/${session.id}`, { token: session.token })).status_code).toBe(200);
});

test('[RM13] a client that closes its socket ends nothing', async () => {
  await using session = await launched();
  const socket = await openSocket(session.url);
  socket.close();
  await socket.closed;
  const { metadata } = await ask('GET', `/1.0/sessions/${session.id}`, { token: session.token });
  expect(metadata).toMatchObject({ status: 'created' });
  expect(session.host.of('end')).toEqual([]);
});

test('[HT11] an answer has STUN and TURN addresses with credentials that coturn can check', async () => {
  await using session = await launched();
  const [stun, turn, ...more] = session.stun_servers;
  expect(more).toEqual([]);
  expect(stun).toEqual({ urls: ['stun:turn.example.com:3478'] });
  expect(turn?.urls).toEqual(['turn:turn.example.com:3478?transport=udp', 'turn:turn.example.com:3478?transport=tcp']);
  const [expiry, name] = turn?.username?.split(':') ?? [];
  expect(name).toBe(session.id);
  const leftMs = Number(expiry) * 1000 - Date.now();
  expect(leftMs).toBeGreaterThan(5 * 60_000);
  expect(leftMs).toBeLessThan(15 * 60_000);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey('raw', bytes(env.TURN_SECRET), { name: 'HMAC', hash: 'SHA-1' }, false, ['verify']);
  const mac = Uint8Array.from(atob(turn?.password ?? ''), (char) => char.charCodeAt(0));
  expect(await crypto.subtle.verify('HMAC', key, mac, bytes(turn?.username ?? ''))).toBe(true);
});
