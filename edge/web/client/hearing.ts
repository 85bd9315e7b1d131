import type { Channels } from './channels.ts';
import { CopiedTexts } from './clipboard.ts';
import { readControlNews, readHostMessage } from './control.ts';
import type { LocalCursor } from './cursor.ts';
import type { Devices } from './devices.ts';
import type { SessionCallbacks } from './options.ts';
import type { Follower } from './wishes.ts';

export interface HearingOptions {
  readonly callbacks: SessionCallbacks;
  readonly channels: Channels;
  readonly devices: Devices;
  /** Undefined: the pointer is left to the picture. */
  readonly cursor: LocalCursor | undefined;
  readonly follower: Follower;
}

/** Tells all whom it concerns what the host says on the control channel. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #copied = new CopiedTexts();

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** A message as it came; what is none of the protocol is passed over. */
  take(raw: unknown): void {
    const message = readHostMessage(raw);
    if (message === undefined) return;
    const { callbacks, channels, devices, cursor, follower } = this.#options;
    channels.take(message);
    devices.take(message);
    cursor?.take(message);
    const copied = this.#copied.take(message);
    if (copied !== undefined) callbacks.onCopied?.(copied);
    callbacks.onMessage?.(message);
    if (message.type === 'screen::refused') follower?.refused();
    const news = readControlNews(message);
    if (news === undefined) return;
    if (news.type === 'state' && news.state.controller === news.state.you) follower?.recheck();
    callbacks.onControl?.(news);
  }
}
