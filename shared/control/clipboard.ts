import { z } from 'zod';

/** Additions: the text of the clipboard, both ways, in parts, for no message of the channel may be longer than `maxControlLength`. */

/** The largest text, in bytes of UTF-8. */
export const maxClipboardBytes = 1024 * 1024;

/** So many UTF-16 units are at the most 56 KiB of JSON in JSON, whatever they are. */
const partLength = 8 * 1024;

/** `more`: another part follows. */
const Part = z.object({ text: z.string().max(64 * 1024), more: z.boolean().default(false) });
export type ClipboardPart = z.output<typeof Part>;

/** To the host: what the application is to paste. */
export const ClipboardSet = z.object({ type: z.literal('clipboard::set'), data: Part });

/** From the host: what the application has copied (`clipboard::changed`). */
export const ClipboardChanged = Part;

/** A text as messages. */
export function clipboardParts(text: string): ClipboardPart[] {
  const count = Math.max(1, Math.ceil(text.length / partLength));
  return Array.from({ length: count }, (_, i) => ({
    text: text.slice(i * partLength, (i + 1) * partLength),
    more: i < count - 1,
  }));
}

/** Makes a text of its parts. */
export class ClipboardReader {
  #text = '';
  #bytes = 0;

  /** @returns the text with its last part, null before, and `too-large` in its stead where it is. */
  take({ text, more }: ClipboardPart): string | 'too-large' | null {
    this.#bytes += text.length;
    if (this.#bytes <= maxClipboardBytes) this.#text += text;
    if (more) return null;
    const whole = this.#text;
    const fits = this.#bytes <= maxClipboardBytes && new TextEncoder().encode(whole).length <= maxClipboardBytes;
    this.#text = '';
    this.#bytes = 0;
    return fits ? whole : 'too-large';
  }
}
