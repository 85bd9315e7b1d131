import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Binds a TCP port (0 = any) and lets it go again. Resolves with its number, or with undefined where it is taken. */
export async function tryTcp(port: number, ip: string): Promise<number | undefined> {
  const server = createServer().listen(port, ip);
  try {
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

async function tryUdp(port: number, ip: string): Promise<boolean> {
  const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind(port, ip);
    await once(socket, 'listening');
  } catch {
    return false;
  }
  socket.close();
  await once(socket, 'close');
  return true;
}

/** Whether a port is free, for UDP and TCP. */
export async function isPortFree(port: number, ip: string): Promise<boolean> {
  return (await tryTcp(port, ip)) !== undefined && (await tryUdp(port, ip));
}

/** Ports handed out, or found taken: the kernel may offer one again before the child that it is meant for has bound it. */
const handedOut = new Set<number>();

/** A run of `count` ports that are free for UDP and TCP. @returns the first. */
export async function freePorts(count: number, ip: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    // Below the ephemeral range of Linux (32768 on), from which connections take theirs at any moment.
    const first = 10_000 + Math.floor(Math.random() * (32_000 - 10_000 - count));
    const run = Array.from({ length: count }, (_, index) => first + index);
    if (run.some((port) => handedOut.has(port))) continue;
    for (const port of run) handedOut.add(port);
    const free = await Promise.all(run.map((port) => isPortFree(port, ip)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`No ${count} free ports in a row were found on ${ip}.`);
}
