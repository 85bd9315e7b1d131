import { HeldKeys, type KeyChange } from './held-keys.ts';
import { Paster, pastes } from './paste.ts';
import type { InputTarget } from './target.ts';
import { type KeyMeaning, meaningOf, type TypedKey } from './typing.ts';

/** The keys by which a person rules the browser: to reload, to fill the screen, to look inside. */
export function isBrowserKey({ code, ctrlKey, shiftKey }: { code: string; ctrlKey: boolean; shiftKey: boolean }): boolean {
  if (code === 'F5' || code === 'F11' || code === 'F12') return true;
  return ctrlKey && (code === 'KeyR' || (shiftKey && code === 'KeyI'));
}

/** Keys of an input method: what they make comes as text. 229: what browsers say where they do not know the key. */
const isOfInputMethod = ({ isComposing, key, keyCode }: KeyboardEvent): boolean =>
  isComposing || key === 'Process' || key === 'Dead' || key === 'Unidentified' || keyCode === 229;

const isMac = /^Mac/.test(navigator.platform);

/** The keyboard while the picture has the focus. In full screen all keys but the browser's own F11 are the application's. */
export function listenToKeyboard(target: InputTarget): void {
  const { video, sink, send, signal, keyMeaning } = target;
  const { field } = sink;
  const held = new HeldKeys();
  const paster = new Paster(target);
  const tell = (changes: readonly KeyChange[]): void => {
    for (const data of changes) send({ type: 'input::key', data });
  };
  // A locked pointer is a game's.
  const meaning = (): KeyMeaning =>
    keyMeaning === 'auto' ? (document.pointerLockElement === video ? 'positions' : 'characters') : keyMeaning;

  const down = (event: TypedKey): void => {
    const means = meaningOf(event, meaning());
    if ('codes' in means) {
      tell(held.down(event, means.codes));
      return;
    }
    tell(held.settle(event));
    send({ type: 'input::ime-event', data: { type: 1, data: { text: means.text } } });
  };

  const take = (event: KeyboardEvent): void => {
    const browsers = document.fullscreenElement === null ? isBrowserKey(event) : event.code === 'F11';
    if (browsers || (isOfInputMethod(event) && meaning() === 'characters')) return;
    const read = readEvent(event);
    if (event.type === 'keyup') {
      paster.flush();
      event.preventDefault();
      tell(held.up(read));
    } else if (pastes(event)) {
      paster.hold(() => down(read));
    } else {
      event.preventDefault();
      down(read);
    }
  };

  field.addEventListener('keydown', take, { signal });
  field.addEventListener('keyup', take, { signal });
  const letGo = (): void => {
    paster.flush();
    tell(held.releaseAll());
  };
  // The picture hands the focus on at once.
  field.addEventListener('blur', ({ relatedTarget }) => relatedTarget !== video && letGo(), { signal });
  window.addEventListener('blur', letGo, { signal });
  document.addEventListener('visibilitychange', () => document.hidden && letGo(), { signal });
  signal.addEventListener('abort', letGo, { once: true });
}

function readEvent(event: KeyboardEvent): TypedKey {
  const is = (name: string): boolean => event.getModifierState(name);
  const option = isMac && is('Alt') && !is('Control') && !is('Meta') && event.key > '~';
  return {
    code: event.code,
    key: event.key,
    modifiers: { Control: is('Control'), Shift: is('Shift'), Alt: is('Alt'), Meta: is('Meta') },
    altGraph: is('AltGraph') || option,
  };
}
