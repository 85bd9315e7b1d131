import { z } from 'zod';
import {
  type CreateDocumentOptions,
  createDocument,
  type oas31,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { ClientSignal, ServerSignal } from '#shared/signal.ts';
import { areas } from './areas.ts';
import { type Access, type Answer, type Endpoint, errorsOf, errorTexts } from './endpoint.ts';
import { envelopeOf, errorEnvelope } from './envelope.ts';

export type OpenApiDocument = oas31.OpenAPIObject;

let made: OpenApiDocument | undefined;

/** The API as an OpenAPI 3.1 document, made once of the schemas that read the requests. */
export function openApiDocument(): OpenApiDocument {
  made ??= createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Farpane session API',
        version: '1.0',
        description: 'Streams an application that runs on a host into a browser.',
      },
      servers: [{ url: '/', description: 'The gateway that serves this document.' }],
      tags: areas.map(({ name, description }) => ({ name, description })),
      components: { securitySchemes, schemas: signals },
      paths: pathsOf(),
    },
    options,
  );
  return made;
}

/** The messages of the signalling socket: no answer of HTTP has them. */
const signals = {
  ClientSignal: {
    description: 'What a client sends over the signalling socket.',
    ...z.toJSONSchema(ClientSignal, { io: 'input' }),
  } as oas31.SchemaObject,
  ServerSignal: { description: 'What it gets.', ...z.toJSONSchema(ServerSignal) } as oas31.SchemaObject,
};

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'An account’s token, or the admin secret.' },
  macaroon: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'An account’s token as `Macaroon root=TOKEN`.',
  },
  query: { type: 'apiKey', in: 'query', name: 'api_token', description: 'An account’s token, where no header can be set.' },
} as const;

const security: Readonly<Record<Access, Record<string, string[]>[]>> = {
  account: [{ bearer: [] }, { macaroon: [] }, { query: [] }],
  'account-or-nobody': [{}, { bearer: [] }, { macaroon: [] }, { query: [] }],
  admin: [{ bearer: [] }],
  metrics: [{ bearer: [] }],
  'own-token': [],
  nobody: [],
};

const options: CreateDocumentOptions = {
  override: ({ zodSchema, jsonSchema, io }) => {
    // Numbers that have no limit of their own need none in the document.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    // A boolean in a query is written as text.
    const { def } = zodSchema._zod;
    // Zod leaves it out where the text of a query becomes a number or a boolean; the document has the latter's types.
    if (io === 'input' && def.type === 'default') jsonSchema.default ??= z.json().parse(def.defaultValue);
    if (io === 'input' && def.type === 'pipe' && def.out._zod.def.type === 'boolean') jsonSchema.type = 'boolean';
  },
};

function pathsOf(): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const { name, endpoints } of areas) {
    for (const endpoint of endpoints) {
      paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operationOf(endpoint, name) };
    }
  }
  return paths;
}

function operationOf(endpoint: Endpoint, tag: string): ZodOpenApiOperationObject {
  const { id, summary, description, access, params, body } = endpoint;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: security[access],
    ...(params === undefined ? {} : { requestParams: params }),
    ...(body === undefined
      ? {}
      : {
          requestBody: { required: body.required, content: { [body.mediaType ?? 'application/json']: { schema: body.schema } } },
        }),
    responses: responsesOf(endpoint),
  };
}

function responsesOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const answers = endpoint.answers.map((answer) => [String(answer.status), responseOf(answer)] as const);
  const errors = errorsOf(endpoint).map((status) => {
    const content = { 'application/json': { schema: errorEnvelope(status) } };
    return [String(status), { description: errorTexts[status], content }] as const;
  });
  return Object.fromEntries([...answers, ...errors]);
}

function responseOf(answer: Answer): ZodOpenApiResponseObject {
  const { description, headers = {} } = answer;
  const described = Object.entries(headers).map(([name, text]) => [
    name,
    { description: text, required: true, schema: { type: 'string' as const } },
  ]);
  const base = { description, ...(described.length === 0 ? {} : { headers: Object.fromEntries(described) }) };
  if (answer.kind === 'envelope') return { ...base, content: { 'application/json': { schema: envelopeOf(answer) } } };
  if (answer.mediaType === undefined) return base;
  return { ...base, content: { [answer.mediaType]: answer.schema === undefined ? {} : { schema: answer.schema } } };
}
