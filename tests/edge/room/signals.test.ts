import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { FakeHostOptions } from '#tests/edge/link/fake-host.ts';
import { unique } from '#tests/edge/link/support.ts';
import { newAccount, newSession, openSocket, serveAnswers, startHost } from '#tests/edge/support.ts';

type Handlers = NonNullable<FakeHostOptions['handlers']>;

/** A client's socket to a session on a host that answers so. */
async function connected(handlers: Handlers = {}, post: object = {}) {
  const { token } = await newAccount();
  const app = unique('app');
  const host = await startHost({ app, region: unique('region'), handlers });
  const answers = await serveAnswers(host, handlers.answer ?? (async () => ({ candidates: [] })));
  const session = await newSession(token, app, post);
  const socket = await openSocket(session.url);
  const told = async (message: unknown): Promise<unknown> => {
    socket.send(message);
    return await socket.next();
  };
  const dispose = async (): Promise<void> => {
    await answers[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  };
  return { host, session, socket, told, [Symbol.asyncDispose]: dispose };
}

const bad = (message: string) => ({ type: 'error', code: 5, message });

test('[SG1] discover is answered by the room itself', async () => {
  await using client = await connected({}, { screen: { fps: 42 } });
  expect(await client.told({ type: 'discover' })).toEqual({
    type: 'resp:discover',
    max_api_version: 2,
    fps: 42,
    capabilities: [],
  });
  expect(client.host.of('settings')).toEqual([]);
});

test('[DV5] discover tells what the session can do besides, as its host said', async () => {
  const launch = async ({ session }: { session: string }) => ({ instance: `of-${session}`, capabilities: ['vhal'] });
  await using client = await connected({ launch });
  expect(await client.told({ type: 'discover' })).toMatchObject({ type: 'resp:discover', capabilities: ['vhal'] });
});

const candidate = (protocol: string) => ({ candidate: `candidate:${protocol} 1`, sdpMid: 'opus', sdpMLineIndex: 0 });
const candidateSignal = (protocol: string) => ({
  type: 'candidate',
  ...candidate(protocol),
  candidate: btoa(`candidate:${protocol} 1`),
});

test('[SG2] settings go to the host, whose reply is the offer; the answer goes there too, and its reply has the candidates', async () => {
  const requests: unknown[] = [];
  await using client = await connected({
    settings: async (request) => {
      requests.push(request);
      return { sdp: 'v=0\r\n' };
    },
    answer: async (request) => {
      requests.push(request);
      if (request.sdp === 'no codec') return { sdp: 'v=0 again', candidates: [candidate('udp'), candidate('tcp')] };
      return { candidates: [candidate('udp')] };
    },
  });
  expect(await client.told({ type: 'settings', api_version: 2, enable_microphone: true })).toEqual({
    type: 'offer',
    sdp: btoa('v=0\r\n'),
  });
  // Candidates belong to what was answered: they come before what is offered anew.
  expect(await client.told({ type: 'answer', sdp: btoa('no codec') })).toEqual(candidateSignal('udp'));
  expect(await client.socket.next()).toEqual(candidateSignal('tcp'));
  expect(await client.socket.next()).toEqual({ type: 'offer', sdp: btoa('v=0 again') });
  expect(await client.told({ type: 'answer', sdp: btoa('good') })).toEqual(candidateSignal('udp'));
  expect(await client.told({ type: 'discover' })).toMatchObject({ type: 'resp:discover' });
  const peer = expect.stringMatching(/^[0-9a-v]{12}$/);
  expect(requests.slice(0, 2)).toEqual([
    {
      session: client.session.id,
      peer,
      role: 'owner',
      settings: expect.objectContaining({ enable_microphone: true, enable_speaker: true }),
    },
    { session: client.session.id, peer, sdp: 'no codec' },
  ]);
});

test('[SG3] a client of a version that is not served is told which side is too old', async () => {
  await using client = await connected();
  const tooOld = bad('The client speaks a protocol version that is too old.');
  expect(await client.told({ type: 'settings', api_version: -1 })).toEqual(tooOld);
  expect(await client.told({ type: 'settings', api_version: 3 })).toEqual(
    bad('The client speaks a newer protocol version than this server.'),
  );
});

test('[SG6] a client of version 0 or 1 offers, after its settings or without, and gets the answer', async () => {
  const requests: unknown[] = [];
  await using client = await connected({
    offer: async (request) => {
      requests.push(request);
      return { sdp: 'v=0 answer' };
    },
  });
  const answer = { type: 'answer', sdp: btoa('v=0 answer') };
  expect(await client.told({ type: 'offer', sdp: btoa('v=0 first') })).toEqual(answer);
  client.socket.send({ type: 'settings', api_version: 1, device_type: 'tablet' });
  client.socket.send({ type: 'settings' });
  expect(await client.told({ type: 'offer', sdp: btoa('v=0 second'), dataChannels: ['foo'] })).toEqual(answer);
  const ours = { session: client.session.id, peer: expect.stringMatching(/^[0-9a-v]{12}$/), role: 'owner', keeps: false };
  expect(requests).toEqual([
    { ...ours, sdp: 'v=0 first', dataChannels: [] },
    { ...ours, sdp: 'v=0 second', dataChannels: ['foo'] },
  ]);
  expect(client.host.of('settings')).toEqual([]);
  expect(await client.told({ type: 'offer', sdp: '%%%' })).toEqual(bad('The session description is not base64.'));
});

test('[SG4] what is malformed is an error that says what, and the socket stays', async () => {
  await using client = await connected();
  expect(await client.told('{"type":')).toEqual(bad('The message is not valid JSON.'));
  expect(await client.told('[]')).toMatchObject({ code: 5, message: expect.stringMatching(/^The message is not valid: /) });
  expect(await client.told({ type: 'answer' })).toMatchObject({
    message: expect.stringMatching(/^The message is not valid: sdp: /),
  });
  expect(await client.told({ type: 'answer', sdp: '%%%' })).toEqual(bad('The session description is not base64.'));
  expect(await client.told({ type: 'candidate', candidate: '%%%' })).toEqual(bad('The candidate is not base64.'));
  client.socket.send({ type: 'candidate', candidate: btoa('candidate:1 1 udp 1 192.0.2.1 9 typ host'), sdpMid: '0' });
  expect(await client.told('x'.repeat(256 * 1024 + 1))).toMatchObject({ message: 'The message is too large.' });
  expect(await client.told({ type: 'discover' })).toMatchObject({ type: 'resp:discover' });
});

test('[SG5] an error of the host is told; where the host does not know the session the socket closes', async () => {
  await using client = await connected({
    settings: () => Promise.reject(new AppError('unknown_session')),
    answer: () => Promise.reject(new AppError('bad_sdp', { message: 'The answer has no fingerprint.' })),
  });
  expect(await client.told({ type: 'answer', sdp: btoa('v=0') })).toEqual(bad('The answer has no fingerprint.'));
  expect(await client.told({ type: 'settings', api_version: 2 })).toMatchObject({
    code: 2,
    message: 'The host does not know this session.',
  });
  expect((await client.socket.closed).code).toBe(4404);
});
