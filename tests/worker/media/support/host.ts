import { createServer } from 'node:net';
import { jsonLogger, type LogFields, type Logger } from '#shared/log.ts';
import { type Media, startMedia } from '#worker/media/media.ts';
import type { MediaRoom, Peer, PeerOptions } from '#worker/media/room.ts';

/** A port that is free for TCP now, and most likely for UDP too. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface Lines {
  log: Logger;
  lines: string[];
}

export function recordLog(): Lines {
  const lines: string[] = [];
  return { lines, log: jsonLogger((line) => lines.push(line), 'info', {} satisfies LogFields) };
}

export async function startTestMedia(
  options: { workers?: number; onWorkerDied?: (error: Error) => void } = {},
): Promise<Media & Lines> {
  const record = recordLog();
  const media = await startMedia({
    workers: options.workers ?? 1,
    listen: [{ ip: '127.0.0.1', port: await freePort() }],
    log: record.log,
    onWorkerDied: options.onWorkerDied ?? (() => undefined),
  });
  return { ...media, ...record };
}

export interface TestPeer {
  peer: Peer;
  states: string[];
  control: string[];
}

/** A peer that records what it reports. */
export async function recordPeer(room: MediaRoom, options: Partial<PeerOptions> = {}): Promise<TestPeer> {
  const states: string[] = [];
  const control: string[] = [];
  const peer = await room.createPeer({
    id: 'peer00000000',
    video: null,
    audio: null,
    dataChannels: [],
    onControl: (message) => control.push(message),
    onState: (state) => states.push(state),
    ...options,
  });
  return { peer, states, control };
}
