import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

export interface TestSound extends AsyncDisposable {
  /** As in PULSE_SERVER. Its sink is `s1`. */
  server: string;
}

/** Starts a PulseAudio of its own with one sink that plays to nobody. */
export async function startPulse(): Promise<TestSound> {
  const folder = await mkdtemp(join(tmpdir(), 'farpane-pulse-'));
  const socket = join(folder, 'native');
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    'module-null-sink sink_name=s1 rate=48000 channels=2',
  ];
  const options = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--disallow-exit', '--use-pid-file=no'];
  const server = spawn(...endsWithUs('pulseaudio', [...options, ...modules.flatMap((module) => ['-L', module])]), {
    env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder },
    stdio: 'ignore',
  });
  const exited = once(server, 'exit');
  while (!(await answers(socket))) {
    if (server.exitCode !== null) throw new Error(`pulseaudio ended with code ${server.exitCode} before it was ready.`);
    await delay(20);
  }
  return {
    server: `unix:${socket}`,
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
