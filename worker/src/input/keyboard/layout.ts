/** A key, and whether Shift is down with it. */
export interface Stroke {
  keyCode: number;
  shift: boolean;
}

/** How long a key that was given another character is left alone, in milliseconds: the application reads events late. */
const restMs = 500;

/**
 * Which key types which character: those of the display's own layout, and others that are given to keys that have none. Pure but for
 * what it remembers.
 */
export class KeyLayout {
  #strokes = new Map<number, Stroke>();
  /** Keys without a character of their own, the one that was used longest ago first; `keysym`: what it was given. */
  #spare: { keyCode: number; keysym: number; usedAtMs: number }[] = [];

  /** Takes the display's layout: a row of keysyms for each key code from `firstKeyCode` on. What was given to keys is kept. */
  read(firstKeyCode: number, rows: readonly (readonly number[])[]): void {
    const given = new Map(this.#spare.map((key) => [key.keyCode, key]));
    this.#strokes = new Map();
    this.#spare = [];
    for (const [index, row] of rows.entries()) {
      const keyCode = firstKeyCode + index;
      const before = given.get(keyCode);
      const own = before !== undefined && row[0] === before.keysym;
      if (own) this.#spare.push(before);
      else if (row.every((keysym) => keysym === 0)) this.#spare.push({ keyCode, keysym: 0, usedAtMs: Number.NEGATIVE_INFINITY });
      else this.#add(keyCode, row);
    }
    this.#spare.sort((a, b) => a.usedAtMs - b.usedAtMs);
  }

  /** Whether a key is one that characters are given to. */
  isSpare(keyCode: number): boolean {
    return this.#spare.some((key) => key.keyCode === keyCode);
  }

  /**
   * How to type a keysym at this time. `give`: the key must be given the keysym first. `waitMs`: not before so long; then ask again.
   * Undefined where there is no key for it.
   */
  find(keysym: number, nowMs: number): { stroke: Stroke; give: boolean } | { waitMs: number } | undefined {
    const stroke = this.#strokes.get(keysym);
    if (stroke !== undefined) return { stroke, give: false };
    const given = this.#spare.find((key) => key.keysym === keysym);
    const key = given ?? this.#spare[0];
    if (key === undefined) return undefined;
    const rested = nowMs - key.usedAtMs;
    if (given === undefined && rested < restMs) return { waitMs: restMs - rested };
    key.keysym = keysym;
    key.usedAtMs = nowMs;
    this.#spare = [...this.#spare.filter((each) => each !== key), key];
    return { stroke: { keyCode: key.keyCode, shift: false }, give: given === undefined };
  }

  #add(keyCode: number, [plain = 0, shifted = 0]: readonly number[]): void {
    if (plain !== 0 && !this.#strokes.has(plain)) this.#strokes.set(plain, { keyCode, shift: false });
    if (shifted !== 0 && !this.#strokes.has(shifted)) this.#strokes.set(shifted, { keyCode, shift: true });
  }
}
