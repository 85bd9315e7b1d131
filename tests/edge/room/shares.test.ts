import { runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, test, vi } from 'vitest';
import { maxShareMs } from '#edge/http/routes/shares/times.ts';
import { env, until } from '#tests/edge/link/support.ts';
import { connect, guestSocket, shareable } from '#tests/edge/room/support.ts';
import { ask, newAccount, openSocket, tell } from '#tests/edge/support.ts';

afterEach(() => {
  vi.useRealTimers();
});

const nowS = (): number => Math.floor(Date.now() / 1000);
const notValid = 'The token of the share is not valid, has expired, or was revoked.';

test('[SH1] a share is an address that gives another, good for one socket, beside the client that is there', async () => {
  await using session = await shareable();
  const owner = await openSocket(session.url);
  const shared = await session.tryShare({ type: 'view', description: 'For Ann' });
  expect(shared).toMatchObject({ httpStatus: 200, metadata: { type: 'view', id: expect.stringMatching(/^[0-9a-v]{26}$/) } });
  const share = await session.share('control');
  expect(share.url).toMatch(
    new RegExp(`^https://gateway\\.example\\.com/1\\.0/sessions/${session.id}/connect\\?type=control&token=\\S{32}$`),
  );
  const way = await connect(share.url);
  expect(way).toMatchObject({
    httpStatus: 200,
    metadata: { url: expect.stringMatching(/^wss:/), stun_servers: expect.any(Array) },
  });
  const { url } = way.metadata as { url: string };
  const guest = await openSocket(url);
  for (const socket of [guest, owner, await guestSocket(share.url)]) {
    socket.send({ type: 'discover' });
    expect(await socket.next()).toMatchObject({ type: 'resp:discover' });
  }
  expect(await (await openSocket(url)).next()).toMatchObject({ message: expect.stringContaining('was used already') });
});

test('[SH2] a share of ADB, of an unknown type, or with a time that can not be, is 400 and says why', async () => {
  await using session = await shareable();
  const refused = async (body: object) => {
    const { httpStatus, error } = await session.tryShare(body);
    expect(httpStatus).toBe(400);
    return error;
  };
  expect(await refused({ type: 'adb' })).toBe('There is no share of the type "adb": the application has no ADB.');
  expect(await refused({ type: 'root' })).toContain('type: ');
  expect(await refused({})).toContain('type: ');
  expect(await refused({ type: 'view', description: 'x'.repeat(201) })).toContain('description: ');
  expect(await refused({ type: 'view', expiry_at: nowS() - 1 })).toBe('The body is not valid: expiry_at: is over already.');
  const tooLate = maxShareMs / 1000 + 60;
  expect(await refused({ type: 'view', expiry_at: nowS() + tooLate })).toContain('expiry_at: is more than 30 days away.');
  expect(await refused({ type: 'view', expiry_min: tooLate / 60 })).toContain('expiry_min: is more than 30 days away.');
  const other = await newAccount();
  const path = `/1.0/sessions/${session.id}/share`;
  expect((await ask('POST', path, { token: other.token, body: { type: 'view' } })).error).toBe('There is no such session.');
});

test('[SH3] a share lives twelve hours, or as long as was asked', async () => {
  await using session = await shareable();
  const leftS = async (more: object) => (await session.share('view', more)).expiry_at - nowS();
  expect(Math.abs((await leftS({})) - 12 * 3600)).toBeLessThan(5);
  expect(Math.abs((await leftS({ expiry_min: 2 })) - 120)).toBeLessThan(5);
  expect(Math.abs((await leftS({ expiry_at: nowS() + 300, expiry_min: 2 })) - 300)).toBeLessThan(5);
});

test('[SH4] a session has five live shares at most; those that are over do not count', async () => {
  await using session = await shareable();
  const first = await session.share('view', { expiry_min: 1 });
  for (let i = 0; i < 4; i += 1) await session.share();
  const refused = await session.tryShare({ type: 'view' });
  expect(refused).toMatchObject({ httpStatus: 403, error: 'The session has 5 shares: no more than 5 are allowed.' });
  await ask('DELETE', `/1.0/shares/${first.id}`, { token: session.token });
  await session.share('view', { expiry_min: 1 });
  expect((await session.tryShare({ type: 'view' })).httpStatus).toBe(403);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  expect((await session.tryShare({ type: 'view' })).httpStatus).toBe(200);
});

test('[SH5] a token that is wrong, has expired, or is for another type or session, connects nobody', async () => {
  await using session = await shareable();
  await using other = await shareable();
  const { url } = await session.share('view', { expiry_min: 1 });
  const wrong = [`${url}x`, url.replace('type=view', 'type=control'), url.replace(session.id, other.id)];
  for (const address of wrong) expect(await connect(address)).toMatchObject({ httpStatus: 401, error: notValid });
  expect((await connect(url.replace(session.id, '0'.repeat(20)))).httpStatus).toBe(401);
  expect((await connect(url.replace(/&token=.*/, ''))).httpStatus).toBe(401);
  expect((await connect(url.replace('type=view&', ''))).error).toContain('type: ');
  expect((await connect(url.replace('type=view', 'type=adb'))).error).toContain('the application has no ADB');
  expect((await connect(url.replace(session.id, 'Bad-Id'))).error).toContain('The session id is not valid');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  expect(await connect(url)).toMatchObject({ httpStatus: 401, error: notValid });
});

test("[SH6] shares are listed by account, all or a session's, in pages; another account's are not there", async () => {
  await using session = await shareable();
  const made = [await session.share('view', { description: 'one' }), await session.share('control')];
  const ids = made.map(({ id }) => id).toSorted();
  const other = await newAccount();
  expect((await session.listed()).toSorted()).toEqual(ids);
  expect(await session.listed(`?session_id=${'0'.repeat(20)}`)).toEqual([]);
  const page = await ask('GET', `/1.0/shares?session_id=${session.id}&limit=1&offset=1`, { token: session.token });
  expect(page).toMatchObject({ total_size: 2, metadata: [expect.stringMatching(/^[0-9a-v]{26}$/)] });
  const [first] = made;
  const shown = { id: first?.id, session_id: session.id, type: 'view', description: 'one', expiry_at: first?.expiry_at };
  expect(await session.listed('?recursion=true')).toContainEqual({ ...shown, created_at: expect.any(Number) });
  const one = `/1.0/shares/${first?.id}`;
  expect((await ask('GET', one, { token: session.token })).metadata).toMatchObject(shown);
  for (const method of ['GET', 'PATCH', 'DELETE']) {
    const body = method === 'PATCH' ? { body: {} } : {};
    const answer = await ask(method, one, { token: other.token, ...body });
    expect(answer).toMatchObject({ httpStatus: 404, error: 'There is no such share.' });
    expect((await ask(method, '/1.0/shares/bad', { token: other.token, ...body })).error).toContain('The share id is not valid');
  }
  expect((await ask('GET', '/1.0/shares', { token: other.token })).metadata).toEqual([]);
  expect((await ask('GET', '/1.0/shares?limit=0', { token: other.token })).error).toContain('limit: ');
});

test('[SH7] a share is extended and described anew', async () => {
  await using session = await shareable();
  const share = await session.share('view', { expiry_min: 1, description: 'short' });
  const patch = (body: object) => ask('PATCH', `/1.0/shares/${share.id}`, { token: session.token, body });
  const expiryAt = nowS() + 3600;
  expect((await patch({ expiry_at: expiryAt })).metadata).toMatchObject({ expiry_at: expiryAt, description: 'short' });
  expect((await patch({ description: 'long' })).metadata).toMatchObject({ expiry_at: expiryAt, description: 'long' });
  expect((await patch({ expiry_at: 1 })).error).toContain('expiry_at: is over already.');
  await until(async () => JSON.stringify(await session.listed('?recursion=true')).includes('"long"'), 'indexed');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
  expect((await connect(share.url)).httpStatus).toBe(200);
});

test('[SH8] of a token only the hash is kept', async () => {
  await using session = await shareable();
  const { url } = await session.share('control');
  const token = new URL(url).searchParams.get('token') ?? '';
  const room = env.ROOM.get(env.ROOM.idFromName(session.id));
  const stored = await runInDurableObject(room, (_room, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM room').toArray()),
  );
  expect(stored).toContain('control');
  expect(token).toHaveLength(32);
  expect(stored).not.toContain(token);
});

test('[SH9] the shares of a session that is over are gone', async () => {
  await using session = await shareable({ post: { ephemeral: false } });
  const { id, url } = await session.share();
  await tell(session.host, session.id, 2, { type: 'ended', reason: 'Nobody came.' });
  await until(async () => (await session.listed()).length === 0, 'no shares');
  expect((await ask('GET', `/1.0/shares/${id}`, { token: session.token })).httpStatus).toBe(404);
  expect((await connect(url)).httpStatus).toBe(401);
  expect((await session.tryShare({ type: 'view' })).error).toBe("The session can't be shared: it is terminated.");
});
