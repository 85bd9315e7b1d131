import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type NatsServer, startNats } from './nats-server.ts';
import type {} from './provided.ts';

/**
 * Starts the nats-server that the tests in workerd share, and a control for servers of their own:
 * `POST /` → `{"id","wsUrl"}`; `POST /{id}/stop` (as in a crash), `POST /{id}/start`, `POST /{id}/close`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = await startNats();
  const own = new Map<string, NatsServer>();

  const act = async (path: string): Promise<unknown> => {
    const [, id = '', verb] = path.split('/');
    if (id === '') {
      const server = await startNats();
      const made = String(own.size);
      own.set(made, server);
      return { id: made, wsUrl: server.wsUrl };
    }
    const server = own.get(id);
    if (verb === 'stop') await server?.stop('SIGKILL');
    if (verb === 'start') await server?.start();
    if (verb === 'close') await server?.close();
    return {};
  };
  const control = createServer((request, response) => {
    act(request.url ?? '/').then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const { port } = control.address() as AddressInfo;

  project.provide('natsUrl', shared.wsUrl);
  project.provide('natsControl', `http://127.0.0.1:${port}`);
  return async () => {
    control.closeAllConnections();
    await new Promise((resolve) => control.close(resolve));
    await Promise.all([shared, ...own.values()].map((server) => server.close()));
  };
}
