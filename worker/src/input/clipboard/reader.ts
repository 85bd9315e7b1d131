import type { XEvent } from 'x11';
import { maxClipboardBytes } from '#shared/control/clipboard.ts';
import type { Connection } from '#worker/input/connection.ts';
import type { Atoms } from './atoms.ts';

/** How long an application may take over its answer, and over each part of it. Milliseconds. */
const answerMs = 2000;

/** The application that has copied is busy, or hangs. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor() {
    super('the application did not answer');
  }
}

/** Asks the owner of the clipboard for its text. */
export class ClipboardReader {
  readonly #client: Connection['client'];
  readonly #window: number;
  readonly #atoms: Atoms;
  /** What came and nobody has waited for yet: several events may come with one packet. */
  #came: Came[] = [];
  #wake: () => void = () => undefined;

  constructor({ client }: Pick<Connection, 'client'>, window: number, atoms: Atoms) {
    this.#client = client;
    this.#window = window;
    this.#atoms = atoms;
    client.on('event', (event) => {
      const came = this.#readEvent(event);
      if (came === undefined) return;
      this.#came.push(came);
      this.#wake();
    });
  }

  /** @returns the text; null where there is none. @throws NoAnswer; Error where it is too large. */
  async read(): Promise<string | null> {
    const { utf8, string, incr, answer } = this.#atoms;
    for (const target of [utf8, string]) {
      this.#came = [];
      this.#client.ConvertSelection(this.#window, this.#atoms.clipboard, target, answer, 0);
      if ((await this.#next(['answer', 'refusal'])) === 'refusal') continue;
      const { type, data } = await this.#take();
      const bytes = type === incr ? await this.#parts() : data;
      return bytes.toString(target === utf8 ? 'utf8' : 'latin1');
    }
    return null;
  }

  /** The answer in parts (ICCCM section 2.7.2): each comes when the one before is taken, the last is empty. */
  async #parts(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let bytes = 0; bytes <= maxClipboardBytes; ) {
      await this.#next(['part']);
      const { data } = await this.#take();
      if (data.length === 0) return Buffer.concat(parts);
      parts.push(data);
      bytes += data.length;
    }
    throw new Error('the text is too large');
  }

  /** Takes what is in the property, and so deletes it. */
  async #take(): Promise<{ type: number; data: Buffer }> {
    const words = maxClipboardBytes / 4 + 1;
    return await new Promise((resolve, reject) => {
      this.#client.GetProperty(1, this.#window, this.#atoms.answer, anyType, 0, words, (error, found) => {
        if (error) reject(error);
        else if (found.bytesAfter > 0 || found.data.length > maxClipboardBytes) reject(new Error('the text is too large'));
        else resolve(found);
        return true;
      });
    });
  }

  #readEvent({ type, name, requestor, property, wid, atom, state }: XEvent): Came | undefined {
    if (type === selectionNotify && requestor === this.#window) return property === 0 ? 'refusal' : 'answer';
    const isPart = name === 'PropertyNotify' && wid === this.#window && atom === this.#atoms.answer && state === 0;
    return isPart ? 'part' : undefined;
  }

  /** The next that came of these; what came before it is passed over. */
  async #next(wanted: readonly Came[]): Promise<Came> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(reject, answerMs, new NoAnswer());
    try {
      for (;;) {
        for (let came = this.#came.shift(); came !== undefined; came = this.#came.shift()) if (wanted.includes(came)) return came;
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await Promise.race([woken, promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

/** `part`: something is new in the property that answers are put into. */
type Came = 'answer' | 'refusal' | 'part';

const anyType = 0;
const selectionNotify = 31;
