import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { freeUdpPort } from '#worker/capture/udp-port.ts';
import { playMicrophone } from '#worker/capture/uplink.ts';
import { watchRecorders } from '#worker/instance/recorders.ts';
import { type Sound, startSound } from '#worker/instance/sound.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

const silentLog = jsonLogger(() => undefined, 'error');
const within = { timeout: 15_000, interval: 50 };
let folder: string;
let sound: Sound;
const started: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'farpane-sound-'));
  sound = await startSound({ home: folder, socket: join(folder, 'native'), log: silentLog, onExit: () => undefined });
});
afterAll(async () => {
  await Promise.all(started.map(end));
  await sound?.child.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(command: string, ...words: string[]): ChildProcess {
  const child = spawn(...endsWithUs(command, words), {
    env: { PATH: process.env['PATH'], PULSE_SERVER: sound.address.server },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Records from what programs take for the microphone. @returns the level of the last 100 ms. */
function record(): { level: () => number; child: ChildProcess } {
  const child = start('parec', '--format=s16le', '--rate=48000', '--channels=1', '--latency-msec=20');
  let last = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    last = Buffer.concat([last, chunk]).subarray(-9600);
  });
  const level = (): number => {
    const samples = new Int16Array(Uint8Array.from(last.subarray(0, last.length & ~1)).buffer);
    return Math.sqrt(samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / Math.max(1, samples.length));
  };
  return { level, child };
}

test('[SN6] whether a program records from the microphone is told when it changes, and the instance’s own sound does not count', async () => {
  const told: boolean[] = [];
  const { server, source, microphone } = sound.address;
  const recorders = await watchRecorders({ server, source: microphone.source, log: silentLog, onChange: (it) => told.push(it) });
  try {
    const own = start('parec', `--device=${source}`);
    const { child } = record();
    await vi.waitFor(() => expect(told).toEqual([true]), within);
    await end(child);
    await vi.waitFor(() => expect(told).toEqual([true, false]), within);
    await end(own);
  } finally {
    await recorders.close();
  }
  expect(told).toEqual([true, false]);
});

test('[SN7] what a client’s microphone sends is what programs record, at its level; when it ends they record silence', async () => {
  const port = await freeUdpPort();
  const { level } = record();
  const { server, microphone } = sound.address;
  const ends: string[] = [];
  const rtp = { port, payloadType: 104 };
  const played = await playMicrophone({ server, sink: microphone.sink }, rtp, {
    log: silentLog,
    onEnd: (reason) => ends.push(reason),
  });
  // A sine of amplitude 0.5 has a level of 0.5 / √2 = 0.354.
  const chain = `audiotestsrc is-live=true volume=0.5 ! opusenc ! rtpopuspay pt=104 ! udpsink host=127.0.0.1 port=${port}`;
  const sender = start('gst-launch-1.0', '-q', ...chain.split(' '));
  await vi.waitFor(() => expect(Math.abs(level() - 0.354)).toBeLessThan(0.03), within);
  await end(sender);
  await played.stop();
  await vi.waitFor(() => expect(level()).toBeLessThan(0.001), within);
  expect(ends).toEqual([]);
});

test('[SN8] a sound server that goes while a microphone is played is told', async () => {
  const own = await mkdtemp(join(tmpdir(), 'farpane-sound-'));
  const other = await startSound({ home: own, socket: join(own, 'native'), log: silentLog, onExit: () => undefined });
  const ends: string[] = [];
  const { server, microphone } = other.address;
  const rtp = { port: await freeUdpPort(), payloadType: 104 };
  const played = await playMicrophone({ server, sink: microphone.sink }, rtp, {
    log: silentLog,
    onEnd: (reason) => ends.push(reason),
  });
  await other.child.stop();
  await vi.waitFor(() => expect(ends).toEqual([expect.stringMatching(/^exited with code/)]), within);
  await played.stop();
  await rm(own, { recursive: true, force: true });
});
