import type { ImeAction } from '#shared/control/keyboard.ts';
import { keyCodes } from '#shared/keys.ts';
import type { Action, Held, Step } from '#worker/input/held.ts';
import { xKeyCode } from '#worker/input/keymap.ts';
import { androidKey } from './android-keys.ts';
import { compose, type Edit } from './ime.ts';

const backspace = xKeyCode(keyCodes.Backspace) ?? 22;

/** What an action of an input method does to the X server. */
export function imeEvent(held: Held, action: ImeAction): Step {
  const { state, edits } = compose(held.composition, action);
  return { held: { ...held, composition: state }, actions: edits.flatMap(actionsOf) };
}

function actionsOf(edit: Edit): Action[] {
  if (edit.type === 'key') {
    const keyCode = androidKey(edit.androidCode);
    return keyCode === undefined ? [] : [{ type: 'tap', keyCode, times: edit.times }];
  }
  const { erase, text } = edit;
  return [
    ...(erase === 0 ? [] : [{ type: 'tap', keyCode: backspace, times: erase } satisfies Action]),
    ...(text === '' ? [] : [{ type: 'text', text } satisfies Action]),
  ];
}
