import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { built } from '#infra/config.ts';
import type { AccountPostData } from '#shared/gateway.ts';
import { createAccount } from './account.ts';
import { startCoturn } from './coturn.ts';
import { startEdge } from './edge.ts';
import { startHost } from './host.ts';
import type { CatalogueEntry } from './host-config.ts';
import { startNats } from './nats.ts';
import { edgeUser, hostUser } from './nats-config.ts';
import { choosePorts, type StackPorts } from './plan.ts';
import { stackSecrets } from './secrets.ts';
import { Supervisor, type SupervisorEvent } from './supervisor.ts';

export interface StackOptions {
  /** Where everything that this stack writes goes: configuration, logs, data, secrets. */
  stateDir: string;
  /** The address at which clients reach the edge, coturn and the media. NATS stays on loopback. Default: 127.0.0.1. */
  ip?: string;
  /** A further address of this machine at which the hosts take media. */
  mediaIp?: string | undefined;
  /** Free ones where they are left out. */
  ports?: Partial<StackPorts>;
  /** How many hosts: `host-1`, `host-2`, … Default: 1. */
  hosts?: number;
  /** What the hosts get that the demonstration's template (infra/demo/host.yaml) has not. */
  host?: {
    slots?: number;
    warm?: number;
    drainSeconds?: number;
    logLevel?: string;
    mediaWorkers?: number;
    /** Host number k serves its metrics at this port + k, from 0 on; by default none does. */
    metricsPort?: number;
    /** Where hosts send their spans. */
    tracing?: { endpoint: string; headers?: Readonly<Record<string, string>> };
    applications?: readonly CatalogueEntry[];
  };
  /** Variables of the Worker, over the stack's own; `false`: no edge. */
  edge?: Readonly<Record<string, string>> | false;
  /** `false`: no coturn. */
  turn?: false;
  onEvent?: (event: SupervisorEvent) => void;
  signal?: AbortSignal;
}

export interface Stack {
  /** The edge: `http://127.0.0.1:8787`, without a slash at the end. */
  readonly url: string;
  readonly ports: StackPorts;
  readonly adminSecret: string;
  /** Where NATS takes WebSockets, and the edge's password there. */
  readonly natsUrl: string;
  readonly natsPassword: string;
  /** The process of a part: `nats`, `coturn`, `edge`, `host-1`. */
  pid(part: string): number;
  createAccount(name: string): Promise<AccountPostData>;
  /** Ends one part, as SIGTERM would, without ending the others; {@link start} brings it back. */
  stop(part: string): Promise<void>;
  start(part: string): Promise<void>;
  /** Resolves when a part ended by itself, with what it said last; all others are ended then. */
  readonly failed: Promise<Error>;
  /** Ends all parts, the last started first. Idempotent. */
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/**
 * Starts NATS, then coturn, the edge and the hosts at once, and watches them.
 *
 * @throws Error that names the part that failed, with its last lines; what had been started is gone by then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { ip = loopback, hosts = 1, host = {} } = options;
  // Everything is named from within processes that have folders of their own.
  const stateDir = resolve(options.stateDir);
  await mkdir(stateDir, { recursive: true });
  const hostIds = Array.from({ length: hosts }, (_, index) => `host-${index + 1}`);
  const secrets = await stackSecrets(stateDir, hostIds);
  const mediaWorkers = host.mediaWorkers ?? 1;
  const ports = await choosePorts(options.ports ?? {}, { ip, mediaIp: options.mediaIp, mediaPorts: hosts * mediaWorkers });
  const natsUrl = `ws://${loopback}:${ports.natsWebsocket}`;
  const password = (id: string): string => secrets.nats.hosts[id] ?? '';
  const supervisor = new Supervisor(options.onEvent);
  const until = (abort: AbortSignal): AbortSignal =>
    AbortSignal.any([abort, ...(options.signal === undefined ? [] : [options.signal])]);

  supervisor.add(0, 'nats', (abort) =>
    startNats({
      stateDir,
      ip: loopback,
      port: ports.nats,
      websocketPort: ports.natsWebsocket,
      users: [edgeUser(secrets.nats.edge), ...hostIds.map((id) => hostUser(id, password(id)))],
      signal: until(abort),
    }),
  );
  if (options.turn !== false) {
    const { turn: port, turnMin: minPort, turnMax: maxPort } = ports;
    supervisor.add(1, 'coturn', (abort) =>
      startCoturn({ stateDir, ip, port, minPort, maxPort, secret: secrets.turn, peers: [ip], signal: until(abort) }),
    );
  }
  if (options.edge !== false) {
    const variables = {
      NATS_URL: natsUrl,
      NATS_USER: 'edge',
      NATS_PASSWORD: secrets.nats.edge,
      TURN_HOSTS: options.turn === false ? '' : `${ip}:${ports.turn}`,
      TURN_SECRET: secrets.turn,
      ADMIN_SECRET: secrets.admin,
      TOKEN_SECRET: secrets.token,
      ...options.edge,
    };
    supervisor.add(1, 'edge', (abort) => startEdge({ stateDir, ip, port: ports.edge, variables, signal: until(abort) }));
  }
  for (const [index, id] of hostIds.entries()) {
    supervisor.add(1, id, (abort) =>
      startHost({
        id,
        stateDir,
        nats: { url: natsUrl, user: `host-${id}`, password: password(id) },
        media: {
          ips: options.mediaIp === undefined ? [ip] : [ip, options.mediaIp],
          port: ports.media + index * mediaWorkers,
          workers: mediaWorkers,
        },
        gstreamerPlugins: built.gstreamerPlugins,
        gamepadHelper: built.gamepad,
        penDriver: built.penDriver,
        slots: host.slots,
        warm: host.warm,
        drainSeconds: host.drainSeconds,
        logLevel: host.logLevel,
        tracing: host.tracing,
        metricsPort: host.metricsPort === undefined ? undefined : host.metricsPort + index,
        applications: host.applications,
        signal: until(abort),
      }),
    );
  }
  await supervisor.startAll();
  const url = `http://${ip}:${ports.edge}`;
  return {
    url,
    ports,
    adminSecret: secrets.admin,
    natsUrl,
    natsPassword: secrets.nats.edge,
    pid: (part) => supervisor.pid(part),
    createAccount: (name) => createAccount({ url, adminSecret: secrets.admin, name }),
    stop: (part) => supervisor.stop(part),
    start: (part) => supervisor.start(part),
    failed: supervisor.failed,
    close: () => supervisor.close(),
  };
}
