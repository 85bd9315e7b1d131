import { keyCodes } from '#shared/keys.ts';
import { codesOf, type KeyPress } from './keycode.ts';

export interface KeyChange {
  readonly code: number;
  readonly pressed: boolean;
}

/** What is read of an event: `modifiers` says what `getModifierState` says of each. */
export interface KeyEvent extends KeyPress {
  readonly modifiers: Readonly<Record<Modifier, boolean>>;
}

export const modifiers = ['Control', 'Shift', 'Alt', 'Meta'] as const;
export type Modifier = (typeof modifiers)[number];

/**
 * Which keys are down, and by what. Two keys may be one code (left and right Shift): it goes up with the last of them. An
 * event also says which modifiers are down: those that were pressed or let go elsewhere are mended before the key itself.
 */
export class HeldKeys {
  readonly #held = new Map<string, readonly number[]>();

  /** @param codes what the key is told as; by default, its place. */
  down(event: KeyEvent, codes: readonly number[] = codesOf(event)): KeyChange[] {
    const mended = this.#mend(event, codes);
    if (codes.length === 0) return mended;
    const again = this.#held.has(event.code);
    const fresh = again ? codes.slice(-1) : codes.filter((code) => !this.#isDown(code));
    // Only the key itself repeats; the other side of a modifier that is down changes nothing.
    if (!again) this.#held.set(event.code, codes);
    return [...mended, ...fresh.map((code) => ({ code, pressed: true }))];
  }

  up(event: KeyEvent): KeyChange[] {
    const own = this.#release(event.code);
    // macOS tells of no key that is let go while Meta is down.
    const lost = /^(Meta|OS)/.test(event.code) ? this.#releaseWhere((codes) => !codes.some(isModifier)) : [];
    return [...own, ...lost, ...this.#mend(event, [])];
  }

  /** Mends the modifiers alone, before what is no key. */
  settle(event: KeyEvent): KeyChange[] {
    return this.#mend(event, []);
  }

  /** Lets everything go. */
  releaseAll(): KeyChange[] {
    return this.#releaseWhere(() => true);
  }

  #mend({ modifiers: now }: KeyEvent, own: readonly number[]): KeyChange[] {
    return modifiers.flatMap((name) => {
      const code = keyCodes[name];
      if (own.includes(code)) return [];
      const isIt = (codes: readonly number[]): boolean => codes.length === 1 && codes[0] === code;
      if (!now[name]) return this.#releaseWhere(isIt);
      if ([...this.#held.values()].some(isIt)) return [];
      this.#held.set(`unseen ${name}`, [code]);
      return [{ code, pressed: true }];
    });
  }

  #releaseWhere(chosen: (codes: readonly number[]) => boolean): KeyChange[] {
    const sources = [...this.#held].filter(([, codes]) => chosen(codes)).map(([source]) => source);
    return sources.reverse().flatMap((source) => this.#release(source));
  }

  #release(source: string): KeyChange[] {
    const codes = this.#held.get(source) ?? [];
    this.#held.delete(source);
    return codes.toReversed().flatMap((code) => (this.#isDown(code) ? [] : [{ code, pressed: false }]));
  }

  #isDown(code: number): boolean {
    return [...this.#held.values()].some((codes) => codes.includes(code));
  }
}

const isModifier = (code: number): boolean => modifiers.some((name) => keyCodes[name] === code);
