/** What waits ready: a stage with that application started on it, or, for null, one for any application. */
export type Kind = string | null;

/** How many of each kind are to wait. */
export interface WarmWish {
  /** Stages for any application. */
  stages: number;
  /** By the key of the catalogue's entry. */
  applications: ReadonlyMap<string, number>;
}

/**
 * What is to wait, the most wanted first: never more than there are free slots, for nobody could take it. Applications that ask to be
 * started beforehand come before stages for any.
 */
export function wanted({ stages, applications }: WarmWish, free: number): Kind[] {
  const started = [...applications].flatMap(([name, count]) => Array.from({ length: count }, (): Kind => name));
  const any = Array.from({ length: stages }, (): Kind => null);
  return [...started, ...any].slice(0, Math.max(0, free));
}

/** What is to be started, the most wanted first, and which of those that there are nobody wants. Pure. */
export function plan(wish: WarmWish, free: number, have: readonly Kind[]): { start: Kind[]; surplus: Kind[] } {
  const surplus = [...have];
  const start = wanted(wish, free).filter((kind) => {
    const at = surplus.indexOf(kind);
    if (at >= 0) surplus.splice(at, 1);
    return at < 0;
  });
  return { start, surplus };
}

/** How long a kind that failed so often in a row is left alone. Milliseconds. */
export const backOffMs = (failures: number): number => (failures === 0 ? 0 : Math.min(60_000, 1000 * 2 ** (failures - 1)));
