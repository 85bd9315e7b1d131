import { expect, test } from 'vitest';
import type { ChannelMessage } from '#worker/channel-message.ts';
import { encodeMessage } from '#worker/instance/sockets/framing.ts';
import { type AppSocket, waiting } from '#worker/instance/sockets/socket.ts';
import { openFolder } from './support.ts';

const soon = { timeout: 15_000, interval: 20 };
const text = (words: string): ChannelMessage => ({ kind: 'text', data: Buffer.from(words) });
const said = (application: { bytes: () => Buffer }) => expect.poll(() => application.bytes().toString('latin1'), soon);

test('[AS4] what is sent before the application is there waits for it', async () => {
  const { folder, log, join } = await openFolder();
  const socket = await folder.open('one', { framing: 'raw', log, onMessage: () => undefined });
  socket.send(text('early '));
  socket.send(text('bird'));
  const application = await join('one');
  await said(application).toBe('early bird');
});

test('[AS4] what an application did not get when it went is there for the next', async () => {
  const { folder, log, join } = await openFolder();
  const socket = await folder.open('one', { framing: 'length', log, onMessage: () => undefined });
  const first = await join('one');
  first.socket.pause();
  const large = Array.from({ length: 8 }, (_, i): ChannelMessage => ({ kind: 'binary', data: Buffer.alloc(200_000, i) }));
  for (const message of large) socket.send(message);
  first.socket.destroy();
  await expect.poll(first.ended, soon).toBe(true);
  const next = await join('one');
  // Whole messages, in order, to the last one.
  const all = Buffer.concat(large.map((message) => encodeMessage('length', message)));
  await expect.poll(() => next.bytes().length > 0 && all.subarray(-next.bytes().length).equals(next.bytes()), soon).toBe(true);
  await expect.poll(() => (all.length - next.bytes().length) % 200_005, soon).toBe(0);
  await expect.poll(() => next.bytes().subarray(-200_000).equals(Buffer.alloc(200_000, 7)), soon).toBe(true);
});

test('[AS5] an application that writes faster than it is heard waits', async () => {
  const { folder, log, join } = await openFolder();
  let heard = 0;
  let go: () => void = () => undefined;
  await folder.open('one', {
    framing: 'raw',
    log,
    onMessage: async ({ data }) => {
      heard += data.length;
      await new Promise<void>((resolve) => {
        go = resolve;
      });
    },
  });
  const { socket } = await join('one');
  const size = 8 * 1024 * 1024;
  let done = false;
  socket.write(Buffer.alloc(size, 'x'), () => {
    done = true;
  });
  await expect.poll(() => heard, soon).toBeGreaterThan(0);
  expect(done).toBe(false);
  while (heard < size) {
    go();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(heard).toBe(size);
  await expect.poll(() => done, soon).toBe(true);
});

/** A socket whose pressure is recorded, with more in it than should be. */
async function pressed(socketOf: (onPressure: (full: boolean) => void) => Promise<AppSocket>) {
  const told: boolean[] = [];
  const socket = await socketOf((full) => told.push(full));
  const piece: ChannelMessage = { kind: 'binary', data: Buffer.alloc(256 * 1024) };
  for (let sent = 0; sent <= waiting.highBytes; sent += piece.data.length) expect(socket.send(piece)).toBe(true);
  return { told, socket, piece };
}

test('[AS5] who sends faster than the application reads is told to wait, and to go on', async () => {
  const { folder, log, join } = await openFolder();
  const { told } = await pressed((onPressure) =>
    folder.open('one', { framing: 'raw', log, onMessage: () => undefined, onPressure }),
  );
  expect(told).toEqual([true]);
  await join('one');
  await expect.poll(() => told, soon).toEqual([true, false]);
});

test('[AS5] what would be far too much ends the connection, and leaves no gap', async () => {
  const { folder, log, join, lines } = await openFolder();
  const { told, socket, piece } = await pressed((onPressure) =>
    folder.open('one', { framing: 'raw', log, onMessage: () => undefined, onPressure }),
  );
  let taken = true;
  for (let i = 0; taken && i < 100; i += 1) taken = socket.send(piece);
  expect(taken).toBe(false);
  expect(told).toEqual([true, false]);
  expect(lines.filter((line) => line.includes('socket.overflow'))).toHaveLength(1);
  const application = await join('one');
  socket.send(text('anew'));
  await said(application).toBe('anew');
});

test('[AS7] a second connection is closed while the first is there, and not after', async () => {
  const { folder, log, join, lines } = await openFolder();
  const heard: string[] = [];
  const present: boolean[] = [];
  const socket = await folder.open('one', {
    framing: 'raw',
    log,
    onMessage: ({ data }) => void heard.push(data.toString()),
    onPresence: (there) => present.push(there),
  });
  const first = await join('one');
  await expect.poll(() => present, soon).toEqual([true]);
  const second = await join('one');
  await expect.poll(second.ended, soon).toBe(true);
  expect(lines.filter((line) => line.includes('socket.second-connection'))).toHaveLength(1);
  first.socket.write('still here');
  await expect.poll(() => heard, soon).toEqual(['still here']);
  // It only ends what it writes, and still hears.
  first.socket.end();
  socket.send(text('good bye'));
  await said(first).toBe('good bye');
  const third = await join('one');
  socket.send(text('welcome'));
  await said(third).toBe('welcome');
});

test('[AS3] an application that writes what can’t be read loses its connection, and may come again', async () => {
  const { folder, log, join, lines } = await openFolder();
  const heard: string[] = [];
  await folder.open('one', { framing: 'length', log, onMessage: ({ data }) => void heard.push(data.toString()) });
  const bad = await join('one');
  bad.socket.write(Buffer.concat([encodeMessage('length', text('good')), Buffer.from('ffffffff01', 'hex')]));
  await expect.poll(bad.ended, soon).toBe(true);
  expect(lines.filter((line) => line.includes('socket.unreadable'))).toHaveLength(1);
  const good = await join('one');
  good.socket.write(encodeMessage('length', text('again')));
  await expect.poll(() => heard, soon).toEqual(['good', 'again']);
});

test('[AS9] with their length before them an application hears when a client comes and goes', async () => {
  const { folder, log, join } = await openFolder();
  const socket = await folder.open('one', { framing: 'length', log, onMessage: () => undefined });
  socket.setOpen(true);
  socket.send(text('hi'));
  const application = await join('one');
  const hex = () => expect.poll(() => application.bytes().toString('hex'), soon);
  await hex().toBe('0000000003' + '00000002016869');
  socket.setOpen(false);
  await hex().toBe('0000000003' + '00000002016869' + '0000000004');
});
