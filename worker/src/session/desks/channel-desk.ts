import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import type { Application } from '#worker/application.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import type { SocketFolder } from '#worker/instance/sockets/folder.ts';
import type { AppSocket } from '#worker/instance/sockets/socket.ts';

export interface ChannelDeskOptions {
  sockets: Pick<SocketFolder, 'open' | 'describe'>;
  settings: Application['dataChannels'];
  /** Sends on a client's named channel; resolves when there is room for the next message. */
  send: (peer: PeerId, channel: string, message: ChannelMessage) => Promise<void>;
  /** Sends on a client's control channel. */
  tell: (peer: PeerId, type: string, data: string) => void;
  log: Logger;
}

interface Channel {
  socket: AppSocket;
  /** The client that has it open. */
  peer: PeerId | null;
  /** Whether more waits for the application than should. */
  full: boolean;
  /** What waits for a client to open it. */
  waiting: Set<() => void>;
}

/** So many sockets of data channels a session has at the most, whatever names its clients come up with. */
const maxChannels = 16;

/** Joins the owner's named data channels to sockets of the instance. What a guest sends on channels of its own goes nowhere. */
export class ChannelDesk {
  readonly #options: ChannelDeskOptions;
  readonly #channels = new Map<string, Channel>();
  #owner: PeerId | null = null;
  #opening: Promise<void> = Promise.resolve();
  #passedOver = 0;

  private constructor(options: ChannelDeskOptions) {
    this.#options = options;
  }

  /** Makes the sockets that the application's configuration names. @throws Error where one can't be made. */
  static async open(options: ChannelDeskOptions): Promise<ChannelDesk> {
    const desk = new ChannelDesk(options);
    await desk.#openAll(options.settings.names);
    return desk;
  }

  /** An owner is served, with these channels: their sockets are there when this resolves. */
  async add(peer: PeerId, names: readonly string[]): Promise<void> {
    this.#owner = peer;
    // One after the other: owners may come at once, with the same names.
    this.#opening = this.#opening
      .then(() => this.#openAll(names))
      .catch((error: unknown) => this.#options.log.error('channel.no-socket', { error }));
    await this.#opening;
  }

  /** A client has opened a channel. */
  opened(peer: PeerId, name: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined || peer !== this.#owner) return;
    this.#leave(channel);
    channel.peer = peer;
    channel.socket.setOpen(true);
    if (channel.full) this.#press(name, channel);
    for (const resolve of channel.waiting) resolve();
    channel.waiting.clear();
  }

  /** A client has sent a message on a channel. */
  hear(peer: PeerId, name: string, message: ChannelMessage): void {
    const channel = this.#channels.get(name);
    if (channel === undefined || channel.peer !== peer) {
      this.#passedOver += 1;
      if (this.#passedOver === 1) this.#options.log.info('channel.passed-over', { peer });
      return;
    }
    if (channel.socket.send(message)) return;
    // What comes now would be what follows a gap.
    this.#leave(channel);
    const why = 'The application does not read what is sent on this channel.';
    this.#options.tell(peer, 'channel::failed', JSON.stringify({ name, message: why }));
  }

  /** A client is gone. */
  remove(peer: PeerId): void {
    if (this.#owner === peer) this.#owner = null;
    for (const channel of this.#channels.values()) if (channel.peer === peer) this.#leave(channel);
  }

  async #openAll(names: readonly string[]): Promise<void> {
    const { sockets, settings, log } = this.#options;
    const missing = names.filter((name) => !this.#channels.has(name));
    if (missing.length === 0) return;
    for (const name of missing) {
      if (this.#channels.size >= maxChannels) {
        log.warn('channel.too-many', { most: maxChannels });
        break;
      }
      const socket = await sockets.open(`webrtc_data_${name}`, {
        framing: settings.framing,
        log,
        onMessage: (message) => this.#pass(name, message),
        onPressure: (full) => {
          const channel = this.#channels.get(name);
          if (channel === undefined) return;
          channel.full = full;
          this.#press(name, channel);
        },
      });
      this.#channels.set(name, { socket, peer: null, full: false, waiting: new Set() });
    }
    await sockets.describe('channels.json', { framing: settings.framing, channels: [...this.#channels.keys()] });
  }

  /** Passes a message of the application to the client that has the channel open, or to the next that opens it. */
  async #pass(name: string, message: ChannelMessage): Promise<void> {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    for (;;) {
      const peer = channel.peer;
      if (peer === null) {
        await new Promise<void>((resolve) => channel.waiting.add(resolve));
        continue;
      }
      try {
        await this.#options.send(peer, name, message);
        return;
      } catch (error) {
        this.#options.log.info('channel.closed', { peer, error });
        if (channel.peer === peer) this.#leave(channel);
      }
    }
  }

  /** The client may go on sending, or is to wait. */
  #press(name: string, { peer, full }: Channel): void {
    if (peer !== null) this.#options.tell(peer, full ? 'channel::pause' : 'channel::resume', JSON.stringify({ name }));
  }

  #leave(channel: Channel): void {
    channel.peer = null;
    channel.socket.setOpen(false);
  }
}
