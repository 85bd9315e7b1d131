import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** The ids that `pattern` finds in a text, in its first group. */
const idsIn = (text: string, pattern: RegExp): string[] => Array.from(text.matchAll(pattern), ([, id = '']) => id);

const rules = idsIn(readFileSync(join(root, 'shared/SPEC.md'), 'utf8'), /^- \*\*([A-Z]+\d+)\*\* \S/gm);

/** Titles begin with the rule that they hold, in brackets. */
const titled = globSync('tests/**/*.ts', { cwd: root }).flatMap((file) =>
  idsIn(readFileSync(join(root, file), 'utf8'), /['"`]\[([A-Z]+\d+)\] /g),
);

test('[WR22] the rules and the titles of tests name each other, and no rule is there twice', () => {
  const [known, held] = [new Set(rules), new Set(titled)];
  expect({
    twice: rules.filter((id, at) => rules.indexOf(id) !== at),
    withoutTest: [...known].filter((id) => !held.has(id)),
    withoutRule: [...held].filter((id) => !known.has(id)),
  }).toEqual({ twice: [], withoutTest: [], withoutRule: [] });
  expect(known.size).toBeGreaterThan(200);
});
