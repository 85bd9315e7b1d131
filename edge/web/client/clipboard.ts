import { ClipboardChanged, ClipboardReader, clipboardParts } from '#shared/control/clipboard.ts';
import { decodeJson } from '#shared/decode.ts';
import type { ControlInput, HostMessage } from './control.ts';

/** A text for the application to paste, as messages. */
export const pasteMessages = (text: string): ControlInput[] =>
  clipboardParts(text).map((data) => ({ type: 'clipboard::set', data }));

/** Makes what the application has copied of the host's messages. */
export class CopiedTexts {
  readonly #reader = new ClipboardReader();

  /** @returns the text with the last message of it, else undefined. */
  take({ type, data }: HostMessage): string | undefined {
    if (type !== 'clipboard::changed' || typeof data !== 'string') return undefined;
    try {
      const text = this.#reader.take(decodeJson(ClipboardChanged, data, type));
      return text === null || text === 'too-large' ? undefined : text;
    } catch {
      return undefined;
    }
  }
}
