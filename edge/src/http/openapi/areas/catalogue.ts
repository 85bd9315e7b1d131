import { z } from 'zod';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';
import { GatewayStatus, Named, OfferedApplication } from '#shared/gateway.ts';

const applications: Endpoint = {
  method: 'get',
  path: '/1.0/applications',
  id: 'listApplications',
  summary: 'List the applications',
  access: 'account',
  answers: [{ kind: 'envelope', status: 200, description: 'What the hosts offer now.', metadata: z.array(OfferedApplication) }],
  errors: [],
};

const regions: Endpoint = {
  method: 'get',
  path: '/1.0/regions',
  id: 'listRegions',
  summary: 'List the regions',
  access: 'account',
  answers: [{ kind: 'envelope', status: 200, description: 'Where hosts are now.', metadata: z.array(Named) }],
  errors: [],
};

const status: Endpoint = {
  method: 'get',
  path: '/1.0/status',
  id: 'showStatus',
  summary: 'Show how the gateway is',
  description: 'Without a token only `status`; with one, how many hosts and slots there are, and how many are used.',
  access: 'account-or-nobody',
  answers: [
    {
      kind: 'envelope',
      status: 200,
      description: 'It is healthy: all links to the hosts stand. Or `unhealthy`: some do; 503: none does.',
      metadata: GatewayStatus,
    },
  ],
  errors: [],
};

const metrics: Endpoint = {
  method: 'get',
  path: '/metrics',
  id: 'showMetrics',
  summary: 'Show the metrics, for Prometheus',
  description: 'With the metrics token or the admin secret as a bearer.',
  access: 'metrics',
  answers: [{ kind: 'plain', status: 200, description: 'The metrics.', mediaType: 'text/plain' }],
  errors: [],
};

export const catalogue: Area = {
  name: 'Catalogue',
  description: 'What there is, from what the hosts tell of themselves every few seconds.',
  endpoints: [applications, regions, status, metrics],
};
