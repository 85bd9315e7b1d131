import { z } from 'zod';
import { component } from '#edge/http/openapi/component.ts';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';
import { EndQuery } from '#edge/http/request/queries.ts';
import { SessionQuery } from '#edge/http/routes/sessions/list.ts';
import {
  JoinData,
  JoinPost,
  Session,
  SessionPost,
  SessionPostData,
  SessionsDelete,
  SessionsDeleteData,
} from '#shared/gateway.ts';
import { SessionId } from '#shared/ids.ts';

const ofSession = { path: z.object({ id: SessionId.describe('The id of the session.') }) };

const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('A text of your own for this creation: within 24 hours, a retry with the same key and body gets the same session.'),
});

const create: Endpoint = {
  method: 'post',
  path: '/1.0/sessions',
  id: 'createSession',
  summary: 'Create a session',
  description:
    'Finds a host with a free slot for the application and starts it there. The answer comes as soon as a host has accepted; the client may open `url` at once.',
  access: 'account',
  params: { header: idempotencyHeader },
  body: { schema: component('SessionPost', SessionPost), required: true },
  answers: [
    {
      kind: 'envelope',
      status: 201,
      description: 'A host has accepted the session.',
      metadata: component('SessionPostData', SessionPostData),
    },
  ],
  errors: [400, 404, 409, 422, 502, 504],
};

const list: Endpoint = {
  method: 'get',
  path: '/1.0/sessions',
  id: 'listSessions',
  summary: 'List the sessions of the account',
  access: 'account',
  params: { query: SessionQuery },
  answers: [
    {
      kind: 'envelope',
      status: 200,
      description: 'Their ids, or the sessions themselves with `recursion=true`.',
      metadata: z.union([z.array(SessionId), z.array(component('Session', Session))]),
      isList: true,
    },
  ],
  errors: [400],
};

const describe: Endpoint = {
  method: 'get',
  path: '/1.0/sessions/{id}',
  id: 'describeSession',
  summary: 'Show a session',
  access: 'account',
  params: ofSession,
  answers: [{ kind: 'envelope', status: 200, description: 'How it stands.', metadata: component('Session', Session) }],
  errors: [400, 404],
};

const end: Endpoint = {
  method: 'delete',
  path: '/1.0/sessions/{id}',
  id: 'endSession',
  summary: 'End a session',
  description: 'Answers when every process of its instance is gone, or when its host is known to end it later.',
  access: 'account',
  params: { ...ofSession, query: EndQuery },
  answers: [
    { kind: 'envelope', status: 200, description: 'The session, as it was last.', metadata: component('Session', Session) },
    {
      kind: 'envelope',
      status: 202,
      description: 'The same, with `sync=false`: it is about to end.',
      metadata: component('Session', Session),
      type: 'async',
    },
  ],
  errors: [400, 404],
};

const ended = component('SessionsDeleteData', SessionsDeleteData);

const endMany: Endpoint = {
  method: 'delete',
  path: '/1.0/sessions',
  id: 'endSessions',
  summary: 'End many sessions',
  access: 'account',
  params: { query: EndQuery },
  body: { schema: component('SessionsDelete', SessionsDelete), required: true },
  answers: [
    { kind: 'envelope', status: 200, description: 'They have ended.', metadata: ended },
    { kind: 'envelope', status: 202, description: 'They are about to end, with `sync=false`.', metadata: ended, type: 'async' },
    { kind: 'envelope', status: 207, description: 'Some have not: `errors` says why.', metadata: ended },
  ],
  errors: [400, 404],
};

const join: Endpoint = {
  method: 'post',
  path: '/1.0/sessions/{id}/join',
  id: 'joinSession',
  summary: 'Join a session',
  description: 'Gives another address for the signalling socket. The client that is there is disconnected.',
  access: 'account',
  params: ofSession,
  body: { schema: component('JoinPost', JoinPost), required: false },
  answers: [{ kind: 'envelope', status: 200, description: 'Where to connect.', metadata: component('JoinData', JoinData) }],
  errors: [400, 404, 502, 504],
};

export const sessions: Area = {
  name: 'Sessions',
  description: 'A session is one application that runs on a host and is streamed to a client.',
  endpoints: [create, list, describe, end, endMany, join],
};
