import { createServer } from 'node:net';
import { jsonLogger, type LogFields, type Logger } from '#shared/log.ts';
import { type Media, startMedia } from '#worker/media/media.ts';
import type { AnsweringPeer } from '#worker/media/peers/peer.ts';
import type { AnsweredStream, ClientOptions, MediaRoom, OfferingPeer, PeerOptions, Source } from '#worker/media/room.ts';
import { chooseStreams } from '#worker/media/sdp/choose.ts';
import { readOffer } from '#worker/media/sdp/client-offer.ts';

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

export interface TestPeer<P> {
  peer: P;
  states: string[];
  control: string[];
}

/** A peer that records what it reports. */
export async function recordPeer(room: MediaRoom, options: Partial<PeerOptions> = {}): Promise<TestPeer<OfferingPeer>> {
  const { client, ...records } = recorder();
  const takes = { microphone: false, camera: false };
  return { peer: await room.createPeer({ ...client, video: null, audio: null, takes, ...options }), ...records };
}

/** A peer for a client that offered: it gets of the ingests what it wants, and what the first that has it decides. */
export async function recordAnswer(
  room: MediaRoom,
  sdp: string,
  options: { video?: Source[]; audio?: Source; dataChannels?: string[] } = {},
): Promise<TestPeer<AnsweringPeer>> {
  const { client, ...records } = recorder();
  const { video = [], audio, dataChannels = [] } = options;
  const offer = readOffer(sdp);
  const codecs = video.map(({ codec }) => codec).filter((codec) => codec !== 'OPUS');
  const choice = chooseStreams(offer, { video: [codecs], audio: audio !== undefined });
  const streams: AnsweredStream[] = [];
  if (choice.audio !== null && audio !== undefined) streams.push({ stream: choice.audio, source: audio });
  const ingest = video.find(({ codec }) => codec === choice.video?.codec);
  if (choice.video !== null && ingest !== undefined) streams.push({ stream: choice.video, source: ingest });
  return { peer: await room.answerPeer({ ...client, dataChannels, offer, streams }), ...records };
}

function recorder(): { client: ClientOptions } & Omit<TestPeer<unknown>, 'peer'> {
  const states: string[] = [];
  const control: string[] = [];
  const client: ClientOptions = {
    id: 'peer00000000',
    dataChannels: [],
    maxKbps: 5000,
    onControl: (message) => control.push(message),
    onControlOpen: () => undefined,
    onChannelOpen: () => undefined,
    onMessage: () => undefined,
    onState: (state) => states.push(state),
    onSending: () => undefined,
  };
  return { client, states, control };
}
