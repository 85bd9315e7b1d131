import { z } from 'zod';
import { component } from '#edge/http/openapi/component.ts';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';
import { AccountPatch, AccountQuery, AccountView, RotatePost } from '#shared/account.ts';
import { AccountPost, AccountPostData } from '#shared/gateway.ts';
import { Name } from '#shared/ids.ts';

const ofAccount = { path: z.object({ name: Name.describe('The name of the account.') }) };

const account = component('Account', AccountView);
const accountToken = component('AccountPostData', AccountPostData);

const create: Endpoint = {
  method: 'post',
  path: '/1.0/accounts',
  id: 'createAccount',
  summary: 'Create an account',
  access: 'admin',
  body: { schema: AccountPost, required: true },
  answers: [{ kind: 'envelope', status: 201, description: 'The account: its token is shown this once.', metadata: accountToken }],
  errors: [400, 409],
};

const list: Endpoint = {
  method: 'get',
  path: '/1.0/accounts',
  id: 'listAccounts',
  summary: 'List the accounts',
  access: 'admin',
  params: { query: AccountQuery },
  answers: [{ kind: 'envelope', status: 200, description: 'A page of them, by name.', metadata: z.array(account), isList: true }],
  errors: [400],
};

const describe: Endpoint = {
  method: 'get',
  path: '/1.0/accounts/{name}',
  id: 'describeAccount',
  summary: 'Show an account',
  access: 'admin',
  params: ofAccount,
  answers: [{ kind: 'envelope', status: 200, description: 'How it stands.', metadata: account }],
  errors: [400, 404],
};

const change: Endpoint = {
  method: 'patch',
  path: '/1.0/accounts/{name}',
  id: 'changeAccount',
  summary: 'Disable or enable an account, or change its quota',
  description:
    'The token of a disabled account is answered with 403; its sessions go on. A quota of `null` is the gateway’s own.',
  access: 'admin',
  params: ofAccount,
  body: { schema: AccountPatch, required: true },
  answers: [{ kind: 'envelope', status: 200, description: 'The account, with the change.', metadata: account }],
  errors: [400, 404, 409],
};

const rotate: Endpoint = {
  method: 'post',
  path: '/1.0/accounts/{name}/rotate',
  id: 'rotateAccountToken',
  summary: 'Give an account another token',
  description: 'The one before is no good from now on.',
  access: 'admin',
  params: ofAccount,
  body: { schema: RotatePost, required: false },
  answers: [{ kind: 'envelope', status: 200, description: 'The new token, which is shown this once.', metadata: accountToken }],
  errors: [400, 404, 409],
};

const end: Endpoint = {
  method: 'delete',
  path: '/1.0/accounts/{name}',
  id: 'deleteAccount',
  summary: 'Delete an account',
  description: 'Its token is no good from now on, and its sessions are ended; until they are, its status is `deleting`.',
  access: 'admin',
  params: ofAccount,
  answers: [{ kind: 'envelope', status: 200, description: 'The account, as it goes.', metadata: account }],
  errors: [400, 404],
};

export const accounts: Area = {
  name: 'Accounts',
  description: 'Service accounts, for whoever has the admin secret.',
  endpoints: [create, list, describe, change, rotate, end],
};
