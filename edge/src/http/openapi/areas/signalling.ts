import { z } from 'zod';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';

const socket = (path: string, id: string, summary: string): Endpoint => ({
  method: 'get',
  path,
  id,
  summary,
  description:
    'A WebSocket. The client sends `ClientSignal`s and gets `ServerSignal`s, one JSON object a text frame. A client that may not open it is told why by an `error` message, and the socket closes.',
  access: 'own-token',
  params: {
    path: z.object({ id: z.string().describe('The id of the session.') }),
    query: z.object({
      token: z.string().optional().describe('The token that the address came with: good once, for five minutes.'),
    }),
  },
  answers: [{ kind: 'plain', status: 101, description: 'The socket is open.' }],
  errors: [400, 405],
});

const notHere = (path: string, id: string, summary: string): Endpoint => ({
  ...socket(path, id, `${summary}: not served here`),
  description: 'A WebSocket that says why in an `error` message, and closes.',
  answers: [{ kind: 'plain', status: 101, description: 'The reason follows.' }],
});

export const signalling: Area = {
  name: 'Signalling',
  description: 'How a client and a host agree on a connection. Clients follow the `url` that they were told.',
  endpoints: [
    socket('/1.0/sessions/{id}/sockets/slave', 'openSocket', 'Open the signalling socket'),
    socket('/1.0/session/{id}/sockets/slave', 'openSocketOldPath', 'Open the signalling socket, by its other path'),
    notHere('/1.0/sessions/{id}/sockets/master', 'openMasterSocket', 'The master’s socket'),
    notHere('/1.0/session/{id}/sockets/master', 'openMasterSocketOldPath', 'The master’s socket, by its other path'),
    notHere('/1.0/sessions/{id}/sockets/adb', 'openAdbSocket', 'The debugger’s socket'),
    notHere('/1.0/session/{id}/sockets/adb', 'openAdbSocketOldPath', 'The debugger’s socket, by its other path'),
  ],
};
