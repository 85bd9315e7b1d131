import type { Channels } from './channels.ts';
import { CopiedTexts } from './clipboard.ts';
import { type ControlInput, readControlNews, readHostMessage } from './control.ts';
import type { LocalCursor } from './cursor.ts';
import type { Devices } from './devices.ts';
import type { SessionCallbacks } from './options.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Follower } from './wishes.ts';

export interface HearingOptions {
  readonly callbacks: SessionCallbacks;
  readonly channels: Channels;
  readonly devices: Devices;
  /** Undefined: the pointer is left to the picture. */
  readonly cursor: LocalCursor | undefined;
  readonly follower: Follower;
  readonly telemetry: Telemetry;
  /** Sends on the control channel. */
  readonly send: (message: ControlInput) => void;
}

/** Tells all whom it concerns what the host says on the control channel, and when there is one. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #copied = new CopiedTexts();

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** The channel is open. */
  begin(channel: RTCDataChannel): void {
    const { cursor, follower, telemetry, send } = this.#options;
    channel.onmessage = (event: MessageEvent<unknown>) => this.#take(event.data);
    cursor?.begin();
    telemetry.begin();
    follower?.watch((data) => send({ type: 'screen::resize', data }));
  }

  /** It is gone. Idempotent. */
  end(): void {
    const { cursor, follower, telemetry } = this.#options;
    follower?.stop();
    cursor?.end();
    telemetry.end();
  }

  /** A message as it came; what is none of the protocol is passed over. */
  #take(raw: unknown): void {
    const message = readHostMessage(raw);
    if (message === undefined) return;
    const { callbacks, channels, devices, cursor, follower, telemetry } = this.#options;
    channels.take(message);
    devices.take(message);
    cursor?.take(message);
    telemetry.take(message);
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
