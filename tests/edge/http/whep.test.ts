import { expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import type { HostRequest } from '#shared/host.ts';
import { unique } from '#tests/edge/link/support.ts';
import { shareable } from '#tests/edge/room/support.ts';
import { ask, newAccount, newSession, request, startHost, tell } from '#tests/edge/support.ts';

const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\n';
const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };
const fragment = (ufrag: string) =>
  `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${'p'.repeat(24)}\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n`;
const trickled = `${fragment('abcd')}a=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n`;

/** An active session whose host takes down what it is asked. */
async function playing() {
  const asked: unknown[] = [];
  const noting =
    <T>(reply: T) =>
    async (call: unknown) => {
      asked.push(call);
      return reply;
    };
  const session = await shareable({
    handlers: {
      offer: async (offer: HostRequest<'offer'>) => {
        asked.push(offer);
        if (offer.sdp.includes('no-codec')) throw new AppError('bad_sdp', { message: 'No codec in common.' });
        return { sdp: 'v=0 answer' };
      },
      disconnect: noting({}),
      'ice-restart': noting({ ufrag: 'fresh', pwd: 'w'.repeat(24), candidates: [candidate] }),
    },
  });
  const endpoint = `/1.0/sessions/${session.id}/whep`;
  const post = (options: { token?: string; query?: string; body?: BodyInit; type?: string } = {}) =>
    request(endpoint + (options.query ?? ''), {
      method: 'POST',
      headers: {
        'content-type': options.type ?? 'application/sdp',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      },
      body: options.body ?? sdp,
    });
  return Object.assign(session, { asked, endpoint, post });
}

/** A body that is text, though its type does not say so. */
const textOf = async (answer: Response): Promise<string> => new TextDecoder().decode(await answer.arrayBuffer());

/** What is asked of the address of a WHEP session. */
function resource(posted: Response) {
  const location = posted.headers.get('location') ?? '';
  const call = (method: string, body?: string, headers: Record<string, string> = {}) =>
    request(location, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/trickle-ice-sdpfrag' }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
  return { location, etag: posted.headers.get('etag') ?? '', call };
}

test('[WP1] an offer is answered with 201, the address of the WHEP session, and where the relays are', async () => {
  await using session = await playing();
  const answer = await session.post({ token: session.token, type: 'Application/SDP; charset=utf-8' });
  expect([answer.status, await textOf(answer)]).toEqual([201, 'v=0 answer']);
  expect(answer.headers.get('content-type')).toBe('application/sdp');
  expect(answer.headers.get('location')).toMatch(new RegExp(`^${session.endpoint}/[0-9a-v]{12}\\?token=\\S{32}$`));
  expect(answer.headers.get('etag')).toMatch(/^"[\w-]{12}"$/);
  const link = answer.headers.get('link') ?? '';
  expect(link).toContain('<stun:turn.example.com:3478>; rel="ice-server", <turn:turn.example.com:3478?transport=udp>; ');
  expect(link).toMatch(/rel="ice-server"; username="\d+:\w+"; credential="\S+"; credential-type="password"/);
  const peer = expect.stringMatching(/^[0-9a-v]{12}$/);
  expect(session.asked).toEqual([{ session: session.id, peer, role: 'control', keeps: true, sdp, dataChannels: [] }]);
});

test("[WP2] a share's token gives the share's role, as a bearer or in the query; others give nothing", async () => {
  await using session = await playing();
  const [view, control] = [await session.share('view'), await session.share('control')];
  const tokenOf = ({ url }: { url: string }): string => new URL(url).searchParams.get('token') ?? '';
  expect((await session.post({ token: tokenOf(view) })).status).toBe(201);
  expect((await session.post({ query: `?token=${tokenOf(control)}` })).status).toBe(201);
  expect(session.asked).toMatchObject([
    { role: 'view', keeps: false },
    { role: 'control', keeps: false },
  ]);
  const other = await newAccount();
  expect((await session.post()).status).toBe(401);
  expect((await session.post({ token: 'wrong' })).status).toBe(401);
  expect((await session.post({ token: other.token })).status).toBe(404);
  expect((await session.post({ token: `${session.token}x` })).status).toBe(401);
  const left = resource(await session.post({ token: tokenOf(view) }));
  await ask('DELETE', `/1.0/shares/${view.id}`, { token: session.token });
  expect(session.asked.at(-1)).toMatchObject({ peers: [expect.any(String), left.location.slice(-51, -39)] });
  expect((await session.post({ token: tokenOf(view) })).status).toBe(401);
});

test('[WP3] what is no offer is refused: its type with 415, its text with 400, and so what the host refuses', async () => {
  await using session = await playing();
  const refused = async (options: { body?: string | Uint8Array<ArrayBuffer>; type?: string }) => {
    const answer = await session.post({ token: session.token, ...options });
    return [answer.status, ((await answer.json()) as { error: string }).error];
  };
  expect(await refused({ type: 'application/json' })).toEqual([415, 'The body must be of the type application/sdp.']);
  expect(await refused({ body: '' })).toEqual([400, expect.stringContaining('it does not begin with "v=0"')]);
  expect(await refused({ body: '{"sdp":""}' })).toEqual([400, expect.stringContaining('it does not begin with "v=0"')]);
  expect(await refused({ body: 'v=0\r\n' })).toEqual([400, 'The offer has no valid ice-ufrag.']);
  const bytes = new Uint8Array([...new TextEncoder().encode(sdp), 0xff]);
  expect(await refused({ body: bytes })).toEqual([400, 'The body is not valid UTF-8.']);
  expect(session.asked).toEqual([]);
  expect(await refused({ body: `${sdp}s=no-codec\r\n` })).toEqual([400, 'No codec in common.']);
  const stranger = await request(`/1.0/sessions/Bad-Id/whep`, { method: 'POST', body: sdp });
  expect(stranger.status).toBe(400);
});

test('[WP4] a session that does not run takes no offer', async () => {
  await using session = await playing();
  await tell(session.host, session.id, 2, { type: 'failed', error: new AppError('display_failed').toWire() });
  expect((await session.post({ token: session.token })).status).toBe(502);
  const app = unique('app');
  await using _host = await startHost({ app, region: unique('region') });
  const { id } = await newSession(session.token, app, { ephemeral: false });
  await ask('DELETE', `/1.0/sessions/${id}`, { token: session.token });
  const headers = { authorization: `Bearer ${session.token}`, 'content-type': 'application/sdp' };
  expect((await request(`/1.0/sessions/${id}/whep`, { method: 'POST', headers, body: sdp })).status).toBe(404);
});

test('[WP5] candidates are taken with 204; the host needs none of them', async () => {
  await using session = await playing();
  const { call, etag } = resource(await session.post({ token: session.token }));
  for (const headers of [{ 'if-match': etag }, { 'if-match': '*' }, {}]) {
    const answer = await call('PATCH', trickled, headers);
    expect([answer.status, await textOf(answer)]).toEqual([204, '']);
  }
  expect(session.asked).toHaveLength(1);
});

test('[WP6] an ICE restart is answered with the new credentials and candidates, and another entity tag', async () => {
  await using session = await playing();
  const { call, etag } = resource(await session.post({ token: session.token }));
  const answer = await call('PATCH', fragment('next'), { 'if-match': '*' });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/trickle-ice-sdpfrag');
  expect((await textOf(answer)).split('\r\n')).toEqual([
    'a=ice-lite',
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'a=mid:v',
    'a=ice-ufrag:fresh',
    `a=ice-pwd:${'w'.repeat(24)}`,
    `a=${candidate.candidate}`,
    'a=end-of-candidates',
    '',
  ]);
  const next = answer.headers.get('etag') ?? '';
  expect(next).not.toBe(etag);
  const candidates = `${fragment('next')}a=end-of-candidates\r\n`;
  expect((await call('PATCH', candidates, { 'if-match': etag })).status).toBe(412);
  expect((await call('PATCH', candidates, { 'if-match': next })).status).toBe(204);
  expect(session.asked).toHaveLength(2);
});

test('[WP7] a PATCH that is not valid is refused, by 400, 412, 415 or 428', async () => {
  await using session = await playing();
  const { call, etag } = resource(await session.post({ token: session.token }));
  const status = async (body: string, headers: Record<string, string> = {}) => (await call('PATCH', body, headers)).status;
  expect(await status(trickled, { 'content-type': 'application/json' })).toBe(415);
  expect(await status('')).toBe(400);
  expect(await status('nonsense')).toBe(400);
  expect(await status('a=mid:0\r\n')).toBe(400);
  expect(await status('a=ice-ufrag:!!\r\n')).toBe(400);
  expect(await status('a=ice-ufrag:next\r\n', { 'if-match': '*' })).toBe(400);
  expect(await status(fragment('next'))).toBe(428);
  expect(await status(fragment('next'), { 'if-match': etag })).toBe(412);
  expect(await status(trickled, { 'if-match': '"other"' })).toBe(412);
  expect(session.asked).toHaveLength(1);
});

test('[WP8] a DELETE disconnects the client; after it, and with another token, the WHEP session is not there', async () => {
  await using session = await playing();
  const [one, two] = [
    resource(await session.post({ token: session.token })),
    resource(await session.post({ token: session.token })),
  ];
  const foreign = one.location.replace(/token=.*/, two.location.replace(/.*token=/, 'token='));
  expect((await request(foreign, { method: 'DELETE' })).status).toBe(404);
  expect((await request(foreign.replace(/\?.*/, ''), { method: 'DELETE' })).status).toBe(404);
  expect((await one.call('DELETE')).status).toBe(200);
  expect(session.asked.at(-1)).toEqual({ session: session.id, peers: [one.location.slice(-51, -39)], reason: 'It left.' });
  expect((await one.call('DELETE')).status).toBe(404);
  expect((await one.call('PATCH', trickled)).status).toBe(404);
  expect((await two.call('PATCH', trickled)).status).toBe(204);
  const peer = two.location.slice(-51, -39);
  await tell(session.host, session.id, 2, { type: 'peer-left', peer, reason: 'left' });
  expect((await two.call('DELETE')).status).toBe(404);
});

test('[WP9] a page may use it from anywhere: preflights say what is taken, answers show their headers', async () => {
  await using session = await playing();
  const asking = { origin: 'https://page.example', 'access-control-request-method': 'PATCH' };
  for (const path of [session.endpoint, `${session.endpoint}/${'0'.repeat(12)}`]) {
    const { status, headers } = await request(path, { method: 'OPTIONS', headers: asking });
    expect([status, headers.get('accept-post')]).toEqual([204, 'application/sdp']);
    expect(headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
    expect(headers.get('access-control-allow-headers')).toContain('if-match');
  }
  const { headers } = await session.post({ token: session.token });
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('access-control-expose-headers')?.split(',')).toEqual(expect.arrayContaining(['location', 'etag', 'link']));
});

test('[WP10] the methods that the draft reserves are 405', async () => {
  await using session = await playing();
  const { location } = resource(await session.post({ token: session.token }));
  for (const [path, allow] of [
    [session.endpoint, 'POST, OPTIONS'],
    [location, 'PATCH, DELETE, OPTIONS'],
  ] as const) {
    for (const method of ['GET', 'PUT']) {
      const { status, headers } = await request(path, { method });
      expect([status, headers.get('allow')]).toEqual([405, allow]);
    }
  }
});
