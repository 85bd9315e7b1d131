import { type AccountCommand, readCommand } from './account/command.ts';
import { perform } from './account/perform.ts';
import { CliError, runCli } from './cli.ts';
import { config } from './config.ts';
import { GatewayRefused, GatewayUnreachable } from './stack/account.ts';
import { readSecrets } from './stack/secrets.ts';

/** As in BSD's sysexits. */
const exitCodes = { unavailable: 69, noPermission: 77 } as const;

await runCli(async () => {
  const command = readCommand();
  const adminSecret = await secretFor(command);
  try {
    const { data, output, note } = await perform({ url: command.url, adminSecret }, command.action);
    process.stderr.write(command.asJson ? '' : note);
    process.stdout.write(command.asJson ? `${JSON.stringify(data, null, 2)}\n` : output);
    return 0;
  } catch (error) {
    throw explained(error);
  }
});

async function secretFor(command: AccountCommand): Promise<string> {
  const secret = command.adminSecret ?? config.adminSecret ?? (await readSecrets(config.stateDir))?.admin;
  if (secret !== undefined) return sendable(secret);
  const message = 'The admin secret is missing: give --admin-secret or FARPANE_ADMIN_SECRET, or start the stack with npm start.';
  throw new CliError(message, { exitCode: exitCodes.noPermission });
}

/** It goes into a header: what can't would come back in the words of a failure. */
function sendable(secret: string): string {
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  const message = 'The admin secret must be of letters, digits and signs of ASCII, without spaces and line breaks.';
  throw new CliError(message, { exitCode: exitCodes.noPermission });
}

function explained(cause: unknown): CliError {
  if (cause instanceof GatewayRefused && cause.status === 401) {
    return new CliError('The gateway refused the admin secret.', { exitCode: exitCodes.noPermission, cause });
  }
  if (cause instanceof GatewayUnreachable) return new CliError(cause.message, { exitCode: exitCodes.unavailable, cause });
  const message = cause instanceof Error ? cause.message : String(cause);
  const later = cause instanceof GatewayRefused && cause.retryAfterS !== undefined ? ` Try again in ${cause.retryAfterS} s.` : '';
  return new CliError(`${message}${later}`, { cause });
}
