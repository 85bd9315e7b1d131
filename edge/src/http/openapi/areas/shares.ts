import { z } from 'zod';
import { component } from '#edge/http/openapi/component.ts';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';
import { ConnectQuery, RevokeQuery, ShareQuery } from '#edge/http/request/queries.ts';
import { JoinData } from '#shared/gateway.ts';
import { SessionId } from '#shared/ids.ts';
import { Share, ShareId, SharePatch, SharePost, SharePostData } from '#shared/shares.ts';

const ofSession = { path: z.object({ id: SessionId.describe('The id of the session.') }) };
const ofShare = { path: z.object({ id: ShareId.describe('The id of the share.') }) };
const shown = component('Share', Share);

const create: Endpoint = {
  method: 'post',
  path: '/1.0/sessions/{id}/share',
  id: 'shareSession',
  summary: 'Share a session',
  description:
    'Makes an address by which others come beside the client that is there: to watch, or to be given control. The address is shown this once.',
  access: 'account',
  params: ofSession,
  body: { schema: component('SharePost', SharePost), required: true },
  answers: [{ kind: 'envelope', status: 200, description: 'The share.', metadata: component('SharePostData', SharePostData) }],
  errors: [400, 403, 404],
};

const connect: Endpoint = {
  method: 'get',
  path: '/1.0/sessions/{id}/connect',
  id: 'connectByShare',
  summary: 'Connect by a share',
  description: 'The address of a share: gives the address of a signalling socket, good once. It needs no account.',
  access: 'own-token',
  params: { ...ofSession, query: ConnectQuery },
  answers: [{ kind: 'envelope', status: 200, description: 'Where to connect.', metadata: component('JoinData', JoinData) }],
  errors: [400, 401, 405],
};

const list: Endpoint = {
  method: 'get',
  path: '/1.0/shares',
  id: 'listShares',
  summary: 'List the shares of the account',
  access: 'account',
  params: { query: ShareQuery },
  answers: [
    {
      kind: 'envelope',
      status: 200,
      description: 'Their ids, or the shares themselves with `recursion=true`. Those that are over are not among them.',
      metadata: z.union([z.array(ShareId), z.array(shown)]),
      isList: true,
    },
  ],
  errors: [400],
};

const describe: Endpoint = {
  method: 'get',
  path: '/1.0/shares/{id}',
  id: 'describeShare',
  summary: 'Show a share',
  access: 'account',
  params: ofShare,
  answers: [{ kind: 'envelope', status: 200, description: 'The share.', metadata: shown }],
  errors: [400, 404],
};

const change: Endpoint = {
  method: 'patch',
  path: '/1.0/shares/{id}',
  id: 'changeShare',
  summary: 'Extend or describe a share',
  access: 'account',
  params: ofShare,
  body: { schema: component('SharePatch', SharePatch), required: true },
  answers: [{ kind: 'envelope', status: 200, description: 'The share, as it is now.', metadata: shown }],
  errors: [400, 404],
};

const revoke: Endpoint = {
  method: 'delete',
  path: '/1.0/shares/{id}',
  id: 'revokeShare',
  summary: 'Revoke a share',
  description: 'Its address is of no use any more, and whoever came by it is disconnected.',
  access: 'account',
  params: { ...ofShare, query: RevokeQuery },
  answers: [
    { kind: 'envelope', status: 200, description: 'The share, as it was last.', metadata: shown },
    { kind: 'envelope', status: 202, description: 'The same, with `sync=false`.', metadata: shown, type: 'async' },
  ],
  errors: [400, 404],
};

export const shares: Area = {
  name: 'Shares',
  description: 'Others beside the client of a session: they watch, or are given control.',
  endpoints: [create, connect, list, describe, change, revoke],
};
