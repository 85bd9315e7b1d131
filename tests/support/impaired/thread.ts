import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { decode } from '#shared/decode.ts';
import { Impairment } from './impairment.ts';
import { type FromLink, LinkOptions, type LinkSample, ToLink } from './messages.ts';

/**
 * The thread of an impaired link: a UDP port that stands for `target`. Each client that sends to it gets a socket of its own towards
 * the target, so that the target tells them apart. See link.ts.
 */
const options = decode(LinkOptions, workerData, 'link options', 'internal');
/** How often the link's state is kept for whoever looks. */
const sampleMs = 50;
/** A minute's. */
const mostSamples = 1200;

const down = new Impairment<{ packet: Buffer; port: number; address: string }>(options.seed);
const up = new Impairment<{ packet: Buffer; socket: Socket }>(options.seed + 1);
const clock = (): number => performance.now();
down.set(options.down, clock());
up.set(options.up, clock());

const front = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024, sendBufferSize: 1024 * 1024 });
const backs = new Map<string, Promise<Socket>>();
const samples: LinkSample[] = [];
let timer: NodeJS.Timeout | undefined;

function deliver(): void {
  const nowMs = clock();
  for (const { packet, port, address } of down.take(nowMs)) front.send(packet, port, address);
  for (const { packet, socket } of up.take(nowMs)) socket.send(packet);
  const next = [down.nextMs(), up.nextMs()].filter((ms) => ms !== null);
  clearTimeout(timer);
  timer = next.length === 0 ? undefined : setTimeout(deliver, Math.max(0, Math.min(...next) - nowMs));
}

async function openBack(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  socket.on('message', (packet) => {
    down.push({ packet, port, address }, packet.length, clock());
    deliver();
  });
  // Nobody listens there: the client hears nothing, as behind any firewall.
  socket.on('error', () => undefined);
  socket.connect(options.target.port, options.target.ip);
  await once(socket, 'connect');
  return socket;
}

front.on('message', (packet, { address, port }) => {
  const key = `${address}:${port}`;
  const back = backs.get(key) ?? openBack(address, port);
  backs.set(key, back);
  void back.then((socket) => {
    up.push({ packet, socket }, packet.length, clock());
    deliver();
  });
});

const look = (): LinkSample => ({
  atMs: performance.timeOrigin + clock(),
  queueMs: down.queueMs,
  queuedBytes: down.queuedBytes,
  down: { ...down.counts },
  up: { ...up.counts },
});
const sampling = setInterval(() => {
  samples.push(look());
  if (samples.length > mostSamples) samples.shift();
}, sampleMs);

const tell = (message: FromLink): void => parentPort?.postMessage(message);

parentPort?.on('message', (raw) => {
  const message = decode(ToLink, raw, 'message to a link', 'internal');
  switch (message.type) {
    case 'set':
      down.set(message.down, clock());
      up.set(message.up, clock());
      deliver();
      tell({ type: 'done', id: message.id, samples: [] });
      return;
    case 'look':
      tell({ type: 'done', id: message.id, samples: [...samples.splice(0), look()] });
      return;
    case 'close':
      clearInterval(sampling);
      clearTimeout(timer);
      front.close();
      for (const back of backs.values()) void back.then((socket) => socket.close());
      tell({ type: 'done', id: message.id, samples: [] });
      parentPort?.close();
      return;
    default:
      message satisfies never;
  }
});

front.bind(0, '127.0.0.1');
await once(front, 'listening');
tell({ type: 'ready', port: front.address().port });
