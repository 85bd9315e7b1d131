import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { play, stateOf } from './client.ts';
import { Signalling } from './signalling.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ host: { slots: 1 } });
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

test('[E10] an application that exits at once: the session says why, and so does the client', async () => {
  await using page = await world.newPage();
  await play(page, { gateway: world.stack.url, token: world.token, app: 'broken' });
  await vi.waitFor(
    async () =>
      expect(await stateOf(page)).toMatch(/^failed: The application 'broken' exited with code 3.*: the level is missing$/),
    within,
  );
  const id = await page.evaluate(() => globalThis.session.id ?? '');
  const { body } = await world.api('GET', `/1.0/sessions/${id}`);
  expect(body.metadata).toMatchObject({ status: 'error', status_message: expect.stringContaining('the level is missing') });
  await world.api('DELETE', `/1.0/sessions/${id}`);
});

test('[E11] an application that no host offers', async () => {
  const { status, body } = await world.api('POST', '/1.0/sessions', { app: 'com.example.nothing' });
  expect(status).toBe(404);
  expect(body.error).toMatch(/No host offers the application .com\.example\.nothing./);
});

test('[E12] no host with a free slot', async () => {
  const first = await world.api('POST', '/1.0/sessions', { app: 'timecode-1' });
  expect(first.status).toBe(201);
  const second = await world.api('POST', '/1.0/sessions', { app: 'timecode-1' });
  expect(second.status).toBe(404);
  expect(second.body.error).toMatch(/full/);
  await world.api('DELETE', `/1.0/sessions/${first.body.metadata?.id}`);
  const third = await world.api('POST', '/1.0/sessions', { app: 'timecode-1' });
  expect(third.status).toBe(201);
  await world.api('DELETE', `/1.0/sessions/${third.body.metadata?.id}`);
});

test('[E13] a body that is no JSON, and one with a wrong field', async () => {
  expect((await world.api('POST', '/1.0/sessions', '{"app":')).body.error).toBe('The body is not valid JSON.');
  const wrong = await world.api('POST', '/1.0/sessions', { app: 'timecode-1', screen: { width: 'wide' } });
  expect(wrong.status).toBe(400);
  expect(wrong.body.error).toMatch(/screen\.width/);
});

test('[E14] bad JSON, a bad SDP and a reused token are told on the socket', async () => {
  const { body } = await world.api('POST', '/1.0/sessions', { app: 'timecode-1' });
  const url = body.metadata?.url ?? '';
  const socket = await Signalling.open(url);
  expect(await socket.ask('not JSON')).toMatchObject({ type: 'error', message: 'The message is not valid JSON.' });
  expect(await socket.ask('{"type":"discover"}')).toMatchObject({ type: 'resp:discover', max_api_version: 2 });
  expect(await socket.ask('{"type":"settings","api_version":2}')).toMatchObject({ type: 'offer' });
  expect(await socket.ask(JSON.stringify({ type: 'answer', sdp: '%%%' }))).toMatchObject({
    type: 'error',
    message: expect.stringMatching(/base64/),
  });
  expect(await socket.ask(JSON.stringify({ type: 'answer', sdp: btoa('v=0\r\n') }))).toMatchObject({
    type: 'error',
    message: expect.stringMatching(/^The answer /),
  });
  const again = await Signalling.open(url);
  expect(await again.next()).toMatchObject({
    type: 'error',
    message: 'The token of this address was used already. Join the session again.',
  });
  expect(await again.closed).toBe(4401);
  socket.close();
  await world.api('DELETE', `/1.0/sessions/${body.metadata?.id}`);
});

test('[E15] when the host is gone, its sessions say so within 15 s', async () => {
  const { body } = await world.api('POST', '/1.0/sessions', { app: 'timecode-1' });
  const id = body.metadata?.id ?? '';
  await vi.waitFor(
    async () => expect((await world.api('GET', `/1.0/sessions/${id}`)).body.metadata?.status).toBe('active'),
    within,
  );
  process.kill(world.stack.pid('host-1'), 'SIGSTOP');
  const stopped = world.stack.pid('host-1');
  try {
    await vi.waitFor(
      async () =>
        expect((await world.api('GET', `/1.0/sessions/${id}`)).body.metadata).toMatchObject({
          status: 'error',
          status_message: expect.stringMatching(/host/),
        }),
      { timeout: 16_000, interval: 250 },
    );
  } finally {
    process.kill(stopped, 'SIGCONT');
  }
});
