import { keyCodes } from '#shared/keys.ts';
import { usStroke } from '#shared/us-layout.ts';
import type { KeyEvent } from './held-keys.ts';
import { codesOf } from './keycode.ts';

/**
 * What a key means to the application. `characters`: what stands on the user's own keyboard, whatever its layout; `positions`: the key at
 * that place of a US keyboard, as games want it.
 */
export type KeyMeaning = 'characters' | 'positions';

export interface TypedKey extends KeyEvent {
  /** AltGr, or Option on a Mac, makes other characters of keys. */
  readonly altGraph: boolean;
}

const codes: Readonly<Record<string, number>> = keyCodes;

/**
 * What is told of a key that goes down: codes of the protocol, or a text where a US keyboard types no such character, or not with the
 * same Shift.
 */
export function meaningOf(event: TypedKey, meaning: KeyMeaning): { codes: readonly number[] } | { text: string } {
  const { code, key, modifiers, altGraph } = event;
  const places = codesOf(event);
  if (meaning === 'positions' || code.startsWith('Numpad')) return { codes: places };
  // What these two do is in the character already.
  if (key === 'AltGraph' || key === 'CapsLock') return { codes: [] };
  if (Array.from(key).length !== 1) return { codes: places };
  const stroke = usStroke(key);
  const isShortcut = !altGraph && (modifiers.Control || modifiers.Alt || modifiers.Meta);
  if (isShortcut) return { codes: stroke === undefined ? places : present(codes[stroke.key]) };
  if (stroke === undefined || stroke.shift !== modifiers.Shift) return { text: key };
  return { codes: present(codes[stroke.key]) };
}

const present = (code: number | undefined): number[] => (code === undefined ? [] : [code]);
