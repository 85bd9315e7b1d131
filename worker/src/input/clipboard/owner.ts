/// <reference path="../x11.d.ts" />
import x11, { type XEvent } from 'x11';
import type { Connection } from '#worker/input/connection.ts';
import type { Atoms } from './atoms.ts';

/** More than this goes in parts (ICCCM section 2.7.2, INCR): a request can't be larger than 256 KiB. Bytes. */
const maxPropertyBytes = 128 * 1024;
/** How many may be fetching a large text at once, and how long one may take over a part. */
const maxTransfers = 8;
const transferMs = 10_000;

interface Transfer {
  requestor: number;
  property: number;
  rest: Buffer;
  type: number;
  timer: NodeJS.Timeout;
}

/** Hands a text to whoever asks for the clipboard, as its owner. */
export class ClipboardOwner {
  readonly #client: Connection['client'];
  readonly #window: number;
  readonly #atoms: Atoms;
  #text = Buffer.alloc(0);
  #transfers: Transfer[] = [];

  constructor({ client }: Pick<Connection, 'client'>, window: number, atoms: Atoms) {
    this.#client = client;
    this.#window = window;
    this.#atoms = atoms;
    client.on('event', (event) => {
      if (event.name === 'SelectionRequest' && event.owner === window) this.#answer(event);
      if (event.name === 'PropertyNotify' && event.state === 1) this.#next(event);
    });
  }

  /** Becomes the owner, with this text. */
  take(text: string): void {
    this.#text = Buffer.from(text);
    this.#client.SetSelectionOwner(this.#window, this.#atoms.clipboard, 0);
  }

  #answer({ requestor = 0, selection = 0, target = 0, property = 0, time = 0 }: XEvent): void {
    // Old clients name no property: the target is meant.
    const where = property === 0 ? target : property;
    const put = this.#put(requestor, where, target);
    const event = Buffer.alloc(32);
    event.writeUInt8(selectionNotify, 0);
    for (const [i, word] of [time, requestor, selection, target, put ? where : 0].entries()) event.writeUInt32LE(word, 4 + 4 * i);
    this.#client.SendEvent(requestor, false, 0, event);
  }

  /** @returns whether it is there, or is going to come. */
  #put(requestor: number, property: number, target: number): boolean {
    const { targets, utf8, plainText, text, string, atom, incr } = this.#atoms;
    if (target === targets) {
      const words = new Uint32Array([targets, utf8, plainText, text, string]);
      this.#client.ChangeProperty(0, requestor, property, atom, 32, Buffer.from(words.buffer));
      return true;
    }
    const bytes = target === string ? Buffer.from(this.#text.toString('utf8'), 'latin1') : this.#text;
    if (![utf8, plainText, text, string].includes(target)) return false;
    const type = target === text ? utf8 : target;
    if (bytes.length <= maxPropertyBytes) {
      this.#client.ChangeProperty(0, requestor, property, type, 8, bytes);
      return true;
    }
    if (this.#transfers.length >= maxTransfers) return false;
    const transfer: Transfer = {
      requestor,
      property,
      rest: bytes,
      type,
      timer: setTimeout(() => this.#drop(transfer), transferMs),
    };
    this.#transfers.push(transfer);
    // It asks for the next part by deleting the one before.
    this.#client.ChangeWindowAttributes(requestor, { eventMask: x11.eventMask.PropertyChange });
    const size = Buffer.alloc(4);
    size.writeUInt32LE(bytes.length);
    this.#client.ChangeProperty(0, requestor, property, incr, 32, size);
    return true;
  }

  #next({ wid, atom }: XEvent): void {
    const transfer = this.#transfers.find(({ requestor, property }) => requestor === wid && property === atom);
    if (transfer === undefined) return;
    const { requestor, property, rest, type, timer } = transfer;
    // The last part is empty.
    this.#client.ChangeProperty(0, requestor, property, type, 8, rest.subarray(0, maxPropertyBytes));
    if (rest.length === 0) this.#drop(transfer);
    transfer.rest = rest.subarray(maxPropertyBytes);
    timer.refresh();
  }

  #drop(transfer: Transfer): void {
    clearTimeout(transfer.timer);
    this.#transfers = this.#transfers.filter((each) => each !== transfer);
  }
}

const selectionNotify = 31;
