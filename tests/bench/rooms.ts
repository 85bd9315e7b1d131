import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientSocket } from './support/client-socket.ts';
import { percentile, rounded, table } from './support/figures.ts';
import { openBenchGateway } from './support/gateway.ts';
import { Load } from './support/load.ts';
import { type BenchOptions, benchSettings } from './support/options.ts';
import { createSession } from './support/sessions.ts';

export interface RoomsResult {
  rooms: number;
  /** How many woke and answered `discover`. */
  answered: number;
  /** What the links hold, by what nats-server says. */
  natsConnections: number;
  /** What workerd's resident memory grew by, a room, when all are asleep. */
  kibPerRoomAsleep: number;
}

/** An object sleeps 10 to 14 s after its last event. */
const sleepMs = 20_000;
const atOnce = 20;

/** Sessions that wait, with a client's socket each: what they cost while they sleep, and whether all wake. `--rooms N`, `--links N`. */
export default async function rooms(options: BenchOptions): Promise<RoomsResult> {
  const { rooms: count, links } = benchSettings(options, { rooms: 3000, links: 1 });
  await using gateway = await openBenchGateway({ links });
  using load = new Load(gateway.edge.url, atOnce);
  const rss = (): number => residentKib(gateway.edge.pid);
  const open = async (): Promise<ClientSocket> => ClientSocket.open(await createSession(gateway, load));

  // What the first ones load and compile is not theirs alone.
  const sockets = (await Load.run(50, atOnce, open)).results;
  await delay(sleepMs);
  const before = rss();
  const { results, tookMs } = await Load.run(count - sockets.length, atOnce, open);
  sockets.push(...results);
  process.stdout.write(`${count} rooms in ${Math.round(tookMs / 1000)} s\n`);
  const awake = rss();
  await delay(sleepMs);
  const asleep = rss();

  const woken = await Load.run(
    sockets.length,
    atOnce,
    async (n) => await sockets[n]?.ask('{"type":"discover"}', 'resp:discover').catch(() => undefined),
  );
  const took = woken.results.flatMap((ms) => (ms === undefined ? [] : [ms]));
  const result = {
    rooms: count,
    answered: took.length,
    natsConnections: await gateway.natsConnections('link-'),
    kibPerRoomAsleep: rounded((asleep - before) / results.length),
  };
  for (const socket of sockets) socket.close();
  process.stdout.write(
    `\n${table([
      ['rooms', 'answered', 'NATS connections', 'KiB a room asleep', 'awake', 'wake p50 ms', 'p99'],
      [
        ...[result.rooms, result.answered, result.natsConnections, result.kibPerRoomAsleep],
        ...[rounded((awake - before) / results.length), rounded(percentile(took, 0.5)), rounded(percentile(took, 0.99))],
      ],
    ])}\n`,
  );
  return result;
}

/** The resident memory of a process, in KiB (proc_pid_status(5), `VmRSS`). */
function residentKib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib);
}
