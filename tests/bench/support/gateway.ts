import { z } from 'zod';
import { createAccount } from '#infra/stack/account.ts';
import { freePorts } from '#infra/stack/ports.ts';
import { decodeJson } from '#shared/decode.ts';
import { startNats } from '#tests/support/nats-server.ts';
import { type EdgeProcess, edgeSecrets, startEdgeProcess } from './edge-process.ts';
import { type FakeHosts, startFakeHosts } from './fake-hosts.ts';

/** The gateway, NATS and hosts that do nothing: what benches of the edge measure. */
export interface BenchGateway extends AsyncDisposable {
  readonly edge: EdgeProcess;
  readonly hosts: FakeHosts;
  /** `ws://` address of NATS. */
  readonly natsUrl: string;
  /** Of an account of its own. */
  readonly token: string;
  /** The connections of NATS that have a name which begins so, by what the server says. */
  natsConnections(prefix: string): Promise<number>;
}

const Connections = z.object({ connections: z.array(z.object({ name: z.string().default('') })).nullable() });

export async function openBenchGateway({ hosts: hostCount = 1, links = 1 } = {}): Promise<BenchGateway> {
  await using owned = new AsyncDisposableStack();
  const monitorPort = await freePorts(1, '127.0.0.1');
  const nats = owned.use(await startNats({ config: `http: "127.0.0.1:${monitorPort}"\n` }));
  const hosts = owned.use(await startFakeHosts(nats.wsUrl, hostCount));
  const edge = owned.use(await startEdgeProcess({ natsUrl: nats.wsUrl, links }));
  const { token } = await createAccount({ url: edge.url, adminSecret: edgeSecrets.admin, name: 'bench' });
  const kept = owned.move();
  return {
    edge,
    hosts,
    natsUrl: nats.wsUrl,
    token,
    natsConnections: async (prefix) => {
      const response = await fetch(`http://127.0.0.1:${monitorPort}/connz?limit=10000`);
      const { connections } = decodeJson(Connections, await response.text(), 'list of connections');
      return (connections ?? []).filter(({ name }) => name.startsWith(prefix)).length;
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
