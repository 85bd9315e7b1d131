import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createTail } from '#worker/process/tail.ts';
import { gstreamerEnvironment, registryFile } from './config.ts';
import { encoders } from './encoders/candidates.ts';
import type { Encoder } from './encoders/encoder.ts';
import type { VideoCodec } from './sources.ts';

export interface ProbeOptions {
  /** The folder of the project's own GStreamer plugins; its list of plugins is read anew, as the hardware may have changed. */
  gstreamerPluginPath: string;
}

/** What came of running an encoder. `message` says what went wrong, and is empty where nothing did. */
export interface EncoderProbe {
  name: string;
  codec: VideoCodec;
  works: boolean;
  message: string;
  ms: number;
}

/** An encoder that is there takes 40 to 180 ms; one that hangs must not keep a host from starting. */
const timeoutMs = 5000;
/** Reading all plugins takes seconds where their list is missing. */
const scanTimeoutMs = 30_000;

/** The smallest size that every hardware encoder takes. */
const settings = { width: 320, height: 240, fps: 30, bitrateKbps: 1000 } as const;

/**
 * Runs every encoder for five frames and looks whether anything comes out: that an element exists says nothing of the
 * driver below it, and an exit code of 0 not either. In the order of preference.
 */
export async function probeEncoders({ gstreamerPluginPath }: ProbeOptions): Promise<EncoderProbe[]> {
  const environment = gstreamerEnvironment(gstreamerPluginPath);
  await rm(registryFile(gstreamerPluginPath), { force: true });
  // The first one writes the list of plugins that all others read.
  await launch('videotestsrc num-buffers=1 ! fakesink', environment, scanTimeoutMs);
  const probes: EncoderProbe[] = [];
  // One after the other: side by side each would look slower than it is.
  for (const encoder of encoders) probes.push(await probe(encoder, environment));
  return probes;
}

async function probe(encoder: Encoder, environment: NodeJS.ProcessEnv): Promise<EncoderProbe> {
  const started = performance.now();
  const { width, height, fps } = settings;
  const source = `videotestsrc num-buffers=5 ! video/x-raw,format=${encoder.format},width=${width},height=${height},framerate=${fps}/1`;
  const { bytes, message } = await launch(`${source} ! ${encoder.describe(settings)} ! fdsink fd=1`, environment, timeoutMs);
  const works = bytes > 0;
  return {
    name: encoder.name,
    codec: encoder.codec,
    works,
    message: works ? '' : message,
    ms: Math.round(performance.now() - started),
  };
}

/** Runs a pipeline to its end in a process of its own. Never rejects: what went wrong is in `message`. */
function launch(text: string, env: NodeJS.ProcessEnv, limitMs: number): Promise<{ bytes: number; message: string }> {
  const { promise, resolve } = Promise.withResolvers<{ bytes: number; message: string }>();
  const child = spawn('gst-launch-1.0', ['-q', ...text.split(' ')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr = createTail();
  let bytes = 0;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, limitMs);
  const end = (message: string): void => {
    clearTimeout(timer);
    resolve({ bytes, message });
  };
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString('utf8')));
  child.once('error', (error) => end(`gst-launch-1.0 can't be run: ${error.message}`));
  child.once('close', (code, signal) => {
    if (timedOut) end(`It gave nothing within ${limitMs} ms.`);
    else end(firstComplaint(stderr.lines()) ?? `It gave nothing (${signal ?? `exit code ${code}`}).`);
  });
  return promise;
}

/** The first line that says what is wrong: those after it only follow from it. */
const firstComplaint = (lines: readonly string[]): string | undefined =>
  lines
    .find((line) => /^(WARNING|ERROR): /.test(line))
    ?.replace(/^(WARNING|ERROR): (from element \S+: |erroneous pipeline: )?/, '')
    .trim();
