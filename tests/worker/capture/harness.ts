import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { built } from '#infra/config.ts';
import type { AppError } from '#shared/errors.ts';
import { jsonLogger } from '#shared/log.ts';
import { softwareEncoder } from '#tests/support/encoders.ts';
import { startXvfb, type TestDisplay } from '#tests/support/xvfb.ts';
import { type Capture, startCapture, type VideoSource } from '#worker/capture/capture.ts';
import { openRtpReceiver, type RtpReceiver } from './rtp-receiver.ts';

export interface Harness extends AsyncDisposable {
  capture: Capture;
  failures: AppError[];
  /** Resolves with the first failure that was told. */
  failed: Promise<AppError>;
  /** What it logged as a warning, one object a line. */
  warnings: string[];
}

/** A capture that keeps what it tells. */
export async function openCapture(gstreamerPluginPath = built.gstreamerPlugins): Promise<Harness> {
  const failures: AppError[] = [];
  const warnings: string[] = [];
  const { promise: failed, resolve } = Promise.withResolvers<AppError>();
  const capture = await startCapture({
    log: jsonLogger((line) => warnings.push(line), 'warn'),
    gstreamerPluginPath,
    onFailure: (error) => {
      failures.push(error);
      resolve(error);
    },
  });
  return { capture, failures, failed, warnings, [Symbol.asyncDispose]: () => capture.close() };
}

export interface Scene extends Harness {
  display: TestDisplay;
  receiver: RtpReceiver;
  source: VideoSource;
}

/** A display with the time code on it, somebody who listens, and a capture. */
export async function openScene(codec: VideoSource['codec'] = 'H264'): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const display = stack.use(await startXvfb({ width: 640, height: 360 }));
  display.run(built.timecode, '--fps', '30');
  const receiver = stack.use(await openRtpReceiver());
  const harness = stack.use(await openCapture());
  const owned = stack.move();
  const rtp = { port: receiver.port, ssrc: 0x11_22_33_44, payloadType: 102, playoutDelayExtensionId: 5 };
  const settings = { width: 640, height: 360, fps: 30, bitrateKbps: 2000 };
  const encoder = await softwareEncoder(codec, settings);
  const source = { display: display.name, authority: '', ...settings, codec, encoder, rtp };
  return { ...harness, display, receiver, source, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A folder of plugins of this test's own, with those of the project's that are named. */
export async function pluginFolder(
  plugins: readonly ('playoutDelay' | 'screenSource')[],
): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'farpane-plugins-'));
  for (const plugin of plugins) await symlink(built[plugin], join(path, basename(built[plugin])));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Whether a process is there and not a zombie that only waits to be counted. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
