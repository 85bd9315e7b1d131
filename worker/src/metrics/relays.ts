import type { HostConfig } from '#worker/config/schema.ts';

type Relay = NonNullable<HostConfig['metrics']>['relays'][number];

/** Whether a client's media goes to a relay: to a TURN server's address, from the ports that it relays by. */
export const isRelay = (relays: readonly Relay[], { ip, port }: { ip: string; port: number }): boolean =>
  relays.some((relay) => relay.ip === ip && port >= relay.minPort && port <= relay.maxPort);
