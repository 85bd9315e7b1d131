import { z } from 'zod';
import type { Area, Endpoint } from '#edge/http/openapi/endpoint.ts';

const document: Endpoint = {
  method: 'get',
  path: '/openapi.json',
  id: 'showDocument',
  summary: 'This API as an OpenAPI 3.1 document',
  access: 'nobody',
  answers: [
    {
      kind: 'plain',
      status: 200,
      description: 'The document.',
      mediaType: 'application/json',
      schema: z.looseObject({ openapi: z.string().regex(/^3\.1\./) }),
    },
  ],
  errors: [],
};

const page: Endpoint = {
  method: 'get',
  path: '/docs',
  id: 'showPage',
  summary: 'This API as a page',
  access: 'nobody',
  answers: [{ kind: 'plain', status: 200, description: 'The page.', mediaType: 'text/html' }],
  errors: [],
};

export const documents: Area = {
  name: 'Documents',
  description: 'What describes the API.',
  endpoints: [document, page],
};
