import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { capture } from '#infra/setup/command.ts';
import { type Child, startChild } from '#infra/stack/child.ts';
import { startCoturn } from '#infra/stack/coturn.ts';
import { startNats } from '#infra/stack/nats.ts';
import { edgeUser } from '#infra/stack/nats-config.ts';
import { freePorts } from '#infra/stack/ports.ts';
import { type Finding, missing, ok } from './finding.ts';
import { touchFinding } from './touch.ts';

/** The servers that the stack starts: each is started, found ready, and ended. */
export async function serverFindings(): Promise<Finding[]> {
  const stateDir = await mkdtemp(resolve(tmpdir(), 'farpane-doctor-'));
  const ip = '127.0.0.1';
  try {
    return [
      await started('Xvfb', 'xvfb', () => startXvfb(stateDir)),
      await started('PulseAudio', 'pulseaudio', () => startPulse(stateDir)),
      await touchFinding(stateDir),
      await sandbox(),
      await started('nats-server', 'nats-server', async () => {
        const port = await freePorts(2, ip);
        return startNats({ stateDir, ip, port, websocketPort: port + 1, users: [edgeUser('doctor')] });
      }),
      await started('coturn', 'coturn', async () => {
        const port = await freePorts(3, ip);
        return startCoturn({ stateDir, ip, port, minPort: port + 1, maxPort: port + 2, secret: 'doctor', peers: [] });
      }),
    ];
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function started(name: string, debian: string, start: () => Promise<Child>): Promise<Finding> {
  const began = performance.now();
  try {
    const child = await start();
    await child.stop();
    return ok(name, `ready in ${Math.round(performance.now() - began)} ms`);
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
    return missing(name, detail, `apt-get install ${debian}`);
  }
}

const startXvfb = (stateDir: string): Promise<Child> =>
  startChild({
    name: 'Xvfb',
    command: 'Xvfb',
    args: ['-displayfd', '1', '-screen', '0', '64x64x24', '-nolisten', 'tcp'],
    cwd: stateDir,
    env: process.env,
    logFile: resolve(stateDir, 'xvfb.log'),
    // It writes the number of its display.
    ready: { line: (text) => /^\d+$/.test(text) },
    readyTimeoutMs: 10_000,
    stopTimeoutMs: 3000,
  });

const startPulse = (stateDir: string): Promise<Child> => {
  const socket = resolve(stateDir, 'native');
  return startChild({
    name: 'PulseAudio',
    command: 'pulseaudio',
    args: [
      ...['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no'],
      ...['-L', `module-native-protocol-unix socket=${socket} auth-anonymous=1`, '-L', 'module-null-sink'],
    ],
    cwd: stateDir,
    env: { PATH: process.env['PATH'], HOME: stateDir, XDG_RUNTIME_DIR: stateDir },
    logFile: resolve(stateDir, 'pulse.log'),
    ready: { probe: async () => (await capture('pactl', ['--server', `unix:${socket}`, 'info'])).code === 0 },
    readyTimeoutMs: 10_000,
    stopTimeoutMs: 3000,
  });
};

/** bubblewrap needs namespaces, which a container may deny. */
async function sandbox(): Promise<Finding> {
  const { code, errors } = await capture('bwrap', ['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', 'true']);
  if (code === 0) return ok('sandbox (bwrap)');
  const mend = code === 127 ? 'apt-get install bubblewrap' : 'let this container or user make namespaces';
  return missing('sandbox (bwrap)', errors.trim() || 'it could not be started', mend);
}
