import { connect, type NatsConnection } from 'nats.ws';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { SessionPostData } from '#shared/gateway.ts';
import { answers } from '#tests/support/api-answers.ts';
import type { Findings } from './findings.ts';
import type { FuzzRequest } from './requests.ts';

export interface FuzzTarget {
  /** The gateway, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly adminSecret: string;
  /** An application that a host offers. */
  readonly app: string;
  /** NATS and the edge's user there: the host is called with it. */
  readonly nats: { readonly url: string; readonly user: string; readonly password: string };
  readonly host: string;
  readonly region: string;
}

/** Longer than anything that a host is waited for. */
const callMs = 40_000;

const Created = z.object({ metadata: SessionPostData });
const Joined = z.object({ metadata: z.object({ url: z.url() }) });

/** What the run is sent to: a session that is there, and the ways to it. */
export class Target implements AsyncDisposable {
  readonly where: FuzzTarget;
  readonly nats: NatsConnection;
  #session: string | undefined;

  private constructor(where: FuzzTarget, nats: NatsConnection) {
    this.where = where;
    this.nats = nats;
  }

  static async open(where: FuzzTarget): Promise<Target> {
    const { url, user, password } = where.nats;
    const target = new Target(where, await connect({ servers: url, user, pass: password }));
    if ((await target.ids()).length === 0) throw new Error('The gateway did not create a session.');
    return target;
  }

  /** The ids that requests name: of a session that runs. It is made anew where a request has ended it. */
  async ids(): Promise<string[]> {
    const there = this.#session === undefined ? 404 : (await this.call('GET', `/1.0/sessions/${this.#session}`)).status;
    if (there !== 200) {
      await this.#endAll();
      const body = { app: this.where.app, joinable: true, idle_time_min: 0, screen: { width: 320, height: 180, fps: 5 } };
      const { status, text } = await this.call('POST', '/1.0/sessions', body);
      this.#session = status === 201 ? decodeJson(Created, text, 'answer').metadata.id : undefined;
    }
    return this.#session === undefined ? [] : [this.#session];
  }

  get session(): string | undefined {
    return this.#session;
  }

  /** An address of the session's socket, once it runs. */
  async socketUrl(): Promise<string | undefined> {
    if (this.#session === undefined) return undefined;
    const { status, text } = await this.call('POST', `/1.0/sessions/${this.#session}/join`);
    return status === 200 ? decodeJson(Joined, text, 'answer').metadata.url : undefined;
  }

  /** A request as it should be. */
  async call(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const headers = { authorization: `Bearer ${this.where.token}`, 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(callMs);
    const init = { method, headers, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${this.where.url}${path}`, init);
    return { status: response.status, text: await response.text() };
  }

  /** A request as it should not be; its answer is checked against the document. */
  async send(request: FuzzRequest, seed: number, findings: Findings): Promise<void> {
    const { method, path, who, headers, body } = request;
    const token = { account: this.where.token, admin: this.where.adminSecret, nobody: undefined, hostile: 'fp_x.y.z' }[who];
    try {
      const response = await fetch(`${this.where.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
        signal: AbortSignal.timeout(callMs),
      });
      const { status } = response;
      findings.count('http', status);
      answers.check({
        method,
        path: new URL(response.url).pathname,
        status,
        headers: response.headers,
        body: await response.text(),
      });
      if (status >= 500) throw new Error(`it answered ${status}`);
    } catch (error) {
      findings.fail(seed, `${method} ${path} as ${who} ${JSON.stringify(headers)} ${shown(body)}`, error);
    }
  }

  /** After all of that a session can be created and ended. */
  async stillWorks(findings: Findings): Promise<void> {
    await this.#endAll();
    const { status, text } = await this.call('POST', '/1.0/sessions', { app: this.where.app });
    if (status !== 201) findings.fail(0, 'POST /1.0/sessions after the run', new Error(`it answered ${status} ${text}`));
    await this.#endAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nats.close();
  }

  async #endAll(): Promise<void> {
    const Ids = z.object({ metadata: z.array(z.string()) });
    const { text } = await this.call('GET', '/1.0/sessions');
    for (const id of decodeJson(Ids, text, 'list').metadata) await this.call('DELETE', `/1.0/sessions/${id}`);
  }
}

const shown = (body: Uint8Array | undefined): string => {
  if (body === undefined) return '';
  const text = new TextDecoder().decode(body);
  return text.length > 1500 ? `${text.slice(0, 1000)}… (${body.length} bytes)` : text;
};
