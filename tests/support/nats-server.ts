import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

const Ports = z.object({ nats: z.array(z.string()).min(1), websocket: z.array(z.string()).min(1) });

/** A real nats-server with JetStream and WebSocket on free ports of the loopback interface. */
export interface NatsServer {
  /** `nats://127.0.0.1:port`. */
  readonly natsUrl: string;
  /** `ws://127.0.0.1:port`. */
  readonly wsUrl: string;
  /** The process; it changes when the server is started again. */
  readonly pid: number;
  /** Ends the process; what JetStream has stored stays. `SIGKILL` = as in a crash. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again, on the same ports and with what was stored. `config`: other lines in the place of the further ones. */
  start(config?: string): Promise<void>;
  /** Ends it and deletes what it stored. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const startTimeoutMs = 15_000;

/**
 * Starts a nats-server that answers by the time this resolves.
 *
 * @param options.config further lines of its configuration (accounts, users).
 * @throws with the server's own output where it does not start.
 */
export async function startNats(options: { config?: string } = {}): Promise<NatsServer> {
  const dir = await mkdtemp(join(tmpdir(), 'farpane-nats-'));
  let ports = { nats: -1, websocket: -1 };
  let further = options.config ?? '';
  let child = await launch();

  async function launch(): Promise<ChildProcess> {
    const config = join(dir, 'nats.conf');
    await writeFile(
      config,
      `listen: "127.0.0.1:${ports.nats}"
jetstream { store_dir: "${join(dir, 'store')}" }
websocket { listen: "127.0.0.1:${ports.websocket}", no_tls: true }
ports_file_dir: "${dir}"
${further}
`,
    );
    const started = spawn(...endsWithUs('nats-server', ['-c', config]), { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`nats-server was not ready in time:\n${output}`)), startTimeoutMs);
        started.once('error', reject);
        started.once('exit', (code) => reject(new Error(`nats-server ended with ${code}:\n${output}`)));
        started.stderr.setEncoding('utf8').on('data', (text: string) => {
          output = (output + text).slice(-20_000);
          if (!output.includes('Server is ready')) return;
          clearTimeout(timer);
          resolve();
        });
      });
      const file = await portsFile(dir, started.pid);
      ports = { nats: portOf(file.nats), websocket: portOf(file.websocket) };
      return started;
    } catch (error) {
      await end(started, 'SIGKILL');
      throw error;
    }
  }

  const close = async (): Promise<void> => {
    await end(child, 'SIGKILL');
    await rm(dir, { recursive: true, force: true });
  };
  return {
    natsUrl: `nats://127.0.0.1:${ports.nats}`,
    wsUrl: `ws://127.0.0.1:${ports.websocket}`,
    get pid() {
      return child.pid ?? -1;
    },
    stop: (signal = 'SIGTERM') => end(child, signal),
    start: async (config = further) => {
      further = config;
      await end(child, 'SIGKILL');
      child = await launch();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The server names its ports in a file; it writes it just after it says that it is ready. */
async function portsFile(dir: string, pid: number | undefined): Promise<z.output<typeof Ports>> {
  const deadlineMs = Date.now() + startTimeoutMs;
  for (;;) {
    const name = (await readdir(dir)).find((entry) => entry.endsWith(`${pid}.ports`));
    const text = name === undefined ? '' : await readFile(join(dir, name), 'utf8');
    if (text.trimEnd().endsWith('}')) return decodeJson(Ports, text, 'ports file');
    if (Date.now() > deadlineMs) throw new Error('nats-server wrote no ports file');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const portOf = (urls: readonly string[]): number => Number(new URL(urls[0] ?? '').port);

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
