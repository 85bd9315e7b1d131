import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { z } from 'zod';
import { plainWords } from '#shared/plain-words.ts';
import { HostConfig } from './schema.ts';

/** A mistake in the file: its line, counted from 1, and what is wrong there. */
export interface Mistake {
  line: number;
  message: string;
}

/** The file can't be used. `mistakes` has every one that was found, by line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[]) {
    super(mistakes.map(({ line, message }) => `${file}:${line}: ${message}`).join('\n'));
    this.mistakes = mistakes;
  }
}

/**
 * Reads the text of a host's configuration (YAML 1.2).
 *
 * @param file the file's name, for messages.
 * @throws ConfigError with every mistake and its line.
 */
export function readConfig(text: string, file: string): HostConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) throw new ConfigError(file, firstOfLines(document.errors, lines));
  const content = contentOf(document, file, lines);
  const result = HostConfig.safeParse(content);
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue) => describe(issue, document, lines));
  throw new ConfigError(
    file,
    mistakes.toSorted((a, b) => a.line - b.line),
  );
}

/** A line that is wrong confuses the parser about the rest of it: its first mistake is the one to mend. */
function firstOfLines(errors: readonly YAMLError[], lines: LineCounter): Mistake[] {
  const byLine = new Map<number, string>();
  for (const error of errors) {
    const { line } = lines.linePos(error.pos[0]);
    if (!byLine.has(line)) byLine.set(line, wordsOf(error));
  }
  return [...byLine].map(([line, message]) => ({ line, message }));
}

function wordsOf({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here: a file is the configuration of one host';
  return code === 'RESOURCE_EXHAUSTION' ? 'is nested too deep' : message;
}

/** What the text says, as data. An alias may name nothing, or unfold to more than anyone has written by hand. */
function contentOf(document: Document, file: string, lines: LineCounter): unknown {
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(file, [{ line: lineOfNameless(document, lines) ?? 1, message }]);
  }
  if (value === null) throw new ConfigError(file, [{ line: 1, message: 'the file has no settings' }]);
  if (isMap(document.contents)) return value;
  throw new ConfigError(file, [{ line: 1, message: 'the file has no settings by name, as in "host:"' }]);
}

/** The line of the first alias that names nothing. */
function lineOfNameless(document: Document, lines: LineCounter): number | undefined {
  let at: number | undefined;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      at = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return at === undefined ? undefined : lines.linePos(at).line;
}

/** One issue may name several unknown members: each is a mistake on a line of its own. */
function describe(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Mistake[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: lineOfKey(document, [...path, key], lines),
      message: `${[...path, key].join('.')}: there is no such setting`,
    }));
  }
  return [{ line: lineOf(document, path, lines), message: `${path.join('.') || 'file'}: ${plainWords(issue.message)}` }];
}

/** The line of what stands at `path`, or, where nothing stands there, of the nearest thing around it. */
function lineOf(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) {
      // A collection starts on the line below its key: the key's line is the one to show.
      return isScalar(node) ? lines.linePos(node.range[0]).line : lineOfKey(document, path.slice(0, length), lines);
    }
  }
  return 1;
}

/** The line of the key itself. */
function lineOfKey(document: Document, path: readonly (string | number)[], lines: LineCounter): number {
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const last = path.at(-1);
  const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === last)?.key : undefined;
  const node = key ?? document.getIn(path, true) ?? parent;
  return isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;
}
