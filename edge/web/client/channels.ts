import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import type { HostMessage } from './control.ts';
import { FarpaneError } from './errors.ts';

/** What may wait in the browser for one channel, in bytes, before the next message waits; and what must be left to go on. */
const buffered = { highBytes: 1024 * 1024, lowBytes: 256 * 1024 } as const;

/** What the host says of a named channel (`channel::pause`, `channel::resume`, `channel::failed`). */
const ChannelNews = z.object({ name: z.string(), message: z.string().optional() });

/** What is needed of a data channel. */
type Channel = Pick<RTCDataChannel, 'label' | 'readyState' | 'bufferedAmount' | 'addEventListener'> & {
  bufferedAmountLowThreshold: number;
  send(data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): void;
};

interface Entry {
  channel: Channel;
  /** The application is behind: the host asks to wait. */
  paused: boolean;
  failure: FarpaneError | undefined;
  /** Those who want to write wait in a line. */
  line: Promise<void>;
  wake: () => void;
}

/** The named data channels of a session, written to no faster than the network and the application take it. */
export class Channels {
  readonly #entries = new Map<string, Entry>();

  /** A channel is open; after a reconnection it is a new one. */
  opened(channel: Channel): void {
    channel.bufferedAmountLowThreshold = buffered.lowBytes;
    const entry: Entry = { channel, paused: false, failure: undefined, line: Promise.resolve(), wake: () => undefined };
    channel.addEventListener('bufferedamountlow', () => entry.wake());
    channel.addEventListener('close', () => entry.wake());
    this.#entries.set(channel.label, entry);
  }

  /** Hears what the host says of a channel. */
  take({ type, data }: HostMessage): void {
    if (!type.startsWith('channel::') || typeof data !== 'string') return;
    let news: z.output<typeof ChannelNews>;
    try {
      news = decodeJson(ChannelNews, data, type);
    } catch {
      return;
    }
    const entry = this.#entries.get(news.name);
    if (entry === undefined) return;
    if (type === 'channel::pause') entry.paused = true;
    if (type === 'channel::resume') entry.paused = false;
    if (type === 'channel::failed') {
      entry.failure = new FarpaneError('channel_closed', news.message === undefined ? {} : { message: news.message });
    }
    entry.wake();
  }

  /**
   * Writes a message: as soon as those before it are written, the browser's buffer has room, and the application has caught up.
   *
   * @throws FarpaneError `channel_closed` where it can't be written any more.
   */
  async write(name: string, data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new FarpaneError('channel_closed');
    const written = entry.line.then(() => write(entry, data));
    entry.line = written.catch(() => undefined);
    await written;
  }
}

async function write(entry: Entry, data: string | ArrayBuffer | ArrayBufferView<ArrayBuffer>): Promise<void> {
  const { channel } = entry;
  for (;;) {
    if (entry.failure !== undefined) throw entry.failure;
    if (channel.readyState !== 'open') throw new FarpaneError('channel_closed');
    if (!entry.paused && channel.bufferedAmount <= buffered.highBytes) break;
    await new Promise<void>((resolve) => {
      entry.wake = resolve;
    });
  }
  channel.send(data);
}
