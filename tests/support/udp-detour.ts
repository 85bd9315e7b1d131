import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A way to a UDP port of this machine through a port of its own, that can be cut. */
export interface Detour {
  readonly port: number;
  /** How many packets have passed, both ways. */
  readonly passed: number;
  close(): void;
}

/** Opens a detour to `target` on 127.0.0.1. Each client that it hears is passed on from a port of its own. */
export async function openDetour(target: number): Promise<Detour> {
  const inner = createSocket('udp4');
  const outer = new Map<number, Socket>();
  let passed = 0;
  let closed = false;
  const outerFor = (client: number): Socket => {
    let socket = outer.get(client);
    if (socket === undefined) {
      socket = createSocket('udp4');
      socket.on('message', (packet) => {
        passed += 1;
        if (!closed) inner.send(packet, client, '127.0.0.1');
      });
      outer.set(client, socket);
    }
    return socket;
  };
  inner.on('message', (packet, { port }) => {
    passed += 1;
    outerFor(port).send(packet, target, '127.0.0.1');
  });
  inner.bind(0, '127.0.0.1');
  await once(inner, 'listening');
  return {
    port: inner.address().port,
    get passed() {
      return passed;
    },
    close() {
      closed = true;
      inner.close();
      for (const socket of outer.values()) socket.close();
    },
  };
}
