import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { startImpairedLink, throughLink } from '#tests/support/impaired/link.ts';

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Somebody who sends everything back. */
async function openEcho(): Promise<{ socket: Socket; from: Set<number> }> {
  const socket = await openSocket();
  const from = new Set<number>();
  socket.on('message', (packet, { port }) => {
    from.add(port);
    socket.send(packet, port, '127.0.0.1');
  });
  return { socket, from };
}

async function ask(socket: Socket, port: number, text: string): Promise<string> {
  const reply = once(socket, 'message');
  socket.send(text, port, '127.0.0.1');
  const [packet] = await reply;
  return String(packet);
}

test('[IM5] a link stands for its target, for each of its clients by an address of its own', async () => {
  const { socket: echo, from } = await openEcho();
  await using link = await startImpairedLink({ target: { ip: '127.0.0.1', port: echo.address().port } });
  const [one, other] = [await openSocket(), await openSocket()];
  expect(await Promise.all([ask(one, link.port, 'one'), ask(other, link.port, 'other')])).toEqual(['one', 'other']);
  expect(from.size).toBe(2);
});

test('[IM5] what it does to packets is changed while it runs, and told', async () => {
  const { socket: echo } = await openEcho();
  await using link = await startImpairedLink({ target: { ip: '127.0.0.1', port: echo.address().port }, down: { delayMs: 100 } });
  const socket = await openSocket();
  const beganMs = performance.now();
  await ask(socket, link.port, 'slow');
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(99);
  await link.set({ down: { delayMs: 0, kbps: 80 } });
  await ask(socket, link.port, 'quick');
  // Two packets' worth passes at once, and a byte takes 0.1 ms after that.
  for (let count = 0; count < 5; count += 1) socket.send(Buffer.alloc(1000), link.port, '127.0.0.1');
  await expect.poll(async () => (await link.look()).at(-1)?.queuedBytes, { interval: 20 }).toBeGreaterThan(0);
  await link.set({ up: { loss: 1 } });
  socket.send('lost', link.port, '127.0.0.1');
  await expect.poll(async () => (await link.look()).at(-1)?.up.lost, { interval: 20 }).toBe(1);
  const samples = await link.look();
  expect(samples.at(-1)).toMatchObject({ up: { passed: 7, lost: 1 } });
});

test('[IM6] candidates are told with the port of the link, and none that goes round it', () => {
  const line = { sdpMid: '0', sdpMLineIndex: 0 };
  const candidates = [
    { candidate: 'candidate:udp 1 udp 1076302079 127.0.0.1 40000 typ host', ...line },
    { candidate: 'candidate:tcp 1 tcp 1076276479 127.0.0.1 40000 typ host tcptype passive', ...line },
  ];
  expect(throughLink(candidates, 50_000)).toEqual([
    { candidate: 'candidate:udp 1 udp 1076302079 127.0.0.1 50000 typ host', ...line },
  ]);
});
