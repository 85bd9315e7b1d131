const notAsExpected = /^Invalid (?:input|option): (expected .*?)(?:, received (\w+))?$/s;

/** What the schema library says of a value that is wrong, said plainly: `is missing: expected string`. */
export function plainWords(message: string): string {
  const [, expected, received] = notAsExpected.exec(message) ?? [];
  if (expected === undefined) return message;
  if (received === 'undefined') return `is missing: ${expected}`;
  if (received === 'null') return `has no value: ${expected}`;
  return received === undefined ? expected : `${expected}, received ${received}`;
}
