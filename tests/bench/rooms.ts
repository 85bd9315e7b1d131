import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ClientSocket } from './support/client-socket.ts';
import { percentile, rounded, table } from './support/figures.ts';
import { openBenchGateway } from './support/gateway.ts';
import { Load } from './support/load.ts';
import { createSession } from './support/sessions.ts';

export interface RoomsResult {
  rooms: number;
  /** How many woke and answered `discover`. */
  answered: number;
  /** What the links hold, by what nats-server says. */
  natsConnections: number;
  /** What workerd's resident memory grew by, a room: by those that sleep; by the first ones, of which most were awake. */
  kibPerRoomAsleep: number;
  kibPerRoomAwake: number;
}

/** An object sleeps 10 to 14 s after its last event. */
const sleepMs = 20_000;
const atOnce = 20;
/** Rooms are opened so fast, and so many before those that are measured: never are more of them awake. */
const perSecond = 40;
const awakeAtMost = 600;

export const about = 'What many rooms cost that are open at once.';
export const defaults = { rooms: 3000, links: 1 };

/**
 * Sessions with a client's socket each: what they cost while they sleep, and whether all wake. `--rooms N`, `--links N`.
 *
 * A process gives hardly anything back of what objects have used while they were awake, but uses it for the next ones. Hence as many
 * rooms as are ever awake at once are opened first, and left to sleep; what later ones add is what they cost asleep.
 */
export default async function rooms({ rooms: count, links }: typeof defaults): Promise<RoomsResult> {
  await using gateway = await openBenchGateway({ links });
  using load = new Load(gateway.edge.url, atOnce);
  const rss = (): number => residentKib(gateway.edge.pid);
  const sockets: ClientSocket[] = [];
  const open = async (n: number): Promise<void> => {
    const startedMs = performance.now();
    for (let opened = 0; opened < n; opened += perSecond) {
      await delay(Math.max(0, startedMs + (opened / perSecond) * 1000 - performance.now()));
      const some = Math.min(perSecond, n - opened);
      const { results } = await Load.run(some, atOnce, async () => ClientSocket.open(await createSession(gateway, load)));
      sockets.push(...results);
    }
  };

  // What the very first ones load and compile is nobody's.
  await open(50);
  const loaded = rss();
  const first = Math.min(awakeAtMost, Math.floor(count / 2)) - sockets.length;
  await open(first);
  const awake = rss();
  await delay(sleepMs);
  const before = rss();
  const rest = count - sockets.length;
  await open(rest);
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
    kibPerRoomAsleep: rounded((asleep - before) / rest),
    kibPerRoomAwake: rounded((awake - loaded) / first),
  };
  for (const socket of sockets) socket.close();
  process.stdout.write(
    `\n${table([
      ['rooms', 'answered', 'NATS connections', 'KiB a room asleep', 'awake', 'wake p50 ms', 'p99'],
      [
        ...[result.rooms, result.answered, result.natsConnections, result.kibPerRoomAsleep],
        ...[result.kibPerRoomAwake, rounded(percentile(took, 0.5)), rounded(percentile(took, 0.99))],
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
