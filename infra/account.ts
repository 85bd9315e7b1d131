import { z } from 'zod';
import { Name } from '#shared/ids.ts';
import { CliError, readArgs, runCli, UsageError } from './cli.ts';
import { config } from './config.ts';
import { createAccount, GatewayRefused } from './stack/account.ts';
import { readSecrets } from './stack/secrets.ts';

const help = `
Creates a service account and prints its token: the only time that it is shown.

  npm run account -- create NAME [--url URL] [--admin-secret SECRET] [--expiry-days DAYS]

  NAME                   1 to 63 letters, digits, dots, dashes or underscores
  --url URL              the gateway (default: http://127.0.0.1:8787)
  --admin-secret SECRET  default: FARPANE_ADMIN_SECRET of the environment, else that of the stack of npm start
  --expiry-days DAYS     how long the token is valid, 1 to 3650 (default: 365)
`;

const Days = z.coerce.number().int().min(1).max(3650);

await runCli(async () => {
  const { values, positionals } = readArgs(
    help,
    {
      url: { type: 'string', default: 'http://127.0.0.1:8787' },
      'admin-secret': { type: 'string' },
      'expiry-days': { type: 'string' },
    },
    true,
  );
  const [action, name, ...rest] = positionals;
  if (action !== 'create')
    throw new UsageError(action === undefined ? 'What to do is missing: create.' : `There is no '${action}': only create.`);
  if (name === undefined || rest.length > 0) throw new UsageError('One name is needed: create NAME.');
  if (!Name.safeParse(name).success)
    throw new UsageError(`The name '${name}' must be 1 to 63 letters, digits, dots, dashes or underscores.`);
  const expiry = Days.optional().safeParse(values['expiry-days']);
  if (!expiry.success) throw new UsageError('--expiry-days must be from 1 to 3650.');
  if (!URL.canParse(values.url)) throw new UsageError(`--url is no address: ${values.url}`);

  const adminSecret = values['admin-secret'] ?? config.adminSecret ?? (await readSecrets(config.stateDir))?.admin;
  if (adminSecret === undefined) {
    throw new CliError(
      'The admin secret is missing: give --admin-secret or FARPANE_ADMIN_SECRET, or start the stack with npm start.',
    );
  }
  try {
    const account = await createAccount({
      url: values.url,
      adminSecret,
      name,
      ...(expiry.data === undefined ? {} : { expiryDays: expiry.data }),
    });
    const until = new Date(account.expiry_at * 1000).toISOString().slice(0, 10);
    process.stderr.write(`Account ${account.name}, valid until ${until}. Keep the token: it is not shown again.\n`);
    process.stdout.write(`${account.token}\n`);
    return 0;
  } catch (error) {
    if (error instanceof GatewayRefused && error.status === 401) {
      throw new CliError('The gateway refused the admin secret.', { cause: error });
    }
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error });
  }
});
