const notAsExpected = /^Invalid (?:input|option): (expected .*?)(?:, received (\w+))?$/s;

/** What the schema library says of a value, as what can be said of a field behind its name: `is missing: expected string`. */
export function plainWords(message: string): string {
  const [, expected, received] = notAsExpected.exec(message) ?? [];
  if (expected === undefined) {
    return message.replace(/^Invalid (?:string|number): (?=must )/, '').replace(/^Too (small|big): /, 'is too $1: ');
  }
  if (received === 'undefined') return `is missing: ${expected}`;
  if (received === 'null') return `has no value: ${expected}`;
  return received === undefined ? expected : `${expected}, received ${received}`;
}
