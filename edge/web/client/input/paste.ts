import { pasteMessages } from '#web/client/clipboard.ts';
import type { InputTarget } from './target.ts';

/** How long the browser may take to say what is pasted, in milliseconds: then the key goes without. */
const pasteMs = 200;

/** The keys on which browsers paste. */
export const pastes = ({ code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean =>
  !altKey && ((code === 'KeyV' && ctrlKey !== metaKey) || (code === 'Insert' && shiftKey && !ctrlKey));

/** Gives the application what the user pastes, before the key that makes it paste. */
export class Paster {
  #key: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ sink: { field }, send, signal }: InputTarget) {
    field.addEventListener(
      'paste',
      (event) => {
        event.preventDefault();
        const text = event.clipboardData?.getData('text/plain') ?? '';
        if (text !== '') for (const message of pasteMessages(text)) send(message);
        this.flush();
      },
      { signal },
    );
    signal.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** A key on which the browser is about to paste went down. */
  hold(key: () => void): void {
    this.flush();
    this.#key = key;
    this.#timer = setTimeout(() => this.flush(), pasteMs);
  }

  /** Lets the key go that is held back. */
  flush(): void {
    clearTimeout(this.#timer);
    const key = this.#key;
    this.#key = undefined;
    key?.();
  }
}
