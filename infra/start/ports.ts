import { everyAddress, type StackPorts } from '#infra/stack/plan.ts';
import { isPortFree } from '#infra/stack/ports.ts';

/** Where `npm start` listens. NATS takes the port that wrangler.toml has. */
export const usualPorts: Pick<StackPorts, 'edge' | 'nats' | 'natsWebsocket' | 'turn' | 'media'> = {
  edge: 8787,
  nats: 4279,
  natsWebsocket: 4280,
  turn: 3478,
  media: 27_000,
};

/** Ports of relays: Linux hands out none of these by itself. */
const relays = { turnMin: 28_000, turnMax: 28_099 };

/** The usual ports that are free; those that are taken are left out, for the stack to find others, and told to `notice`. */
export async function startPorts(
  { ip, mediaIp }: { ip: string; mediaIp: string | undefined },
  edge: number | undefined,
  notice: (text: string) => void,
): Promise<Partial<StackPorts>> {
  const wanted = { ...usualPorts, edge: edge ?? usualPorts.edge };
  const ports: Partial<StackPorts> = { ...relays };
  for (const part of ['edge', 'nats', 'natsWebsocket', 'turn', 'media'] as const) {
    const port = wanted[part];
    const at = part.startsWith('nats') ? '127.0.0.1' : part === 'media' && mediaIp !== undefined ? everyAddress : ip;
    if (await isPortFree(port, at)) ports[part] = port;
    else notice(`Port ${port} (${part}) is taken: another one is used.`);
  }
  return ports;
}
