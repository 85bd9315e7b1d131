import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { observer } from 'mediasoup';
import { expect, onTestFinished, test } from 'vitest';
import { startMedia } from '#worker/media/media.ts';
import type { OfferingPeer } from '#worker/media/room.ts';
import { freePort, recordLog, recordPeer, startTestMedia } from './support/host.ts';

/** The ids of the worker processes that start from now on. */
function watchWorkers(): number[] {
  const pids: number[] = [];
  const note = ({ pid }: { pid: number }): void => {
    pids.push(pid);
  };
  observer.on('newworker', note);
  onTestFinished(() => {
    observer.off('newworker', note);
  });
  return pids;
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The port of a peer's UDP candidate. */
function portOf(peer: OfferingPeer): number {
  const ports = peer.candidates().map(({ candidate }) => / 1 udp \d+ \S+ (\d+) typ host$/.exec(candidate)?.[1]);
  return Number(ports.find((port) => port !== undefined));
}

test('[MD9] a worker that dies is reported, its peers are closed, and another takes its place', async () => {
  const pids = watchWorkers();
  const deaths: Error[] = [];
  const media = await startTestMedia({ onWorkerDied: (error) => deaths.push(error) });
  onTestFinished(() => media.close());
  const room = await media.createRoom();
  expect(pids).toHaveLength(1);
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await expect.poll(() => deaths.length).toBe(1);
  await expect(room.openIngest('H264')).rejects.toMatchObject({ code: 'media_failed' });
  await expect(recordPeer(room)).rejects.toMatchObject({ code: 'media_failed' });
  room.close();
  await expect
    .poll(() =>
      media.createRoom().then(
        () => 'made',
        () => 'not yet',
      ),
    )
    .toBe('made');
  expect(pids).toHaveLength(2);
});

test('[MD10] rooms are spread over the workers, and each worker has a port of its own', async () => {
  const media = await startTestMedia({ workers: 2 });
  onTestFinished(() => media.close());
  const portOfRoom = async () => {
    const room = await media.createRoom();
    const { peer } = await recordPeer(room);
    return { room, port: portOf(peer) };
  };
  const [one, other] = [await portOfRoom(), await portOfRoom()];
  expect(Math.abs(one.port - other.port)).toBe(1);
  one.room.close();
  one.room.close();
  expect((await portOfRoom()).port).toBe(one.port);
});

test('[MD11] close ends every worker process, and may be called twice', async () => {
  const pids = watchWorkers();
  const media = await startTestMedia({ workers: 2 });
  await media.createRoom();
  expect(pids.map(runs)).toEqual([true, true]);
  await media.close();
  await media.close();
  expect(pids.map(runs)).toEqual([false, false]);
  await expect(media.createRoom()).rejects.toMatchObject({ code: 'media_failed' });
});

test('[MD12] a port that is taken is told, and no process is left', async () => {
  const pids = watchWorkers();
  const port = await freePort();
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  const starting = startMedia({
    workers: 1,
    listen: [{ ip: '127.0.0.1', port }],
    log: recordLog().log,
    onWorkerDied: () => undefined,
  });
  await expect(starting).rejects.toMatchObject({ code: 'media_failed', message: expect.stringContaining('in use') });
  expect(pids.map(runs)).toEqual([false]);
});

test('[MD13] signals to this process do not end the workers: a drain goes on streaming', async () => {
  const before = process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
  const media = await startTestMedia();
  onTestFinished(() => media.close());
  expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(before);
});
