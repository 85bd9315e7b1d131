import type { z } from 'zod';
import type { SessionPost } from '#shared/gateway.ts';
import type { ControlNews, HostMessage } from './control.ts';
import type { DeviceCallbacks } from './devices.ts';
import type { FollowOptions } from './follow.ts';
import type { SessionState } from './state.ts';
import type { TelemetryCallbacks } from './telemetry/telemetry.ts';

export interface SessionCallbacks extends DeviceCallbacks, TelemetryCallbacks {
  readonly onState?: (state: SessionState) => void;
  /** The session exists: keep its id to come back to it. */
  readonly onId?: (id: string) => void;
  /** The browser demands a click before anything may sound. */
  readonly onMuted?: () => void;
  /** What the host says on the control channel. */
  readonly onMessage?: (message: HostMessage) => void;
  /** Who is in control, and who asks for it: told of from the start where this is given. */
  readonly onControl?: (news: ControlNews) => void;
  /** The application has copied a text, while this client is in control. */
  readonly onCopied?: (text: string) => void;
  /** A named data channel is open; after a reconnection it is a new one. */
  readonly onChannel?: (channel: RTCDataChannel) => void;
}

/** What every client may choose. */
export interface PlayOptions extends SessionCallbacks {
  readonly video: HTMLVideoElement;
  /** Names of further data channels, at most five. */
  readonly dataChannels?: readonly string[];
  /** Video codecs, the preferred one first: AV1, H264, VP8, VP9. A host that has none of them sends another one. */
  readonly codecs?: readonly string[];
  /** Whether sound is wanted; it is. */
  readonly audio?: boolean;
  /**
   * Whether this client draws the pointer. While it is in control that is the browser's, in the application's shape, and moves at once;
   * that of another who is in control is an element over `video`, which must show its picture whole and centred (`object-fit: contain`).
   * A page whose policy restricts images must allow `data:`. Default: false, it is in the picture, for all who watch.
   */
  readonly cursor?: boolean;
  /** Whether the page may send its microphone; it does only after `session.microphone.start()`. Default: false. */
  readonly microphone?: boolean;
  /** Whether the page may send its camera; it does only after `session.camera.start()`. Default: false. */
  readonly camera?: boolean;
}

export interface JoinOptions extends PlayOptions {
  /** `https://host` of the gateway. */
  readonly gateway: string;
  readonly token: string;
  /** Without a size: 1280 by 720, or as `follow` has it. */
  readonly screen?: z.input<typeof SessionPost>['screen'];
  /** The picture's size follows that of an element while it plays. Default: it keeps the size that it has. */
  readonly follow?: FollowOptions;
}

export interface StartOptions extends JoinOptions {
  readonly app: string;
  /** Default: the latest that is published. */
  readonly appVersion?: number;
  readonly region?: string;
  /** Minutes without a client after which the session ends. With it the session can be joined, and reconnects by itself. */
  readonly idleTimeMin?: number;
  /** Where no slot is free, the session waits in line for one for so many minutes at most; without it, it fails at once. */
  readonly waitMaxMin?: number;
  /** For how many seconds the host keeps this client's place while its connection is broken. Default: as the gateway is set. */
  readonly reconnectSec?: number;
  readonly extraData?: z.input<typeof SessionPost>['extra_data'];
}
