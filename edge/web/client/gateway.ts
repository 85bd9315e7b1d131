import { z } from 'zod';
import { decode, decodeJson } from '#shared/decode.ts';
import { ErrorCode } from '#shared/errors.ts';
import type { JoinPost, SessionPost } from '#shared/gateway.ts';
import { JoinData, OfferedApplication, Session, SessionPostData } from '#shared/gateway.ts';
import { type GuestRole, SharePostData } from '#shared/shares.ts';
import { FarpaneError } from './errors.ts';

const Envelope = z.object({
  status: z.string(),
  error: z.string().optional(),
  code: z.unknown().optional(),
  metadata: z.unknown().optional(),
});

/** A gateway of an earlier version tells only the names. */
const Offered = OfferedApplication.extend({ versions: OfferedApplication.shape.versions.default([]) });

/** How long an answer may take, in milliseconds. */
const answerTimeoutMs = 30_000;

export interface GatewayOptions {
  /** `https://host`, without a path. */
  readonly url: string;
  /** The service account's token. */
  readonly token: string;
}

/** The session API of the gateway, version 1.0. Every call throws a {@link FarpaneError} where it fails. */
export class Gateway {
  readonly #base: string;
  readonly #token: string;

  constructor({ url, token }: GatewayOptions) {
    this.#base = url.replace(/\/+$/, '');
    this.#token = token;
  }

  /** The names of the applications that hosts offer now. */
  async applications(signal?: AbortSignal): Promise<string[]> {
    return (await this.catalogue(signal)).map(({ name }) => name);
  }

  /** The applications that hosts offer now, each with its versions, the latest last. */
  catalogue(signal?: AbortSignal): Promise<OfferedApplication[]> {
    return this.#call('GET', '/1.0/applications', z.array(Offered), { signal });
  }

  /** Creates a session and has it started. */
  create(post: z.input<typeof SessionPost>, signal?: AbortSignal): Promise<SessionPostData> {
    return this.#call('POST', '/1.0/sessions', SessionPostData, { body: post, signal });
  }

  /** Asks for a new socket of a joinable session; whoever is connected to it is disconnected. */
  join(id: string, post: z.input<typeof JoinPost>, signal?: AbortSignal): Promise<JoinData> {
    return this.#call('POST', `/1.0/sessions/${encodeURIComponent(id)}/join`, JoinData, { body: post, signal });
  }

  describe(id: string, signal?: AbortSignal): Promise<Session> {
    return this.#call('GET', `/1.0/sessions/${encodeURIComponent(id)}`, Session, { signal });
  }

  /** Shares a session: whoever has the share's address watches beside its owner, and may be given control where it is of that type. */
  share(id: string, type: GuestRole): Promise<SharePostData> {
    return this.#call('POST', `/1.0/sessions/${encodeURIComponent(id)}/share`, SharePostData, { body: { type } });
  }

  /** Ends the session and all that runs for it. It is told even where the page is being left. */
  async end(id: string): Promise<void> {
    await this.#call('DELETE', `/1.0/sessions/${encodeURIComponent(id)}`, z.unknown(), { keepalive: true });
  }

  async #call<T extends z.ZodType>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    schema: T,
    { body, signal, keepalive = false }: { body?: unknown; signal?: AbortSignal | undefined; keepalive?: boolean },
  ): Promise<z.output<T>> {
    // A header takes visible ASCII only (RFC 9110 section 5.5): fetch would throw a bare TypeError, which says "network".
    if (!/^[\x21-\x7e]+$/.test(this.#token)) throw new FarpaneError('bad_token');
    const { status, text } = await exchange(`${this.#base}${path}`, {
      method,
      keepalive,
      headers: { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: within(signal),
    });
    return read(schema, status, text);
  }
}

/**
 * Asks for a socket by the address of a share, which needs no account.
 *
 * @throws FarpaneError `bad_reply` where the address is none.
 */
export async function connectShare(url: string, signal?: AbortSignal): Promise<JoinData> {
  if (!URL.canParse(url)) throw new FarpaneError('bad_reply', { message: 'This is not the address of a shared session.' });
  const { status, text } = await exchange(url, { method: 'GET', signal: within(signal) });
  return read(JoinData, status, text);
}

const within = (signal: AbortSignal | undefined): AbortSignal => {
  const timeout = AbortSignal.timeout(answerTimeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
};

async function exchange(url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new FarpaneError(timedOut ? 'timeout' : 'gateway_away', { cause });
  }
}

/** Reads an answer. A gateway's failure keeps the sentence that it came with; one from something before it has none. */
function read<T extends z.ZodType>(schema: T, status: number, text: string): z.output<T> {
  if (status === 401) throw new FarpaneError('bad_token');
  if (status >= 400) throw failureOf(status, text);
  try {
    const envelope = decodeJson(Envelope, text, 'answer');
    return decode(schema, envelope.metadata, 'answer');
  } catch (cause) {
    throw new FarpaneError('bad_reply', { cause });
  }
}

function failureOf(status: number, text: string): FarpaneError {
  try {
    const { error, code } = decodeJson(Envelope, text, 'answer');
    const known = ErrorCode.safeParse(code);
    // A gateway of an earlier version says no code.
    if (!known.success) return FarpaneError.fromNumber(status, error ?? '');
    return new FarpaneError(known.data, error === undefined ? {} : { message: error });
  } catch {
    return FarpaneError.fromNumber(status, '');
  }
}
