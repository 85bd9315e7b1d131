import { freePorts } from './ports.ts';

export interface StackPorts {
  edge: number;
  /** NATS's own protocol, and WebSockets. */
  nats: number;
  natsWebsocket: number;
  turn: number;
  /** The ports of relays, inclusive. */
  turnMin: number;
  turnMax: number;
  /** The first media port; each media worker of each host takes one. */
  media: number;
}

const relayPorts = 40;

/** A port that is free there is free at each. */
export const everyAddress = '0.0.0.0';

/** Finds free ports for those that were not asked for. */
export async function choosePorts(
  asked: Partial<StackPorts>,
  { ip, mediaIp, mediaPorts }: { ip: string; mediaIp: string | undefined; mediaPorts: number },
): Promise<StackPorts> {
  const one = async (port: number | undefined, count = 1, at = ip): Promise<number> => port ?? (await freePorts(count, at));
  const turnMin = await one(asked.turnMin, relayPorts);
  return {
    edge: await one(asked.edge),
    nats: await one(asked.nats),
    natsWebsocket: await one(asked.natsWebsocket),
    turn: await one(asked.turn),
    turnMin,
    turnMax: asked.turnMax ?? turnMin + relayPorts - 1,
    media: await one(asked.media, mediaPorts, mediaIp === undefined ? ip : everyAddress),
  };
}
