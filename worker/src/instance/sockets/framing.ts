import { isUtf8 } from 'node:buffer';
import { type ChannelMessage, maxMessageBytes } from '#worker/channel-message.ts';

/**
 * How messages are told apart on a socket, which is a stream of bytes:
 * - `raw`: not at all, as on the sockets of the original: what the application writes at once is mostly one message, text where it is
 *   UTF-8;
 * - `length`: each message has five bytes before it: the length of what follows them (32 bits, big-endian), and its kind: 1 text,
 *   2 binary, and from us 3 and 4, without data: a client has opened the channel, and is gone;
 * - `lines`: each message is a line of text.
 */
export type Framing = 'raw' | 'length' | 'lines';

/** What an application is told of a channel besides its messages. */
export type Presence = 'opened' | 'closed';

const kinds = { text: 1, binary: 2, opened: 3, closed: 4 } as const;
const headerBytes = 5;
/** The longest line that an application may write, in bytes. */
const maxLineBytes = 64 * 1024;

/** What an application wrote can't be read. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

export function encodeMessage(framing: Framing, { kind, data }: ChannelMessage): Buffer {
  if (framing === 'raw') return data;
  if (framing === 'lines') return Buffer.concat([data, Buffer.from('\n')]);
  return Buffer.concat([header(data.length, kind), data]);
}

/** @returns nothing where the framing can't say it. */
export const encodePresence = (framing: Framing, presence: Presence): Buffer =>
  framing === 'length' ? header(0, presence) : Buffer.alloc(0);

function header(length: number, kind: keyof typeof kinds): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt32BE(length);
  bytes.writeUInt8(kinds[kind], 4);
  return bytes;
}

/** Makes messages of the bytes that an application writes, in whatever pieces they come. */
export class MessageReader {
  readonly #framing: Framing;
  #rest: Buffer = Buffer.alloc(0);

  constructor(framing: Framing) {
    this.#framing = framing;
  }

  /** Gives the messages that are complete. @throws FramingError behind the last that can be read: nothing can be read after it. */
  *push(chunk: Buffer): Generator<ChannelMessage, void> {
    if (this.#framing === 'raw') {
      for (const data of pieces(chunk)) yield { kind: isUtf8(data) ? 'text' : 'binary', data };
      return;
    }
    const next = this.#framing === 'length' ? byLength : byLine;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let found = next(this.#rest); found !== undefined; found = next(this.#rest)) {
      this.#rest = this.#rest.subarray(found.bytes);
      yield found.message;
    }
  }
}

function pieces(chunk: Buffer): Buffer[] {
  const count = Math.ceil(chunk.length / maxMessageBytes);
  return Array.from({ length: count }, (_, i) => chunk.subarray(i * maxMessageBytes, (i + 1) * maxMessageBytes));
}

function byLength(bytes: Buffer): { message: ChannelMessage; bytes: number } | undefined {
  if (bytes.length < headerBytes) return undefined;
  const length = bytes.readUInt32BE();
  const number = bytes.readUInt8(4);
  if (length > maxMessageBytes) throw new FramingError(`a message of ${length} bytes is larger than ${maxMessageBytes}`);
  if (number !== kinds.text && number !== kinds.binary) throw new FramingError(`there is no kind of message ${number}`);
  const end = headerBytes + length;
  if (bytes.length < end) return undefined;
  const data = bytes.subarray(headerBytes, end);
  if (number === kinds.text && !isUtf8(data)) throw new FramingError('a text message is no UTF-8');
  return { message: { kind: number === kinds.text ? 'text' : 'binary', data }, bytes: end };
}

function byLine(bytes: Buffer): { message: ChannelMessage; bytes: number } | undefined {
  const end = bytes.indexOf('\n');
  if (Math.max(end, end < 0 ? bytes.length : 0) > maxLineBytes)
    throw new FramingError(`a line is longer than ${maxLineBytes} bytes`);
  return end < 0 ? undefined : { message: { kind: 'text', data: bytes.subarray(0, end) }, bytes: end + 1 };
}
