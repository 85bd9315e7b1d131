import { z } from 'zod';
import type { Asked } from '#edge/account/session-index.ts';
import { decode, decodeJson } from '#shared/decode.ts';
import { SessionPostData } from '#shared/gateway.ts';
import { env } from '#tests/edge/link/support.ts';
import { ask, request } from '#tests/edge/support.ts';

/** A request of whoever administers. */
export const admin = (method: string, path: string, body?: unknown) =>
  ask(method, `/1.0/accounts${path}`, { token: env.ADMIN_SECRET, ...(body === undefined ? {} : { body }) });

/** Gives an account another quota. */
export async function setQuota(name: string, quota: { sessions?: number | null; creations_per_minute?: number | null }) {
  const { status_code: status, error } = await admin('PATCH', `/${name}`, { quota });
  if (status !== 200) throw new Error(error);
}

const Answer = z.object({ status_code: z.int(), error: z.string().optional(), metadata: z.unknown().optional() });

/** A request with headers of its own. @returns the answer out of the envelope, and when to come again. */
export async function askWith(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await request(path, { method, headers, ...(body === undefined ? {} : { body: text }) });
  const answer = decodeJson(Answer, await response.text(), 'answer');
  return { ...answer, retryAfter: response.headers.get('retry-after') };
}

/** Creates a session with an idempotency key, or without one. */
export async function create(token: string, body: unknown, key?: string) {
  const headers = { authorization: `Bearer ${token}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  return await askWith('POST', '/1.0/sessions', headers, body);
}

/** What a creation was answered with. */
export const sessionOf = ({ metadata, error }: { metadata?: unknown; error?: string | undefined }): SessionPostData => {
  if (error !== undefined) throw new Error(error);
  return decode(SessionPostData, metadata, 'session');
};

/** A session as an account is asked to admit it. */
export const asked = (id: string): Asked => ({ id, app: 'app', app_version: 0, region: '', joinable: false });
