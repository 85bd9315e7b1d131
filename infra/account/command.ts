import { z } from 'zod';
import { readArgs, UsageError } from '#infra/cli.ts';
import { ExpiryDays, type Quota, QuotaCount } from '#shared/account.ts';
import { Name } from '#shared/ids.ts';
import { whole } from '#shared/whole.ts';

const help = `
Administers the service accounts of a gateway.

  npm run account -- create NAME [--expiry-days DAYS]   makes one and prints its token: the only time that it is shown
  npm run account -- list                               shows all of them
  npm run account -- rotate NAME [--expiry-days DAYS]   prints a new token; the old one is dead at once
  npm run account -- disable NAME                       refuses its token until it is enabled; its sessions go on
  npm run account -- enable NAME
  npm run account -- quota NAME [--sessions N] [--creations-per-minute N]
                                                        what it may do; "default" takes the gateway's own again
  npm run account -- delete NAME                        refuses its token for good and ends its sessions

  NAME                      1 to 63 letters, digits, dots, dashes or underscores
  --url URL                 the gateway (default: http://127.0.0.1:8787)
  --admin-secret SECRET     default: FARPANE_ADMIN_SECRET of the environment, else that of the stack of npm start
  --expiry-days DAYS        how long the token is valid, 1 to 3650 (default: 365)
  --sessions N              sessions at once
  --creations-per-minute N  creations in any minute
  --json                    prints what the gateway answered, as JSON

Exit codes: 0 done, 1 the gateway refused, 64 the command line is wrong, 69 the gateway can't be reached, 77 the admin secret is
missing or wrong.
`;

/** A quota as it is to be: null takes the gateway's own again. */
export type QuotaChange = { [K in keyof Quota]?: number | null };

export type AccountAction =
  | { action: 'list' }
  | { action: 'create' | 'rotate'; name: string; expiryDays: number | undefined }
  | { action: 'disable' | 'enable' | 'delete'; name: string }
  | { action: 'quota'; name: string; quota: QuotaChange };

export interface AccountCommand {
  readonly url: string;
  readonly adminSecret: string | undefined;
  readonly asJson: boolean;
  readonly action: AccountAction;
}

const Action = z.enum(['create', 'list', 'rotate', 'disable', 'enable', 'quota', 'delete']);

const options = {
  url: { type: 'string', default: 'http://127.0.0.1:8787' },
  'admin-secret': { type: 'string' },
  'expiry-days': { type: 'string' },
  sessions: { type: 'string' },
  'creations-per-minute': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Reads the command line. @throws UsageError that says what is wrong with it. */
export function readCommand(): AccountCommand {
  const { values, positionals } = readArgs(help, options, { allowPositionals: true });
  return {
    url: readUrl(values.url),
    adminSecret: values['admin-secret'],
    asJson: values.json,
    action: readAction(positionals, values),
  };
}

/** What may be a password, or was meant for something else, is not shown. */
function readUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) throw new UsageError('--url is no address: it is like http://127.0.0.1:8787.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new UsageError('--url must begin with http:// or https://.');
  if (url.username !== '' || url.password !== '') throw new UsageError('--url must be without a user and a password.');
  if (url.search !== '' || url.hash !== '') throw new UsageError('--url must be without "?" and "#".');
  return text;
}

type Values = { readonly [K in 'expiry-days' | 'sessions' | 'creations-per-minute']?: string | undefined };

function readAction([word, ...names]: readonly string[], values: Values): AccountAction {
  const all = Action.options.join(', ');
  if (word === undefined) throw new UsageError(`What to do is missing: ${all}.`);
  const action = Action.safeParse(word).data;
  if (action === undefined) throw new UsageError(`There is no '${word}': ${all}.`);
  expectOptions(action, values);
  if (action === 'list') {
    if (names.length > 0) throw new UsageError('list takes no name.');
    return { action };
  }
  const name = readName(action, names);
  switch (action) {
    case 'create':
    case 'rotate':
      return { action, name, expiryDays: readDays(values['expiry-days']) };
    case 'disable':
    case 'enable':
    case 'delete':
      return { action, name };
    case 'quota':
      return { action, name, quota: readQuota(values) };
    default:
      return action satisfies never;
  }
}

/** An option that the action does not know is a mistake, not something to pass over. */
function expectOptions(action: z.output<typeof Action>, values: Values): void {
  const known: readonly string[] =
    action === 'create' || action === 'rotate' ? ['expiry-days'] : action === 'quota' ? ['sessions', 'creations-per-minute'] : [];
  for (const option of ['expiry-days', 'sessions', 'creations-per-minute'] as const) {
    if (values[option] !== undefined && !known.includes(option)) throw new UsageError(`${action} has no --${option}.`);
  }
}

function readName(action: string, names: readonly string[]): string {
  const [name, ...rest] = names;
  if (name === undefined || rest.length > 0) throw new UsageError(`One name is needed: ${action} NAME.`);
  if (Name.safeParse(name).success) return name;
  throw new UsageError(`The name '${name}' must be 1 to 63 letters, digits, dots, dashes or underscores.`);
}

function readDays(text: string | undefined): number | undefined {
  const days = whole(ExpiryDays).optional().safeParse(text);
  if (!days.success) throw new UsageError('--expiry-days must be from 1 to 3650.');
  return days.data;
}

function readQuota(values: Values): QuotaChange {
  const sessions = readCount('sessions', values.sessions);
  const creations = readCount('creations-per-minute', values['creations-per-minute']);
  if (sessions === undefined && creations === undefined) {
    throw new UsageError('What to change is missing: --sessions N, --creations-per-minute N.');
  }
  return {
    ...(sessions === undefined ? {} : { sessions }),
    ...(creations === undefined ? {} : { creations_per_minute: creations }),
  };
}

function readCount(option: string, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'default') return null;
  const count = whole(QuotaCount).safeParse(text).data;
  if (count === undefined) throw new UsageError(`--${option} must be a whole number up to 1000000, or "default".`);
  return count;
}
