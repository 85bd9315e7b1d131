import { connect, StorageType } from 'nats.ws';
import { serveCall } from '#shared/bus.ts';
import { type HostCall, type HostReply, type HostRequest, type HostView, heartbeat } from '#shared/host.ts';
import { newIncarnation } from '#shared/ids.ts';
import { natsBus } from '#shared/nats-bus.ts';
import { hostBucket, hostSubject, placementGroup, placeSubject, subjectToken } from '#shared/subjects.ts';

/**
 * A host without anything behind it, as a process of its own: it offers slots without end, says yes to all, and takes down what
 * it was asked. `node host-process.ts NATS_URL HOST REGION APP`; talks to its parent over IPC.
 */
const [natsUrl = '', host = '', region = '', app = ''] = process.argv.slice(2);
const incarnation = newIncarnation();
const slots = 1_000_000;
const connection = await connect({ servers: natsUrl, name: host });
const bus = natsBus(connection);
/** How often each session was launched, and how often it was ended or released afterwards. */
const launched = new Map<string, number>();
const ended = new Map<string, number>();
const count = (map: Map<string, number>, session: string): void => void map.set(session, (map.get(session) ?? 0) + 1);

/** As long as an offer of the real host. */
const sdp = `v=0\r\n${'a=x-bench:0123456789abcdef\r\n'.repeat(100)}`;

const unexpected = (error: unknown): void => {
  throw error;
};
function serve<K extends Exclude<HostCall, 'place'>>(call: K, handler: (request: HostRequest<K>) => HostReply<K>): void {
  serveCall(bus, hostSubject(host, call), call, { unexpected }, async (request) => handler(request));
}
serveCall(bus, placeSubject(region, app), 'place', { queue: placementGroup, unexpected }, async ({ session, launch: now }) => {
  const offer = { host, incarnation, region, load: launched.size / slots, reservedMs: 5000 };
  return now !== undefined && offer.load <= now.upTo ? { ...offer, ...launch(session) } : offer;
});
const launch = (session: string): HostReply<'launch'> => {
  count(launched, session);
  return { instance: `instance-of-${session}` };
};
serve('launch', ({ session }) => launch(session));
serve('release', () => ({}));
serve('end', ({ session }) => {
  count(ended, session);
  return {};
});
serve('settings', () => ({ sdp }));
serve('answer', () => ({ candidates: [] }));

const kv = await connection
  .jetstream()
  .views.kv(hostBucket.name, { ttl: hostBucket.ttlMs, history: 1, storage: StorageType.File });
const beat = async (): Promise<void> => {
  const view: HostView = {
    ...{
      host,
      region,
      incarnation,
      version: '0.1.0',
      applications: [{ name: app, version: 1, published: true }],
      slots,
      used: launched.size,
      draining: false,
    },
  };
  await kv.put(subjectToken(host), JSON.stringify(view));
};
await beat();
setInterval(() => void beat().catch(() => undefined), heartbeat.everyMs);
await connection.flush();

process.on('message', () => process.send?.({ launched: [...launched], ended: [...ended] }));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
