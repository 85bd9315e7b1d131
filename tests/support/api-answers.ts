import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { oas31 } from 'zod-openapi';
import { openApiDocument } from '#edge/http/openapi/document.ts';

/** An answer as it came. */
export interface AnswerToCheck {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const documentId = 'farpane:openapi';

/** Checks answers against the document: its statuses, its headers, its media types, its schemas. */
class AnswerChecker {
  readonly #document = openApiDocument();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #templates: readonly { pattern: RegExp; path: string }[];
  /** How many answers were checked, by operation and status. */
  readonly seen = new Map<string, number>();

  constructor() {
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ ...this.#document, $id: documentId });
    this.#templates = Object.keys(this.#document.paths ?? {})
      .toSorted((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`) }));
  }

  /** @throws Error that says how the answer differs from what is described. */
  check(answer: AnswerToCheck): void {
    const method = answer.method.toLowerCase() === 'head' ? 'get' : answer.method.toLowerCase();
    const path = this.#templateOf(answer.path);
    const operation = path === undefined ? undefined : operationOf(this.#document.paths?.[path], method);
    if (path === undefined) {
      checkUnknown(answer);
      return;
    }
    if (operation === undefined) {
      checkMethod(answer, Object.keys(this.#document.paths?.[path] ?? {}));
      return;
    }
    const { status } = answer;
    const response: oas31.ResponseObject | undefined = operation.responses?.[String(status)];
    if (response === undefined) throw new Error(`${describe(answer)}: the document has no such status for ${method} ${path}`);
    for (const name of Object.keys(response.headers ?? {})) {
      if (!answer.headers.has(name)) throw new Error(`${describe(answer)}: the header ${name} is missing`);
    }
    this.#checkBody(answer, response, `${method} ${path} ${status}`, ['paths', path, method, 'responses', String(status)]);
    const key = `${operation.operationId} ${status}`;
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }

  #templateOf(address: string): string | undefined {
    // As the request goes out: without `.` and `..`.
    const path = new URL(address, 'http://gateway').pathname;
    return this.#templates.find(({ pattern }) => pattern.test(path))?.path;
  }

  #checkBody(answer: AnswerToCheck, { content }: oas31.ResponseObject, key: string, pointer: readonly string[]): void {
    if (content === undefined) {
      if (answer.body !== '') throw new Error(`${describe(answer)}: it should have no body`);
      return;
    }
    const mediaType = (answer.headers.get('content-type') ?? '').replace(/;.*$/, '');
    if (!(mediaType in content)) throw new Error(`${describe(answer)}: of the type "${mediaType}"`);
    if (answer.method === 'HEAD' || content[mediaType]?.schema === undefined) return;
    const validate = this.#validator(key, [...pointer, 'content', mediaType, 'schema']);
    if (!validate(JSON.parse(answer.body))) {
      throw new Error(`${describe(answer)}: ${this.#ajv.errorsText(validate.errors)}`);
    }
  }

  #validator(key: string, pointer: readonly string[]): ValidateFunction {
    const known = this.#validators.get(key);
    if (known !== undefined) return known;
    const fragment = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const made = this.#ajv.compile({ $ref: `${documentId}#/${fragment}` });
    this.#validators.set(key, made);
    return made;
  }
}

function operationOf(item: oas31.PathItemObject | undefined, method: string): oas31.OperationObject | undefined {
  if (method === 'get' || method === 'post' || method === 'patch' || method === 'delete') return item?.[method];
  return undefined;
}

/** What is not described is a preflight, or an error in the envelope. */
function checkUnknown(answer: AnswerToCheck): void {
  if (answer.method === 'OPTIONS' && answer.status === 204) return;
  if (answer.method === 'HEAD' && answer.status >= 400 && answer.status < 500) return;
  const isEnvelope = /^\{"type":"error","status":"failed","status_code":(\d+),"error":"/.exec(answer.body)?.[1];
  if (isEnvelope !== String(answer.status) || answer.status < 400 || answer.status >= 500) {
    throw new Error(`${describe(answer)}: the document has nothing of this, and it is no error in the envelope`);
  }
}

/** A method that the path does not know is a preflight, or answered with those that it knows. */
function checkMethod(answer: AnswerToCheck, known: readonly string[]): void {
  checkUnknown(answer);
  if (answer.method === 'OPTIONS') return;
  const allowed = answer.headers.get('allow')?.toLowerCase().split(', ') ?? [];
  if (answer.status !== 405 || !known.every((method) => allowed.includes(method))) {
    throw new Error(`${describe(answer)}: the path knows ${known.join(', ')}, and it is no 405 that says so`);
  }
}

const describe = ({ method, path, status, body }: AnswerToCheck): string =>
  `${method} ${path.slice(0, 200)} answered ${status} ${body.slice(0, 300)}`;

/** One for all tests of a process: what it has compiled is used again. */
export const answers = new AnswerChecker();
