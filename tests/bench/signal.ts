import { connect } from 'nats.ws';
import { callHost } from '#shared/bus.ts';
import { newPeerId, newSessionId } from '#shared/ids.ts';
import { natsBus } from '#shared/nats-bus.ts';
import { ClientSettings } from '#shared/signal.ts';
import { hostSubject } from '#shared/subjects.ts';
import { ClientSocket } from './support/client-socket.ts';
import { fakeHostName } from './support/fake-hosts.ts';
import { percentile, rounded, table } from './support/figures.ts';
import { openBenchGateway } from './support/gateway.ts';
import { Load } from './support/load.ts';
import { createSession } from './support/sessions.ts';

export interface SignalResult {
  /** From a client's `discover` to its answer. */
  p50Ms: number;
  p99Ms: number;
  /** The median of a bare NATS request to the host, of the same content. */
  baselineP50Ms: number;
  /** The median of client → room → link → host and back, over the baseline's. */
  ratio: number;
}

export const about = 'What the edge adds to a call to a host.';
export const defaults = { requests: 1000 };

/**
 * What signalling takes: `discover`, which the room answers, and `settings`, which go to the host and back, in turn with the same
 * request over NATS alone. `--requests N` of each.
 */
export default async function signal({ requests }: typeof defaults): Promise<SignalResult> {
  await using gateway = await openBenchGateway();
  using load = new Load(gateway.edge.url, 1);
  const socket = await ClientSocket.open(await createSession(gateway, load));
  const nats = await connect({ servers: gateway.natsUrl });
  const bus = natsBus(nats);
  const settings = ClientSettings.parse({ type: 'settings', api_version: 2 });
  const request = { session: newSessionId(), peer: newPeerId(), role: 'owner' as const, settings };

  const discover = () => socket.ask('{"type":"discover"}', 'resp:discover');
  const toHost = () => socket.ask(JSON.stringify(settings), 'offer');
  const bare = async (): Promise<number> => {
    const startedMs = performance.now();
    const reply = await callHost(bus, hostSubject(fakeHostName(0), 'settings'), 'settings', request, { timeoutMs: 5000 });
    if (!reply.ok) throw new Error(reply.error.message);
    return performance.now() - startedMs;
  };
  const times = { discover: [] as number[], toHost: [] as number[], bare: [] as number[] };
  // The first ones are not counted: both sides are compiled meanwhile.
  for (let n = -200; n < requests; n += 1) {
    const [one, two, three] = [await discover(), await bare(), await toHost()];
    if (n < 0) continue;
    times.discover.push(one);
    times.bare.push(two);
    times.toHost.push(three);
  }
  socket.close();
  await nats.close();
  const p50 = (values: readonly number[]): number => rounded(percentile(values, 0.5));
  const p99 = (values: readonly number[]): number => rounded(percentile(values, 0.99));
  const result = {
    p50Ms: p50(times.discover),
    p99Ms: p99(times.discover),
    baselineP50Ms: p50(times.bare),
    ratio: rounded(percentile(times.toHost, 0.5) / percentile(times.bare, 0.5)),
  };
  process.stdout.write(
    `${table([
      ['signal', 'p50 ms', 'p99 ms', 'over NATS'],
      ['discover → answer', result.p50Ms, result.p99Ms, ''],
      ['client → host → client', p50(times.toHost), p99(times.toHost), result.ratio],
      ['a bare NATS request', result.baselineP50Ms, p99(times.bare), 1],
    ])}\n`,
  );
  return result;
}
