import { z } from 'zod';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';
import { WhepQuery } from '#edge/http/request/queries.ts';
import { PeerId, SessionId } from '#shared/ids.ts';

const ofSession = z.object({ id: SessionId.describe('The id of the session.') });
const ofPeer = {
  path: ofSession.extend({ peer: PeerId.describe('The id of the WHEP session.') }),
  query: WhepQuery,
};
const sdpFragment = 'application/trickle-ice-sdpfrag';

const offer: Endpoint = {
  method: 'post',
  path: '/1.0/sessions/{id}/whep',
  id: 'whepOffer',
  summary: 'Offer by WHEP',
  description:
    'For any player of draft-ietf-wish-whep. With the account’s token the client is beside the one that is there and may be given control; with the token of a share, as a bearer or as `token` in the query, it may do what the share says.',
  access: 'account',
  params: { path: ofSession, query: WhepQuery },
  body: { mediaType: 'application/sdp', schema: z.string(), required: true },
  answers: [
    {
      kind: 'plain',
      status: 201,
      description: 'The answer.',
      mediaType: 'application/sdp',
      headers: { location: 'The address of the WHEP session.', etag: 'Names its ICE session.' },
    },
  ],
  errors: [400, 403, 404, 415, 502, 504],
};

const trickle: Endpoint = {
  method: 'patch',
  path: '/1.0/sessions/{id}/whep/{peer}',
  id: 'whepPatch',
  summary: 'Tell candidates, or restart ICE',
  description: 'An ICE restart has new credentials in its body and `If-Match: *`.',
  access: 'own-token',
  params: {
    ...ofPeer,
    header: z.object({ 'if-match': z.string().optional().describe('The entity tag of the ICE session, or `*` for a restart.') }),
  },
  body: { mediaType: sdpFragment, schema: z.string(), required: true },
  answers: [
    {
      kind: 'plain',
      status: 200,
      description: 'ICE was restarted: the new credentials and candidates.',
      mediaType: sdpFragment,
      headers: { etag: 'Names the new ICE session.' },
    },
    { kind: 'plain', status: 204, description: 'The candidates are taken.' },
  ],
  errors: [400, 404, 412, 415, 428, 502, 504],
};

const end: Endpoint = {
  method: 'delete',
  path: '/1.0/sessions/{id}/whep/{peer}',
  id: 'whepEnd',
  summary: 'Leave',
  access: 'own-token',
  params: ofPeer,
  answers: [{ kind: 'envelope', status: 200, description: 'The client is disconnected.', metadata: z.object({}) }],
  errors: [400, 404],
};

export const whep: Area = {
  name: 'WHEP',
  description: 'The WebRTC-HTTP Egress Protocol: standard players watch a session, or control it.',
  endpoints: [offer, trickle, end],
};
