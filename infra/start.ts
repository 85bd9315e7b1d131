import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { CliError, readArgs, readWhole, runCli, UsageError } from './cli.ts';
import { config } from './config.ts';
import { runSetup } from './setup/setup.ts';
import { isLoopback } from './stack/coturn-config.ts';
import { startStack } from './stack/stack.ts';
import type { SupervisorEvent } from './stack/supervisor.ts';
import { demoToken } from './start/demo-account.ts';
import { outwardAddress } from './start/outward-address.ts';
import { ownState } from './start/own-state.ts';
import { startPorts } from './start/ports.ts';
import { summary } from './start/summary.ts';
import { fullnessOf, watchRoom } from './state-folder.ts';

const help = `
Starts everything on this machine: NATS, coturn, the edge and one host with the applications of the demonstration
(infra/demo/host.yaml). Ctrl-C ends it.

  npm start -- [--port PORT] [--host ADDRESS]

  --port PORT      where the edge listens (default: 8787, or a free port where that is taken)
  --host ADDRESS   this machine's address at which browsers reach it (default: 127.0.0.1: from this machine only)
`;

await runCli(async () => {
  const { values } = readArgs(help, { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } });
  const port = values.port === undefined ? undefined : readWhole(values.port, '--port', { least: 1, most: 65_535 });
  const ip = ownAddress(values.host);
  const say = (text: string): void => void process.stdout.write(`  ${text}\n`);
  process.stdout.on('error', () => undefined);

  await using _owned = await ownState(config.stateDir);
  await runSetup({ tests: false });
  // Firefox takes media from no address of the loopback.
  const mediaIp = isLoopback(ip) ? await outwardAddress() : undefined;
  const stop = stopSignal(() => say('stopping …'));
  const logs = resolve(config.stateDir, 'logs');
  const stack = await startStack({
    stateDir: config.stateDir,
    ip,
    mediaIp,
    ports: await startPorts({ ip, mediaIp }, port, say),
    onEvent: (event) => say(describe(event)),
    signal: stop,
  }).catch(async (error: unknown) => {
    if (stop.aborted) return null;
    const what = error instanceof Error ? error.message : String(error);
    throw new CliError(`${what}${await fullnessOf(config.stateDir)}`, { cause: error });
  });
  if (stack === null) return 0;
  try {
    const token = await demoToken({ stateDir: config.stateDir, url: stack.url, adminSecret: stack.adminSecret });
    process.stdout.write(summary({ url: stack.url, token, logs }));
    using _watch = watchRoom(config.stateDir, say);
    const failure = await Promise.race([stack.failed, aborted(stop)]);
    if (failure !== undefined) throw new CliError(`${failure.message}\nlogs: ${logs}${await fullnessOf(config.stateDir)}`);
    return 0;
  } finally {
    await stack.close();
  }
});

/** Aborts at the first signal. npm passes on what the terminal sends too, so that each Ctrl-C comes twice. */
function stopSignal(onStop: () => void): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) return;
      onStop();
      stop.abort();
    });
  }
  return stop.signal;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener('abort', () => done(undefined), { once: true });
  });
}

function ownAddress(address: string): string {
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((entry) => entry.address);
  if (own.includes(address)) return address;
  throw new UsageError(`--host must be an address of this machine, which has ${own.join(', ')}.`);
}

function describe(event: SupervisorEvent): string {
  const part = event.part.padEnd(22);
  switch (event.type) {
    case 'starting':
      return `${part} starting`;
    case 'ready':
      return `${part} ready in ${(event.tookMs / 1000).toFixed(1)} s`;
    case 'stopping':
      return `${part} stopping`;
    case 'stopped':
      return `${part} stopped`;
    case 'died':
      return `${part} ended by itself: ${event.how}`;
  }
  event satisfies never;
}
