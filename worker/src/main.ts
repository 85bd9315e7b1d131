import { mkdir, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import packageJson from '#package.json' with { type: 'json' };
import { AppError } from '#shared/errors.ts';
import { ConfigError, readConfig } from '#worker/config/read.ts';
import { startDaemon } from './daemon.ts';
import { processLogger } from './log.ts';

const usage = `Runs a Farpane host: it takes sessions over NATS and streams their applications.

  node worker/src/main.ts --config FILE [--check]

  --config FILE  the host's configuration (YAML); worker/src/config/schema.ts says what each setting means
  --check        only says whether the file is right
  --help         this text

SIGTERM drains: no new sessions, those that run may go on for host.drainSeconds. A second signal, or SIGINT, ends them at once.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.config === undefined) throw new TypeError('--config FILE is missing; see --help.');
  const config = readConfig(await readFile(values.config, 'utf8'), values.config);
  if (values.check) {
    process.stdout.write(`${values.config} is right: ${config.applications.length} applications, ${config.host.slots} slots.\n`);
    return 0;
  }
  await mkdir(config.host.stateDirectory, { recursive: true });
  const log = processLogger(config.logLevel);
  const stopping = Promise.withResolvers<void>();
  // Aborted by the first signal: a start that is not done yet is given up.
  const start = new AbortController();
  // Aborted by the second, or by SIGINT: sessions are not waited for.
  const now = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT' || start.signal.aborted) now.abort();
    start.abort();
    stopping.resolve();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    const daemon = await startDaemon(config, packageJson.version, log, start.signal);
    await stopping.promise;
    await daemon.stop(now.signal);
  } catch (error) {
    if (!start.signal.aborted) throw error;
    log.info('host.stopped', { during: 'start' });
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof AppError || (error instanceof Error && 'code' in error);
  process.stderr.write(`${known || error instanceof TypeError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
