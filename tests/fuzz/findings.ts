/** What a fuzz run has seen so far. */
export class Findings {
  readonly #counts = new Map<string, number>();
  /** What should not have happened, each with all that is needed to do it again. */
  readonly failures: string[] = [];

  /** `kind`: `http`, `socket`, `nats`, `control`; `outcome`: a status, a code. */
  count(kind: string, outcome: string | number): void {
    const key = `${kind} ${outcome}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  fail(seed: number, what: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.failures.push(`seed ${seed}: ${what.slice(0, 2000)}\n  ${reason.slice(0, 1000)}`);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How many of this kind had this outcome. */
  of(kind: string, outcome: string | number): number {
    return this.#counts.get(`${kind} ${outcome}`) ?? 0;
  }

  /** One line a kind: `http    200: 12, 400: 345`. */
  summary(): string {
    const byKind = Map.groupBy([...this.#counts].toSorted(), ([key]) => key.replace(/ .*/, ''));
    return [...byKind]
      .map(
        ([kind, entries]) =>
          `${kind.padEnd(8)}${entries.map(([key, count]) => `${key.slice(kind.length + 1)}: ${count}`).join(', ')}`,
      )
      .join('\n');
  }
}
