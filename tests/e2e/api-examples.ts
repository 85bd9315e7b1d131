import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/api.md'), 'utf8');

/** An example of docs/api.md. */
export interface Example {
  /** `POST /1.0/sessions`. */
  readonly call: string;
  readonly language: 'sh' | 'ts';
  readonly code: string;
}

const block = (section: string, language: string): string | undefined =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(section)?.[1];

/** Each endpoint has a heading of its own. */
const sections = text.split(/^### /m).slice(1);

export const examples: readonly Example[] = sections.flatMap((section) => {
  const call = section.slice(0, section.indexOf('\n'));
  return (['sh', 'ts'] as const).flatMap((language) => {
    const code = block(section, language);
    return code === undefined ? [] : [{ call, language, code }];
  });
});

/** What the examples in TypeScript share. */
export const sharedModule = block(text, 'ts api\\.ts') ?? '';

/** The rows of the last table: an endpoint, and the rules that hold it. */
export const heldBy: ReadonlyMap<string, readonly string[]> = new Map(
  Array.from(text.matchAll(/^\| `([A-Z]+ [^`]+)` +\| ([A-Z0-9, ]+?) *\|$/gm), ([, call = '', rules = '']) => [
    call,
    rules.split(', '),
  ]),
);
