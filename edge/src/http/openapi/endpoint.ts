import type { z } from 'zod';

/** How an endpoint is described. The document, the page and the check of answers in tests are all made of this. */

/** What a request must show: an account's token, the admin secret, the token for metrics (or the admin secret), a token of its own in the query, or nothing. */
export type Access = 'account' | 'account-or-nobody' | 'admin' | 'metrics' | 'own-token' | 'nobody';

/** The statuses of errors. What is not listed here is a defect: 500 is answered to nothing that a client can send. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 428 | 429 | 502 | 503 | 504;

/** An answer in the envelope, with what is in its `metadata`. */
export interface EnvelopeAnswer {
  readonly kind: 'envelope';
  readonly status: 200 | 201 | 202 | 207;
  readonly description: string;
  /** Absent: the answer has no `metadata`. */
  readonly metadata?: z.ZodType;
  /** `async`: what was asked for goes on when this is answered. */
  readonly type?: 'sync' | 'async';
  /** A page of a list: the envelope has `total_size`. */
  readonly isList?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is no envelope: a page, a metric, an SDP, or nothing at all. */
export interface PlainAnswer {
  readonly kind: 'plain';
  readonly status: 101 | 200 | 201 | 204;
  readonly description: string;
  /** Absent: no body. */
  readonly mediaType?: string;
  /** Of a body in JSON. */
  readonly schema?: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer = EnvelopeAnswer | PlainAnswer;

export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/1.0/sessions/{id}`. */
  readonly path: string;
  /** What a generated client calls it. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** The schemas that the route reads the request with. */
  readonly params?: { readonly path?: z.ZodObject; readonly query?: z.ZodObject; readonly header?: z.ZodObject };
  readonly body?: RequestBody;
  readonly answers: readonly Answer[];
  /** Besides those that follow from the method and the access: see `errorsOf`. */
  readonly errors: readonly ErrorStatus[];
}

export interface RequestBody {
  /** Default: `application/json`. */
  readonly mediaType?: string;
  readonly schema: z.ZodType;
  readonly required: boolean;
}

/** Endpoints that belong together: a heading of the page, a tag of the document. */
export interface Area {
  readonly name: string;
  readonly description: string;
  readonly endpoints: readonly Endpoint[];
}

/** 400: the query has several tokens. */
const byAccess: Readonly<Record<Access, readonly ErrorStatus[]>> = {
  account: [400, 401, 403, 429],
  'account-or-nobody': [400, 401, 403, 429],
  admin: [400, 401, 429],
  metrics: [400, 401, 429],
  'own-token': [429],
  nobody: [],
};

/** Every status with which an endpoint may fail, in order. 503: a setting is wrong, or the hosts can't be reached. */
export function errorsOf({ method, access, errors }: Endpoint): ErrorStatus[] {
  const common: ErrorStatus[] = [...byAccess[access], ...(method === 'get' ? [] : [413 as const]), 503];
  return [...new Set([...common, ...errors])].toSorted((a, b) => a - b);
}

/** What a status says, in a sentence. */
export const errorTexts: Readonly<Record<ErrorStatus, string>> = {
  400: 'The request is not valid: `error` says what is wrong, and in which field.',
  401: 'A valid token is needed.',
  403: 'It is not allowed, or a limit is reached.',
  404: 'There is no such thing here, or nobody can take it.',
  405: 'This method is not served here.',
  409: 'There is one already, or another request is at it.',
  412: 'What the request presumes is not so any more.',
  413: 'The body is larger than 64 KiB.',
  415: 'The body is of a type that is not read here.',
  422: 'The request can not be done as it is.',
  428: 'The request must say what it presumes.',
  429: 'Too many requests: `Retry-After` says when to come again, in seconds.',
  502: 'The application or its host has failed.',
  503: 'The gateway, or the way to its hosts, is not available now.',
  504: 'No answer came in time.',
};
