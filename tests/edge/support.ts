import { exports } from 'cloudflare:workers';
import { connect } from 'nats.ws';
import { z } from 'zod';
import { linkNamed, roomNamed } from '#edge/objects.ts';
import { serveCall } from '#shared/bus.ts';
import { decode, decodeJson } from '#shared/decode.ts';
import { SessionPostData } from '#shared/gateway.ts';
import type { HostEvent, HostReply, HostRequest } from '#shared/host.ts';
import { natsBus } from '#shared/nats-bus.ts';
import { hostSubject } from '#shared/subjects.ts';
import { FakeHost, type FakeHostOptions } from '#tests/edge/link/fake-host.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { answers } from '#tests/support/api-answers.ts';

export const origin = 'https://gateway.example.com';

const Answer = z.object({
  type: z.string(),
  status: z.string(),
  status_code: z.int(),
  error: z.string().optional(),
  code: z.string().optional(),
  metadata: z.unknown().optional(),
  total_size: z.int().optional(),
});

/** A request to the Worker as the platform hands it over. Every answer is checked against the OpenAPI document. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await (exports as unknown as { default: Fetcher }).default.fetch(`${origin}${path}`, init);
  const { status, headers } = response;
  const body = response.webSocket === null ? new TextDecoder().decode(await response.clone().arrayBuffer()) : '';
  answers.check({ method: init.method ?? 'GET', path, status, headers, body });
  return response;
}

/** A request, and its answer out of the envelope. A body that is no text goes as JSON. */
export async function ask(method: string, path: string, options: { token?: string; body?: unknown } = {}) {
  const { token, body } = options;
  const response = await request(path, {
    method,
    headers: token === undefined ? {} : { authorization: `Macaroon root=${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const answer = decodeJson(Answer, await response.text(), 'answer');
  return { ...answer, httpStatus: response.status };
}

/** A new account's token. */
export async function newAccount(): Promise<{ name: string; token: string }> {
  const name = unique('account');
  const { metadata } = await ask('POST', '/1.0/accounts', { token: env.ADMIN_SECRET, body: { name } });
  return { name, token: decode(z.object({ token: z.string() }), metadata, 'account').token };
}

/** Creates a session that must be accepted. */
export async function newSession(token: string, app: string, post: object = {}): Promise<SessionPostData> {
  const { metadata, error } = await ask('POST', '/1.0/sessions', { token, body: { app, ...post } });
  if (error !== undefined) throw new Error(error);
  return decode(SessionPostData, metadata, 'session');
}

/** A host that the link has seen. */
export async function startHost(options: FakeHostOptions): Promise<FakeHost> {
  const host = await FakeHost.start(options);
  await until(async () => (await linkNamed(env, 'link-0').hosts()).some((view) => view.host === host.host), 'the host is seen');
  return host;
}

/** What the session's host tells its room. */
export async function tell(host: FakeHost, session: string, seq: number, news: object): Promise<void> {
  const event = { session, host: host.host, incarnation: host.incarnation, seq, ...news } as HostEvent;
  await roomNamed(env, session).onHostEvent(event);
}

/** A client's signalling socket: what it is sent, in order, and how it ends. */
export async function openSocket(url: string) {
  const address = new URL(url);
  const response = await request(address.pathname + address.search, { headers: { upgrade: 'websocket' } });
  const socket = response.webSocket;
  if (socket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  const frames: unknown[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  let wake = (): void => undefined;
  socket.addEventListener('message', ({ data }) => {
    frames.push(decodeJson(z.unknown(), String(data), 'frame'));
    wake();
  });
  socket.accept();
  return {
    closed,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    close: () => socket.close(),
    /** The next frame that was not taken yet. */
    next: async (): Promise<unknown> => {
      while (frames.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return frames.shift();
    },
  };
}

/** Serves the clients' answers for a host. */
export async function serveAnswers(host: FakeHost, answer: (request: HostRequest<'answer'>) => Promise<HostReply<'answer'>>) {
  const connection = await connect({ servers: env.NATS_URL });
  const unexpected = (error: unknown): void => {
    throw error;
  };
  serveCall(natsBus(connection), hostSubject(host.host, 'answer'), 'answer', { unexpected }, answer);
  await connection.flush();
  return { [Symbol.asyncDispose]: () => connection.close() };
}
