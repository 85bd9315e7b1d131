import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import { type HostFigures, HostRegistry } from './registry.ts';

export interface PageOptions {
  host: string;
  port: number;
  figures: () => Promise<HostFigures>;
  log: Logger;
}

export interface MetricsPage {
  close(): Promise<void>;
}

/** Serves `/metrics` to whoever reaches the address. @throws AppError `unavailable` where it can't listen there. */
export async function openMetricsPage({ host, port, figures, log }: PageOptions): Promise<MetricsPage> {
  const registry = new HostRegistry();
  // One after the other: a page is made of one look at the sessions.
  let before: Promise<unknown> = Promise.resolve();
  const page = (): Promise<string> => {
    const made = before.then(async () => registry.text(await figures()));
    before = made.catch(() => undefined);
    return made;
  };
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    if (new URL(url, 'http://host').pathname !== '/metrics') return send(response, 404, 'There is only /metrics here.\n');
    if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'Only GET.\n', { allow: 'GET, HEAD' });
    try {
      send(response, 200, await page(), { 'content-type': registry.contentType });
    } catch (error) {
      log.error('metrics.failed', { error });
      send(response, 500, 'The metrics could not be made.\n');
    }
  };
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('unavailable', { message: `The metrics can't be served at ${host}:${port}: ${why}.`, cause });
  }
  log.info('metrics.serving', { address: `${host}:${port}` });
  return {
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(text);
}
