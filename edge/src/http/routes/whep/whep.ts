import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { accountOf, type HttpEnv, tokenOf } from '#edge/http/access/auth.ts';
import { countingFailures } from '#edge/http/access/limits.ts';
import { succeed } from '#edge/http/envelope.ts';
import { bytesOf } from '#edge/http/request/body.ts';
import { WhepQuery } from '#edge/http/request/queries.ts';
import { queryOf } from '#edge/http/request/read.ts';
import { calling, roomNamed } from '#edge/objects.ts';
import type { Offerer, WhepPeer } from '#edge/room/api.ts';
import { decode } from '#shared/decode.ts';
import { AppError } from '#shared/errors.ts';
import type { StunServer } from '#shared/gateway.ts';
import { PeerId, SessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { entityTag, whatIsAsked } from './ice.ts';
import { parseSdpFragment, restartFragment, ufragOfOffer } from './sdp-fragment.ts';

/** WHEP (draft-ietf-wish-whep-03): any of its players watches a session, or controls it. */
export const whep = new Hono<HttpEnv>({ strict: false });

const sdpType = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';

/** What a preflight is told besides CORS. Goes before the middleware that answers it. */
export const whepOptions = createMiddleware<HttpEnv>(async (c, next) => {
  await next();
  if (c.req.method !== 'OPTIONS') return;
  c.res.headers.set('accept-post', sdpType);
  c.res.headers.set('accept-patch', fragmentType);
});

whep.post('/:id/whep', async (c) => {
  const id = decode(SessionId, c.req.param('id'), 'session id');
  const by = await offererOf(c);
  expectType(c, sdpType);
  const sdp = await textOf(c);
  const offer = { sdp, ufrag: ufragOfOffer(sdp) };
  // Not sent twice: the second would be another client.
  const answer = await countingFailures(c, async () => unwrap(await roomNamed(c.env, id).whepOffer(by, offer)));
  const headers = {
    'content-type': sdpType,
    location: `/1.0/sessions/${id}/whep/${answer.peer}?token=${answer.token}`,
    etag: entityTag(answer.tag),
  };
  for (const link of answer.stunServers.flatMap(linksOf)) c.header('link', link, { append: true });
  return c.body(answer.sdp, 201, headers);
});

whep.patch('/:id/whep/:peer', async (c) => {
  const { peer, find } = peerOf(c);
  const ice = unwrap(await calling(find, (room) => room.whepIce(peer)));
  expectType(c, fragmentType);
  const fragment = parseSdpFragment(await textOf(c));
  const asked = whatIsAsked(c.req.header('if-match'), fragment, ice);
  // The host is ICE-lite: it needs none of the client's candidates.
  if (asked.type === 'candidates') return c.body(null, 204);
  // Not sent twice: the answer to the first may be on its way.
  const fresh = unwrap(await find().whepRestart(peer, asked.ufrag));
  const headers = { 'content-type': fragmentType, etag: entityTag(fresh.tag) };
  return c.body(restartFragment(fragment, fresh), 200, headers);
});

whep.delete('/:id/whep/:peer', async (c) => {
  const { peer, find } = peerOf(c);
  unwrap(await calling(find, (room) => room.whepEnd(peer)));
  return succeed(c, {});
});

/** Account tokens begin so; those of shares have no dot. */
const isAccountToken = (token: string): boolean => token.startsWith('fp_') && token.includes('.');

/** Who offers: the account, or who has a share's token, as a bearer or in the query. @throws AppError `unauthorized`. */
async function offererOf(c: Context<HttpEnv>): Promise<Offerer> {
  const { token: ofShare } = queryOf(c, WhepQuery);
  const token = tokenOf(c) ?? ofShare;
  if (token === undefined) return countingFailures(c, () => Promise.reject(new AppError('unauthorized')));
  return isAccountToken(token) ? { account: await accountOf(c) } : { token };
}

function peerOf(c: Context<HttpEnv>): { peer: WhepPeer; find: () => ReturnType<typeof roomNamed> } {
  const id = decode(SessionId, c.req.param('id'), 'session id');
  const peer = decode(PeerId, c.req.param('peer'), 'WHEP session id');
  const { token = '' } = queryOf(c, WhepQuery);
  return { peer: { peer, token }, find: () => roomNamed(c.env, id) };
}

/** @throws AppError `unsupported_media` where the body is not of the type. */
function expectType(c: Context<HttpEnv>, type: string): void {
  const given = c.req.header('content-type')?.replace(/;.*$/s, '').trim().toLowerCase();
  if (given !== type) throw new AppError('unsupported_media', { message: `The body must be of the type ${type}.` });
}

/** @throws AppError `invalid_request` where the body is no UTF-8, which SDP is (RFC 8866 section 5). */
async function textOf(c: Context<HttpEnv>): Promise<string> {
  const bytes = await bytesOf(c);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_request', { message: 'The body is not valid UTF-8.', cause });
  }
}

/** A server for ICE as a link (draft-ietf-wish-whep-03 section 4.5, RFC 9725 section 4.6). */
function linksOf({ urls, username, password }: StunServer): string[] {
  const credentials =
    username === undefined || password === undefined
      ? ''
      : `; username="${username}"; credential="${password}"; credential-type="password"`;
  return urls.map((url) => `<${url}>; rel="ice-server"${credentials}`);
}
