/** DATA_CHANNEL_OPEN (RFC 8832 section 5.1). */
const openType = 3;
/** Before the label: type, channel type, priority, reliability, and the lengths of label and protocol. Bytes. */
const headerBytes = 12;

/** The label of the channel that a client opens with this message; undefined where it opens none. */
export function openedLabel(message: Buffer): string | undefined {
  if (message[0] !== openType || message.length < headerBytes) return undefined;
  return message.toString('utf8', headerBytes, headerBytes + message.readUInt16BE(8));
}

/**
 * Which of a client's streams is which channel. Presumed at first: clients create their channels in the order that they have told, and
 * number them 0, 2, 4, … where they began the DTLS handshake, else 1, 3, 5, … (RFC 8832 section 6). What a client says when it opens a
 * channel counts for more: some go by their part in ICE instead, which is another one as this server is ICE-lite.
 */
export class StreamNames {
  /** Every id that a client may use for its channels. */
  readonly ids: readonly number[];
  readonly #byId: Map<number, string>;

  constructor(names: readonly string[], ids: 'even' | 'odd') {
    this.ids = Array.from({ length: 2 * names.length }, (_, id) => id);
    this.#byId = new Map(names.map((name, index) => [2 * index + (ids === 'even' ? 0 : 1), name]));
  }

  /** The channel that a stream is; undefined where nothing is known of it. */
  nameOf(id: number): string | undefined {
    return this.#byId.get(id);
  }

  /** The stream that a channel is. */
  idOf(name: string): number | undefined {
    for (const [id, known] of this.#byId) if (known === name) return id;
    return undefined;
  }

  /** The client has opened a channel. A label that nobody has told of leaves it at what was presumed. */
  learn(id: number, label: string): void {
    const before = this.idOf(label);
    if (before === undefined || before === id) return;
    const displaced = this.#byId.get(id);
    this.#byId.delete(before);
    this.#byId.set(id, label);
    if (displaced !== undefined) this.#byId.set(before, displaced);
  }
}
