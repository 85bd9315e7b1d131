import type { Channels } from './channels.ts';
import { CopiedTexts } from './clipboard.ts';
import { type ControlInput, type HostMessage, readControlNews, readHostMessage } from './control.ts';
import type { Devices } from './devices.ts';
import type { SessionCallbacks } from './options.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Follower } from './wishes.ts';

/** Draws a pointer while there is a way to the host. */
export interface DrawnCursor {
  begin(): void;
  take(message: HostMessage): void;
  end(): void;
}

export interface HearingOptions {
  readonly callbacks: SessionCallbacks;
  readonly channels: Channels;
  readonly devices: Devices;
  /** What draws the pointer; empty: it is left to the picture. */
  readonly cursors: readonly DrawnCursor[];
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
    const { cursors, follower, telemetry, send } = this.#options;
    channel.onmessage = (event: MessageEvent<unknown>) => this.#take(event.data);
    for (const cursor of cursors) cursor.begin();
    telemetry.begin();
    follower?.watch((data) => send({ type: 'screen::resize', data }));
  }

  /** It is gone. Idempotent. */
  end(): void {
    const { cursors, follower, telemetry } = this.#options;
    follower?.stop();
    for (const cursor of cursors) cursor.end();
    telemetry.end();
  }

  /** A message as it came; what is none of the protocol is passed over. */
  #take(raw: unknown): void {
    const message = readHostMessage(raw);
    if (message === undefined) return;
    const { callbacks, channels, devices, cursors, follower, telemetry } = this.#options;
    channels.take(message);
    devices.take(message);
    for (const cursor of cursors) cursor.take(message);
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
