import { component } from '#edge/http/openapi/component.ts';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';
import { ConfigPatch, GatewayConfig } from '#shared/gateway-config.ts';

const shown = component('GatewayConfig', GatewayConfig);

const read: Endpoint = {
  method: 'get',
  path: '/1.0/config',
  id: 'showConfig',
  summary: 'Show the configuration',
  access: 'account',
  answers: [{ kind: 'envelope', status: 200, description: 'All items.', metadata: shown }],
  errors: [],
};

const change: Endpoint = {
  method: 'patch',
  path: '/1.0/config',
  id: 'changeConfig',
  summary: 'Change the configuration',
  access: 'account',
  body: { schema: component('ConfigPatch', ConfigPatch), required: true },
  answers: [{ kind: 'envelope', status: 200, description: 'All items, as they are now.', metadata: shown }],
  errors: [400],
};

export const settings: Area = {
  name: 'Configuration',
  description: 'What an account sets of the gateway, for its own sessions.',
  endpoints: [read, change],
};
