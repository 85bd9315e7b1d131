import { expect, test } from 'vitest';
import { z } from 'zod';
import { configOf } from '#edge/config.ts';
import { deadlinesOf } from '#edge/room/decide/deadlines.ts';
import { wishOf } from '#edge/room/wish.ts';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import { SessionPost } from '#shared/gateway.ts';
import { newSessionId } from '#shared/ids.ts';
import { env, unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, openSocket, startHost, tell } from '#tests/edge/support.ts';

const candidate = { candidate: 'candidate:udp 1', sdpMid: 'opus', sdpMLineIndex: 0 };

/** A client that has its offer, on a host that gives new credentials; `asked` has the clients that it was asked for. */
async function served({ resumable = true } = {}) {
  const { token } = await newAccount();
  const app = unique('app');
  const asked: string[] = [];
  const settings: string[] = [];
  const gone = new Set<string>();
  const host = await startHost({
    app,
    region: unique('region'),
    handlers: {
      settings: async ({ peer }) => {
        settings.push(peer);
        return { sdp: 'offer' };
      },
      'ice-restart': async ({ peer }) => {
        if (gone.has(peer)) throw new AppError('wrong_state', { message: 'There is no connection to restart.' });
        asked.push(peer);
        return { ufrag: `frag${asked.length}`, pwd: 'p'.repeat(24), candidates: [candidate] };
      },
    },
  });
  const session = await newSession(token, app, { joinable: true, idle_time_min: 5, reconnect_sec: 90 });
  await tell(host, session.id, 1, { type: 'active' });
  const socket = await openSocket(session.url);
  socket.send({ type: 'settings', api_version: 2, resumable });
  return { token, host, session, socket, asked, settings, gone, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

const Resume = z.object({ type: z.literal('resume'), token: z.string(), reconnect_sec: z.literal(90) });

/** The address of a further socket of the client that was told this. */
function resumed(url: string, told: unknown): string {
  const address = new URL(url);
  address.searchParams.set('token', decode(Resume, told, 'message').token);
  return address.href;
}

const fresh = (ufrag: string) => ({ type: 'ice-restart', ufrag, pwd: 'p'.repeat(24) });
const told = { type: 'candidate', ...candidate, candidate: btoa(candidate.candidate) };

test('[SG7] a client that is resumable gets new credentials of ICE, by its socket or by others, as the client that it is', async () => {
  await using client = await served();
  const { socket, session, asked, settings } = client;
  const again = resumed(session.url, await socket.next());
  expect(await socket.next()).toMatchObject({ type: 'offer' });
  socket.send({ type: 'ice-restart' });
  expect([await socket.next(), await socket.next()]).toEqual([fresh('frag1'), told]);
  socket.close();
  for (const ufrag of ['frag2', 'frag3']) {
    const other = await openSocket(again);
    other.send({ type: 'ice-restart' });
    expect([await other.next(), await other.next()]).toEqual([fresh(ufrag), told]);
    other.close();
  }
  expect(asked).toEqual(Array.from({ length: 3 }, () => settings[0]));
});

test('[SG7] a client whose connection is given up is told so, and may still join', async () => {
  await using client = await served();
  const { socket, session, settings, gone } = client;
  const again = resumed(session.url, await socket.next());
  expect(await socket.next()).toMatchObject({ type: 'offer' });
  gone.add(settings[0] ?? '');
  const other = await openSocket(again);
  other.send({ type: 'ice-restart' });
  expect(await other.next()).toEqual({ type: 'error', code: 5, message: 'There is no connection to restart.' });
});

test('[SG7] a client that was replaced can’t come back', async () => {
  await using client = await served();
  const { socket, session, token } = client;
  const again = resumed(session.url, await socket.next());
  expect(await socket.next()).toMatchObject({ type: 'offer' });
  expect((await ask('POST', `/1.0/sessions/${session.id}/join`, { token })).httpStatus).toBe(200);
  const other = await openSocket(again);
  expect(await other.next()).toEqual({ type: 'error', code: expect.any(Number), message: new AppError('replaced').message });
  expect((await other.closed).code).toBe(new AppError('replaced').close);
});

test('[SG8] a client that does not say so is told nothing of it', async () => {
  await using client = await served({ resumable: false });
  expect(await client.socket.next()).toMatchObject({ type: 'offer' });
});

test('[SG9] how long a host keeps the place of a client that it misses is what its session asked for, else the setting of the edge', async () => {
  const graceOf = (seconds: string | undefined, asked?: number): number => {
    const config = configOf({ ...env, ...(seconds === undefined ? {} : { PEER_GRACE_SECONDS: seconds }) });
    return deadlinesOf(
      wishOf(
        config,
        newSessionId(),
        'account',
        SessionPost.parse({ app: 'app', reconnect_sec: asked }),
        undefined,
        undefined,
        undefined,
      ),
    ).peerGraceMs;
  };
  expect([undefined, '0', '45'].map((seconds) => graceOf(seconds))).toEqual([10_000, 0, 45_000]);
  expect([0, 1, 3600].map((asked) => graceOf('45', asked))).toEqual([0, 1000, 3_600_000]);
  expect(() => graceOf('soon')).toThrow('PEER_GRACE_SECONDS');
  const { token } = await newAccount();
  for (const reconnect_sec of [-1, 3601, 0.5, '10', null, [10]]) {
    const answer = await ask('POST', '/1.0/sessions', { token, body: { app: 'app', reconnect_sec } });
    expect(answer).toMatchObject({ httpStatus: 400, error: expect.stringContaining('reconnect_sec') });
  }
});
