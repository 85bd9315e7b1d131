import { pasteMessages } from './clipboard.ts';
import type { ControlInput } from './control.ts';

/** What a page tells the host, and the others of its session, by the control channel. */
export abstract class Speaking {
  /** Sends on the control channel; what is sent while there is none is dropped. */
  abstract send(message: ControlInput): void;

  /** Gives the application a text to paste, of at most a megabyte. */
  setClipboard(text: string): void {
    for (const message of pasteMessages(text)) this.send(message);
  }

  /** Asks for control: who has it, and the owner, hear of it. A guest that may control gets it at once where there is nobody to ask. */
  requestControl(): void {
    this.send({ type: 'control::request', data: {} });
  }

  /** Gives control to another client: for who has it, and for the owner. */
  giveControl(peer: string): void {
    this.send({ type: 'control::give', data: { peer } });
  }

  /** Takes control back: for the owner. */
  takeControl(): void {
    this.send({ type: 'control::take', data: {} });
  }
}
