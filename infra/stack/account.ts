import { z } from 'zod';
import { decode, decodeJson } from '#shared/decode.ts';
import { AccountPostData } from '#shared/gateway.ts';

/** A gateway, to whoever administers its accounts. */
export interface AdminAccess {
  /** `http://127.0.0.1:8787`. */
  url: string;
  adminSecret: string;
}

export interface AccountRequest extends AdminAccess {
  name: string;
  expiryDays?: number;
}

const Answered = z.object({ metadata: z.unknown(), total_size: z.int().default(0) });
const Failed = z.object({ error: z.string() });

/** The gateway refused. `status`: its HTTP status; `retryAfterS`: the seconds after which it wants to be asked again. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused';
  readonly status: number;
  readonly retryAfterS: number | undefined;

  constructor(status: number, message: string, retryAfterS?: number) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/** There is no gateway at that address, or none that can be reached. */
export class GatewayUnreachable extends Error {
  override readonly name = 'GatewayUnreachable';
}

/** Creates an account at a gateway. @throws what {@link askGateway} does. */
export async function createAccount({ name, expiryDays, ...access }: AccountRequest): Promise<AccountPostData> {
  const body = { name, ...(expiryDays === undefined ? {} : { expiry_days: expiryDays }) };
  return (await askGateway(access, { method: 'POST', path: '', body }, AccountPostData)).data;
}

/**
 * Asks a gateway something of its accounts. `path` is below `/1.0/accounts`.
 *
 * @returns the answer's `metadata`, read against `schema`, and of a list how long it is on all pages.
 * @throws GatewayRefused with the gateway's own words; GatewayUnreachable; AppError where the answer is none of a gateway.
 */
export async function askGateway<T extends z.ZodType>(
  { url, adminSecret }: AdminAccess,
  { method, path, body }: { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; path: string; body?: unknown },
  schema: T,
): Promise<{ data: z.output<T>; totalSize: number }> {
  const response = await send(`${url.replace(/\/$/, '')}/1.0/accounts${path}`, {
    method,
    headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (!response.ok) {
    const words = reason(text) ?? `${url} answered with HTTP status ${response.status}.`;
    throw new GatewayRefused(response.status, words, Number(response.headers.get('retry-after')) || undefined);
  }
  const answer = decodeJson(Answered, text, 'answer');
  return { data: decode(schema, answer.metadata, 'answer'), totalSize: answer.total_size };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new GatewayUnreachable(`The gateway at ${url} can't be reached: ${why}.`, { cause });
  }
}

/** What an error answer says; undefined where it is none of the gateway's. */
function reason(text: string): string | undefined {
  try {
    return decodeJson(Failed, text, 'answer').error;
  } catch {
    return undefined;
  }
}
