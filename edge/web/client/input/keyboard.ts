import { HeldKeys, type KeyChange } from './held-keys.ts';
import { codesOf } from './keycode.ts';
import type { InputTarget } from './target.ts';

/** The keys by which a person rules the browser: to reload, to fill the screen, to look inside. */
export function isBrowserKey({ code, ctrlKey, shiftKey }: { code: string; ctrlKey: boolean; shiftKey: boolean }): boolean {
  if (code === 'F5' || code === 'F11' || code === 'F12') return true;
  return ctrlKey && (code === 'KeyR' || (shiftKey && code === 'KeyI'));
}

/** The keyboard while the picture has the focus. In full screen all keys but the browser's own F11 are the application's. */
export function listenToKeyboard({ video, send, signal }: InputTarget): void {
  const held = new HeldKeys();
  const tell = (changes: readonly KeyChange[]): void => {
    for (const data of changes) send({ type: 'input::key', data });
  };

  const read = (event: KeyboardEvent) => ({
    code: event.code,
    key: event.key,
    modifiers: {
      Control: event.getModifierState('Control'),
      Shift: event.getModifierState('Shift'),
      Alt: event.getModifierState('Alt'),
      Meta: event.getModifierState('Meta'),
    },
  });

  const take = (event: KeyboardEvent): void => {
    const browsers = document.fullscreenElement === null ? isBrowserKey(event) : event.code === 'F11';
    if (browsers || event.isComposing) return;
    // What the application can't hear stays with the browser.
    if (codesOf(event).length > 0) event.preventDefault();
    tell(event.type === 'keydown' ? held.down(read(event)) : held.up(read(event)));
  };

  video.addEventListener('keydown', take, { signal });
  video.addEventListener('keyup', take, { signal });
  const letGo = (): void => tell(held.releaseAll());
  video.addEventListener('blur', letGo, { signal });
  window.addEventListener('blur', letGo, { signal });
  document.addEventListener('visibilitychange', () => document.hidden && letGo(), { signal });
  signal.addEventListener('abort', letGo, { once: true });
}
