/** The last lines of a stream of text: what a message quotes when a program fails. */
export interface Tail {
  push(chunk: string): void;
  /** The lines kept, oldest first, the unfinished one last. */
  lines(): string[];
  /** The last line that is not blank, or the empty string. */
  last(): string;
}

/** Keeps the last `maxLines` lines, each cut to `maxLength` characters: a program that writes without end costs no memory. */
export function createTail({ maxLines = 20, maxLength = 300 }: { maxLines?: number; maxLength?: number } = {}): Tail {
  const kept: string[] = [];
  let partial = '';
  const lines = (): string[] => [...kept, partial].filter((line) => line.trim() !== '');
  return {
    push(chunk) {
      const parts = (partial + chunk).split(/\r?\n/);
      partial = (parts.pop() ?? '').slice(0, maxLength);
      for (const line of parts) kept.push(line.slice(0, maxLength));
      kept.splice(0, Math.max(0, kept.length - maxLines));
    },
    lines,
    last: () => lines().at(-1)?.trim() ?? '',
  };
}
