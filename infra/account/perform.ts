import { z } from 'zod';
import { type AdminAccess, askGateway } from '#infra/stack/account.ts';
import { type AccountPatch, AccountView } from '#shared/account.ts';
import { AccountPostData } from '#shared/gateway.ts';
import type { AccountAction } from './command.ts';
import { table } from './table.ts';

/** What is printed: `output` is the answer, `note` what a person should know besides; `data` is the answer as JSON. */
export interface Performed {
  readonly data: unknown;
  readonly output: string;
  readonly note: string;
}

/** Does it at the gateway. @throws what `askGateway` does. */
export async function perform(access: AdminAccess, command: AccountAction): Promise<Performed> {
  switch (command.action) {
    case 'list':
      return listed(await listAccounts(access));
    case 'create': {
      const body = { name: command.name, ...days(command.expiryDays) };
      return withToken((await askGateway(access, { method: 'POST', path: '', body }, AccountPostData)).data);
    }
    case 'rotate': {
      const request = { method: 'POST', path: `/${command.name}/rotate`, body: days(command.expiryDays) } as const;
      return withToken((await askGateway(access, request, AccountPostData)).data);
    }
    case 'disable':
    case 'enable': {
      const account = await change(access, command.name, { disabled: command.action === 'disable' });
      return { data: account, output: `Account ${account.name} is ${account.status}.\n`, note: '' };
    }
    case 'quota': {
      const account = await change(access, command.name, { quota: command.quota });
      return { data: account, output: table([rowOf(account)]), note: '' };
    }
    case 'delete': {
      const { data } = await askGateway(access, { method: 'DELETE', path: `/${command.name}` }, AccountView);
      const ending = data.sessions === 0 ? '' : ` Its sessions (${data.sessions}) are being ended.`;
      return { data, output: `Account ${data.name} is deleted.${ending}\n`, note: '' };
    }
    default:
      return command satisfies never;
  }
}

const days = (expiryDays: number | undefined) => (expiryDays === undefined ? {} : { expiry_days: expiryDays });

async function change(access: AdminAccess, name: string, body: AccountPatch): Promise<AccountView> {
  return (await askGateway(access, { method: 'PATCH', path: `/${name}`, body }, AccountView)).data;
}

/** All pages. */
async function listAccounts(access: AdminAccess): Promise<AccountView[]> {
  const limit = 100;
  const accounts: AccountView[] = [];
  for (let offset = 0, total = 1; offset < total; offset += limit) {
    const request = { method: 'GET', path: `?limit=${limit}&offset=${offset}` } as const;
    const { data, totalSize } = await askGateway(access, request, z.array(AccountView));
    accounts.push(...data);
    total = totalSize;
  }
  return accounts;
}

function withToken(account: AccountPostData): Performed {
  const note = `Account ${account.name}, valid until ${day(account.expiry_at)}. Keep the token: it is not shown again.\n`;
  return { data: account, output: `${account.token}\n`, note };
}

function listed(accounts: readonly AccountView[]): Performed {
  const note = accounts.length === 0 ? 'There are no accounts.\n' : '';
  return { data: accounts, output: table(accounts.map(rowOf)), note };
}

const rowOf = (account: AccountView) => ({
  NAME: account.name,
  STATUS: account.status,
  SESSIONS: `${account.sessions} of ${account.quota.sessions}`,
  CREATIONS: `${account.quota.creations_per_minute} a minute`,
  CREATED: day(account.created_at),
  EXPIRES: day(account.expiry_at),
});

/** @param seconds since 1970. @returns the day in UTC. */
const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
