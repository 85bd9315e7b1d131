import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import packageJson from '#package.json' with { type: 'json' };
import { AppError } from '#shared/errors.ts';
import { describeSystemFailure } from '#shared/system-failure.ts';
import { ConfigUnreadable, loadConfig } from '#worker/config/load.ts';
import { ConfigError } from '#worker/config/read.ts';
import { startDaemon } from './daemon.ts';
import { processLogger } from './log.ts';

const usage = `Runs a Farpane host: it takes sessions over NATS and streams their applications.

  node worker/src/main.ts --config FILE [--check]

  --config FILE  the host's configuration (YAML); worker/src/config/schema.ts says what each setting means
  --check        only says whether the file is right
  --help, -h     this text

Exit codes: 0 it was right, or was asked to end; 1 it could not start, 64 the command line is wrong, 78 the file is.

SIGTERM drains: no new sessions, those that run may go on for host.drainSeconds. A second signal, or SIGINT, ends them at once.
`;

/** As in BSD's sysexits. */
const exitCodes = { usage: 64, config: 78 } as const;

/** The command line is wrong. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        config: { type: 'string' },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\nTry --help.`, { cause });
  }
}

async function main(): Promise<number> {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.config === undefined) throw new UsageError('--config FILE is missing.\nTry --help.');
  const config = await loadConfig(values.config);
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

/** What is said of a failure, and the exit code. What nobody has foreseen is a mistake of the program: it keeps its stack. */
function explain(error: unknown): { text: string; code: number } {
  if (error instanceof UsageError) return { text: error.message, code: exitCodes.usage };
  if (error instanceof ConfigError || error instanceof ConfigUnreadable) return { text: error.message, code: exitCodes.config };
  if (error instanceof AppError) return { text: error.message, code: 1 };
  const failure = describeSystemFailure(error);
  if (failure !== undefined) return { text: `${failure}.`, code: 1 };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 1 };
}

try {
  process.exitCode = await main();
} catch (error) {
  const { text, code } = explain(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}
