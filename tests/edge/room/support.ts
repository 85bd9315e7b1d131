import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { JoinData } from '#shared/gateway.ts';
import { type GuestRole, SharePostData } from '#shared/shares.ts';
import type { FakeHostOptions } from '#tests/edge/link/fake-host.ts';
import { unique } from '#tests/edge/link/support.ts';
import { ask, newAccount, newSession, openSocket, startHost, tell } from '#tests/edge/support.ts';

/** An active session on a host of its own, and what can be done with it. */
export async function shareable(options: { post?: object; handlers?: FakeHostOptions['handlers'] } = {}) {
  const { post = {}, handlers = {} } = options;
  const { token, name } = await newAccount();
  const app = unique('app');
  const host = await startHost({ app, region: unique('region'), handlers });
  const session = await newSession(token, app, post);
  await tell(host, session.id, 1, { type: 'active' });
  const tryShare = (body: object) => ask('POST', `/1.0/sessions/${session.id}/share`, { token, body });
  return {
    ...session,
    token,
    account: name,
    app,
    host,
    tryShare,
    share: async (type: GuestRole = 'view', more: object = {}) =>
      decode(SharePostData, (await tryShare({ type, ...more })).metadata, 'share'),
    listed: async (query = '') => {
      const { metadata } = await ask('GET', `/1.0/shares${query}`, { token });
      return decode(z.array(z.unknown()), metadata, 'shares');
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** Follows a share's address, without any account. */
export function connect(url: string) {
  const { pathname, search } = new URL(url);
  return ask('GET', pathname + search);
}

/** A guest's signalling socket. */
export async function guestSocket(url: string) {
  return openSocket(decode(JoinData, (await connect(url)).metadata, 'way').url);
}
