import { keyCodes } from '#shared/keys.ts';
import { empty } from './sink.ts';
import type { InputTarget } from './target.ts';

/** Android's numbers of the keys that are told by an input method. */
const androidKeys = { backspace: 67, delete: 112 } as const;

/** What comes as text and not as keys: of input methods, of dead keys, of the keyboard of a phone. */
export function listenToText({ sink: { field }, send, signal }: InputTarget): void {
  const commit = (text: string): void => {
    if (text !== '') send({ type: 'input::ime-event', data: { type: 1, data: { text } } });
  };
  const key = (code: number): void => send({ type: 'input::ime-event', data: { type: 2, data: { code } } });
  const press = (code: number): void => {
    for (const pressed of [true, false]) send({ type: 'input::key', data: { code, pressed } });
  };

  field.addEventListener(
    'beforeinput',
    (event) => {
      // What is being composed can't be kept out of the field, and is told by the events of the composition.
      if (event.isComposing || event.inputType.includes('Composition')) return;
      event.preventDefault();
      const text = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
      switch (event.inputType) {
        case 'insertLineBreak':
        case 'insertParagraph':
          press(keyCodes.Enter);
          return;
        case 'deleteContentBackward':
        case 'deleteWordBackward':
          key(androidKeys.backspace);
          return;
        case 'deleteContentForward':
        case 'deleteWordForward':
          key(androidKeys.delete);
          return;
        default:
          if (event.inputType.startsWith('insert')) commit(text);
      }
    },
    { signal },
  );

  // On a phone every word is composed: it is shown as it grows. Elsewhere an input method shows it in a window of its own.
  const shows = (): boolean => field.inputMode !== 'none';
  let shown = '';
  field.addEventListener(
    'compositionupdate',
    ({ data }) => {
      // Some tell of the last text once more before it is final.
      if (!shows() || data === shown) return;
      shown = data;
      send({ type: 'input::ime-event', data: { type: 4, data: { text: data } } });
    },
    { signal },
  );
  field.addEventListener(
    'compositionend',
    ({ data }) => {
      shown = '';
      if (shows()) send({ type: 'input::ime-event', data: { type: 1, data: { text: data } } });
      else commit(data);
      // The browser still writes it into the field.
      setTimeout(() => empty(field));
    },
    { signal },
  );
}
