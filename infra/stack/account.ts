import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { AccountPostData } from '#shared/gateway.ts';

export interface AccountRequest {
  /** The gateway: `http://127.0.0.1:8787`. */
  url: string;
  adminSecret: string;
  name: string;
  expiryDays?: number;
}

const Created = z.object({ metadata: AccountPostData });
const Failed = z.object({ error: z.string() });

/** The gateway refused. `status`: its HTTP status. */
export class GatewayRefused extends Error {
  override readonly name = 'GatewayRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Creates an account at a gateway.
 *
 * @throws GatewayRefused with the gateway's own words; Error where it can't be reached or is no gateway.
 */
export async function createAccount({ url, adminSecret, name, expiryDays }: AccountRequest): Promise<AccountPostData> {
  const response = await post(`${url.replace(/\/$/, '')}/1.0/accounts`, adminSecret, {
    name,
    ...(expiryDays === undefined ? {} : { expiry_days: expiryDays }),
  });
  const text = await response.text();
  if (response.ok) return decodeJson(Created, text, 'answer').metadata;
  throw new GatewayRefused(response.status, reason(text) ?? `${url} answered with HTTP status ${response.status}.`);
}

async function post(url: string, adminSecret: string, body: unknown): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  } catch (cause) {
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new Error(`The gateway at ${url} can't be reached: ${why}.`, { cause });
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
