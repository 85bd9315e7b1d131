import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '#web/bundle.ts';

/** What the gateway of a test answers; `away` breaks the connection off. */
export type Reply = { status: number; metadata?: unknown; error?: string; code?: string } | 'away';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** The player as the Worker serves it, and in place of the session API what a test wants answered. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  /** The calls of the session API so far. */
  readonly calls: Call[];
  /** Answers the session API from now on. */
  answer: (call: Call) => Reply | Promise<Reply>;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};

export async function startSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'farpane-web-'));
  await bundle(folder);
  const server = createServer((request, response) => void serve(request, response));
  const site = {
    url: '',
    calls: [] as Call[],
    answer: (_call: Call): Reply | Promise<Reply> => ({ status: 404, error: 'There is no such thing here.' }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(folder, { recursive: true });
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    if (path.startsWith('/1.0/')) return api(request, response, path);
    const name = path === '/' ? 'index.html' : path.slice(1);
    const content = await readFile(join(folder, name)).catch(() => undefined);
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': types[name.split('.').at(-1) ?? ''] ?? 'text/plain',
    });
    response.end(content);
  }

  async function api(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const text = (await request.toArray()).join('');
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
    const call = { method: request.method ?? '', path, token, body: text === '' ? undefined : JSON.parse(text) };
    site.calls.push(call);
    const reply = await site.answer(call);
    if (reply === 'away') return void request.socket.destroy();
    const { status, ...rest } = reply;
    const word = status < 400 ? { type: 'sync', status: 'success' } : { type: 'error', status: 'failed' };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...word, status_code: status, ...rest }));
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  site.url = `http://127.0.0.1:${address.port}`;
  return site;
}
