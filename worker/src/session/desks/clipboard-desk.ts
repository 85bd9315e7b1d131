import { type ClipboardPart, ClipboardReader, clipboardParts, maxClipboardBytes } from '#shared/control/clipboard.ts';
import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { Application } from '#worker/application.ts';

export interface ClipboardDeskOptions {
  policy: Application['clipboard'];
  /** Who is in control: it alone pastes, and hears what is copied. */
  controller: () => PeerId | null;
  /** Gives the application a text to paste. */
  paste: (text: string) => void;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  log: Logger;
}

/** The clipboard between the client in control and the application, as far as the application's configuration lets it. */
export class ClipboardDesk {
  readonly #options: ClipboardDeskOptions;
  /** What is coming, and from whom. */
  #coming: { peer: PeerId; reader: ClipboardReader } | null = null;
  #refused = 0;

  constructor(options: ClipboardDeskOptions) {
    this.#options = options;
  }

  /** A client in control has a text, or a part of one. */
  set(peer: PeerId, part: ClipboardPart): void {
    const { policy, paste } = this.#options;
    if (policy === 'out' || policy === 'off') {
      this.#refuse(peer, 'Texts can not be pasted into this application.');
      return;
    }
    if (this.#coming?.peer !== peer) this.#coming = { peer, reader: new ClipboardReader() };
    const text = this.#coming.reader.take(part);
    if (text === null) return;
    this.#coming = null;
    if (text === 'too-large') this.#refuse(peer, `The text is larger than ${maxClipboardBytes} bytes.`);
    else paste(text.replaceAll('\r\n', '\n'));
  }

  /** The application has copied a text. */
  copied(text: string): void {
    const { controller, tell } = this.#options;
    const peer = controller();
    if (peer === null) return;
    for (const part of clipboardParts(text)) tell(peer, 'clipboard::changed', JSON.stringify(part));
  }

  #refuse(peer: PeerId, message: string): void {
    this.#options.tell(peer, 'clipboard::refused', JSON.stringify({ message }));
    this.#refused += 1;
    if (this.#refused === 1) this.#options.log.info('clipboard.refused', { peer, reason: message });
  }
}

/** Whether it is to be heard what the application copies. */
export const hearsCopies = (policy: Application['clipboard']): boolean => policy === 'both' || policy === 'out';
