import type { ImeAction } from '#shared/control/keyboard.ts';

/**
 * What an input method has typed. An X application knows nothing of it: text that is being composed is typed as it comes, and what
 * changes of it is taken back with Backspace.
 */
export interface Composition {
  /** What is being composed, as it stands in the application. */
  readonly composing: string;
  /** What was typed last before it, as far as it may be composed anew. */
  readonly before: string;
}

export const noComposition: Composition = { composing: '', before: '' };

/** So much is remembered of what was typed: a word is composed anew, not a page. */
const rememberedLength = 200;

/** What is to be done at the application: so many characters taken back, then text typed; or a key, several times. */
export type Edit = { type: 'text'; erase: number; text: string } | { type: 'key'; androidCode: number; times: number };

/** Decides what an action of an input method does to the text. Pure. */
export function compose(state: Composition, action: ImeAction): { state: Composition; edits: Edit[] } {
  switch (action.type) {
    case 1: {
      const { text } = action.data;
      const before = (state.before + text).slice(-rememberedLength);
      return { state: { composing: '', before }, edits: replace(state.composing, text) };
    }
    case 4: {
      const { text } = action.data;
      return { state: { ...state, composing: text }, edits: replace(state.composing, text) };
    }
    case 5: {
      // Where the text begins is not known here: what is composed anew is taken to be what was typed last.
      const all = Array.from(state.before + state.composing);
      const length = Math.min(Math.max(action.data.end - action.data.start, 0), all.length);
      const at = all.length - length;
      return { state: { before: all.slice(0, at).join(''), composing: all.slice(at).join('') }, edits: [] };
    }
    case 2: {
      const { code: androidCode, times } = action.data;
      return { state: noComposition, edits: [{ type: 'key', androidCode, times }] };
    }
    case 3:
      return { state, edits: [] };
    default:
      throw action satisfies never;
  }
}

/** Makes one text of another, from where they differ on. */
function replace(old: string, next: string): Edit[] {
  const [was, will] = [Array.from(old), Array.from(next)];
  let same = 0;
  while (same < was.length && was[same] === will[same]) same += 1;
  const edit: Edit = { type: 'text', erase: was.length - same, text: will.slice(same).join('') };
  return edit.erase === 0 && edit.text === '' ? [] : [edit];
}
