import type { z } from 'zod';
import type { StunServer } from '#shared/gateway.ts';
import type { VideoCodecName } from '#shared/signal.ts';
import { Connection, type ConnectionEvent } from './connection.ts';
import { FarpaneError } from './errors.ts';
import type { Playback } from './playback.ts';
import type { IceCredentials } from './sdp.ts';
import { Signalling, type SignallingEvent } from './signalling.ts';
import { WaySearch } from './way-search.ts';

/**
 * How long the connection may take, and the first picture may be awaited; and how much sooner than its host a browser misses the other
 * side, which is when the host begins to count for how long it keeps the client's place. Milliseconds.
 */
export const mediaTimes = { connectMs: 30_000, pictureMs: 30_000, soonerMs: 5000 } as const;

export type AttemptEvent =
  | { readonly type: 'answered' | 'picture' | 'interrupted' | 'recovered' | 'muted' | 'hung-up' }
  | { readonly type: 'queued'; readonly place: number }
  | { readonly type: 'discovered'; readonly capabilities: readonly string[] }
  | { readonly type: 'channel'; readonly channel: RTCDataChannel }
  | { readonly type: 'lost'; readonly error: FarpaneError };

export interface AttemptOptions {
  readonly url: string;
  readonly stunServers: readonly StunServer[];
  /** What shows the picture: its owner decides what is seen after the attempt. */
  readonly playback: Playback;
  readonly dataChannels: readonly string[];
  readonly codecs: readonly z.input<typeof VideoCodecName>[];
  readonly audio: boolean;
  readonly microphone: boolean;
  readonly camera: boolean;
  /** Whether the client wants to hear who is in control. */
  readonly roles: boolean;
  readonly on: (event: AttemptEvent) => void;
}

/** One way into a session: its socket, its peer connection and its picture, from the first frame on the wire to the loss of it. */
export class Attempt {
  readonly connection: Connection;
  readonly #signalling: Signalling;
  readonly #options: AttemptOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Looks for another way to the host until there is one, or it is given up. */
  readonly #search = new WaySearch((isFirst) => this.#signalling.restartIce(!isFirst));
  #connected = false;
  #seen = false;
  #closed = false;

  /** @throws FarpaneError where the browser can't do it, or the gateway's answer is of no use. */
  constructor(options: AttemptOptions) {
    const { url, stunServers, playback, dataChannels, codecs, audio, microphone, camera, roles } = options;
    this.#options = options;
    this.connection = new Connection({ stunServers, dataChannels, microphone, camera, on: (event) => this.#media(event) });
    try {
      this.#signalling = new Signalling({
        url,
        settings: {
          data_channels: [...dataChannels],
          enable_speaker: audio,
          enable_microphone: microphone,
          enable_video: true,
          enable_camera: camera,
          resumable: true,
          ...(roles ? { roles } : {}),
          ...(codecs.length === 0 ? {} : { video: { preferred_decoder_codecs: [...codecs] } }),
        },
        on: (event) => this.#signal(event),
      });
    } catch (error) {
      this.connection.close();
      throw error;
    }
    // The browser knows of another network before it misses the answers of the old one.
    addEventListener('online', this.#changed);
    playback.show(this.connection.stream, {
      onPicture: () => this.#picture(),
      onMuted: () => this.#tell({ type: 'muted' }),
    });
  }

  readonly #changed = (): void => {
    if (this.#connected) this.#signalling.restartIce(false);
  };

  /** Idempotent; no event follows. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#search.stop();
    removeEventListener('online', this.#changed);
    this.#signalling.close();
    this.connection.close();
  }

  #signal(event: SignallingEvent): void {
    switch (event.type) {
      case 'offer':
        void this.#offered(event.sdp);
        return;
      case 'candidate':
        void this.connection.add(event.candidate);
        return;
      case 'queued':
      case 'discovered':
        this.#tell(event);
        return;
      case 'ice':
        void this.#restarted(event.ice);
        return;
      case 'failed':
        this.#lose(event.error);
        return;
      case 'closed':
        return;
      default:
        event satisfies never;
        return;
    }
  }

  async #offered(sdp: string): Promise<void> {
    try {
      const answer = await this.connection.answer(sdp);
      if (this.#closed) return;
      this.#signalling.answer(answer);
      if (!this.#connected) this.#limit(mediaTimes.connectMs, 'connection_failed');
      this.#tell({ type: 'answered' });
    } catch (error) {
      this.#lose(FarpaneError.from(error));
    }
  }

  #media(event: ConnectionEvent): void {
    switch (event.type) {
      case 'candidate':
        this.#signalling.candidate(event.candidate);
        return;
      case 'channel':
      case 'hung-up':
        this.#tell(event);
        return;
      case 'connected':
        this.#connected = true;
        this.#search.stop();
        if (this.#seen) {
          this.#recovered();
          return;
        }
        this.#limit(mediaTimes.pictureMs, 'no_video');
        return;
      case 'interrupted':
        this.#interrupted();
        return;
      case 'cut':
        if (this.#connected) this.#interrupted();
        else this.#lose(new FarpaneError('connection_failed'));
        return;
      case 'lost':
        this.#lose(new FarpaneError(this.#connected ? 'connection_lost' : 'connection_failed'));
        return;
      default:
        event satisfies never;
        return;
    }
  }

  /** As long as the host keeps this client's place there may be another way to it. */
  #interrupted(): void {
    if (this.#search.isOn) return;
    this.#limit(this.#signalling.keptMs + mediaTimes.soonerMs, 'connection_lost');
    this.#tell({ type: 'interrupted' });
    this.#search.start();
  }

  async #restarted(ice: IceCredentials): Promise<void> {
    await this.connection.restartIce(ice).catch((error: unknown) => this.#lose(FarpaneError.from(error)));
  }

  #recovered(): void {
    clearTimeout(this.#timer);
    this.#tell({ type: 'recovered' });
  }

  #picture(): void {
    this.#seen = true;
    clearTimeout(this.#timer);
    this.#tell({ type: 'picture' });
  }

  #limit(ms: number, code: 'connection_failed' | 'connection_lost' | 'no_video'): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lose(new FarpaneError(code)), ms);
  }

  #lose(error: FarpaneError): void {
    this.#tell({ type: 'lost', error });
  }

  #tell(event: AttemptEvent): void {
    if (!this.#closed) this.#options.on(event);
  }
}
