import { z } from 'zod';
import { decodeBase64, encodeBase64 } from '#shared/base64.ts';
import { decodeJson } from '#shared/decode.ts';
import type { ClientSettings, ClientSignal } from '#shared/signal.ts';
import { keepAlive, maxApiVersion, ServerSignal } from '#shared/signal.ts';
import { FarpaneError } from './errors.ts';
import type { IceCredentials } from './sdp.ts';

/** How long each step may take, and how often the idle socket is kept alive, in milliseconds. */
export const signallingTimes = {
  openMs: 15_000,
  discoverMs: 15_000,
  offerMs: 60_000,
  closeMs: 500,
  keepAliveMs: 30_000,
} as const;

export type SignallingEvent =
  /** What the application has besides picture and sound. */
  | { readonly type: 'discovered'; readonly capabilities: readonly string[] }
  | { readonly type: 'offer'; readonly sdp: string }
  | { readonly type: 'candidate'; readonly candidate: RTCIceCandidateInit }
  /** The session waits for a slot. `place` in the line: from 1; 0 = it has one now. */
  | { readonly type: 'queued'; readonly place: number }
  /** The host's new credentials, in answer to {@link Signalling.restartIce}; candidates follow. */
  | { readonly type: 'ice'; readonly ice: IceCredentials }
  /** The server told a failure, or the socket failed before the offer was answered. Nothing follows it. */
  | { readonly type: 'failed'; readonly error: FarpaneError }
  /** The socket closed after its work was done: the media goes on without it. Nothing follows it. */
  | { readonly type: 'closed' };

export interface SignallingOptions {
  readonly url: string;
  readonly settings: Omit<z.input<typeof ClientSettings>, 'type' | 'api_version'>;
  readonly on: (event: SignallingEvent) => void;
}

/** What a gateway that does not say it keeps a client's place for, in milliseconds. */
const defaultKeptMs = 10_000;

type Phase = 'opening' | 'discovering' | 'waiting' | 'answered' | 'failing' | 'over';

/** The signalling socket: discover, settings, offer, answer; then it stays open, asleep, to hear how the session ends. */
export class Signalling {
  readonly #options: SignallingOptions;
  #socket: WebSocket;
  /** With it further sockets are opened. */
  #resume: string | undefined;
  #keptMs = defaultKeptMs;
  #phase: Phase = 'opening';
  /** What the server said of its failure, before its close says which one it is. */
  #complaint = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keepAlive: ReturnType<typeof setInterval> | undefined;
  /** While the session waits for a slot nothing is answered. */
  #inLine = false;

  /** @throws FarpaneError `bad_reply` where the address is none. */
  constructor(options: SignallingOptions) {
    this.#options = options;
    this.#socket = this.#open(options.url, () => {
      this.#send({ type: 'discover' });
      this.#discover();
    });
    this.#enter('opening', signallingTimes.openMs);
  }

  /**
   * Asks for new credentials of ICE, by the socket that is open or by another one.
   *
   * @param isLost the open one did not answer: it may hang where the network has changed.
   */
  restartIce(isLost: boolean): void {
    if (this.#phase !== 'answered' || this.#resume === undefined) return;
    if (this.#socket.readyState === WebSocket.OPEN && !isLost) {
      this.#send({ type: 'ice-restart' });
      return;
    }
    const url = new URL(this.#options.url);
    url.searchParams.set('token', this.#resume);
    const old = this.#socket;
    this.#socket = this.#open(url.href, () => this.#send({ type: 'ice-restart' }));
    old.close();
  }

  /** For how long the host keeps this client's place when it misses it, in milliseconds. */
  get keptMs(): number {
    return this.#keptMs;
  }

  #open(url: string, onOpen: () => void): WebSocket {
    let socket: WebSocket;
    try {
      socket = new WebSocket(url);
    } catch (cause) {
      throw new FarpaneError('bad_reply', { cause });
    }
    const isCurrent = (): boolean => this.#socket === socket;
    socket.onopen = () => isCurrent() && onOpen();
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (isCurrent() && typeof event.data === 'string') this.#take(event.data);
    };
    socket.onclose = ({ code, reason }) => isCurrent() && this.#closed(code, reason);
    return socket;
  }

  /** Answers the offer that came last. */
  answer(sdp: string): void {
    this.#send({ type: 'answer', sdp: encodeBase64(sdp) });
    this.#enter('answered');
    this.#stayAwake();
  }

  candidate({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidate): void {
    // The empty candidate, which ends the list, is not part of the protocol.
    if (candidate !== '') this.#send({ type: 'candidate', candidate: encodeBase64(candidate), sdpMid, sdpMLineIndex });
  }

  /** Idempotent; no event follows. */
  close(): void {
    this.#enter('over');
    clearInterval(this.#keepAlive);
    this.#socket.close();
  }

  #take(raw: string): void {
    if (this.#phase === 'over' || this.#phase === 'failing' || raw === keepAlive.pong) return;
    try {
      this.#act(raw);
    } catch (cause) {
      this.#fail(new FarpaneError('bad_reply', { cause }));
    }
  }

  #act(raw: string): void {
    const { type } = decodeJson(z.object({ type: z.string() }), raw, 'message');
    // What a newer server may say besides is passed over.
    if (!['resp:discover', 'line', 'offer', 'candidate', 'resume', 'ice-restart', 'error'].includes(type)) return;
    const signal = decodeJson(ServerSignal, raw, type);
    switch (signal.type) {
      case 'resp:discover':
        if (signal.max_api_version < maxApiVersion) {
          this.#fail(new FarpaneError('server_too_old'));
          return;
        }
        this.#options.on({ type: 'discovered', capabilities: signal.capabilities ?? [] });
        this.#send({ type: 'settings', api_version: maxApiVersion, ...this.#options.settings });
        this.#awaitOffer();
        return;
      case 'line':
        this.#inLine = signal.place > 0;
        if (this.#phase === 'discovering') this.#discover();
        if (this.#phase === 'waiting') this.#awaitOffer();
        this.#stayAwake();
        this.#options.on({ type: 'queued', place: signal.place });
        return;
      case 'offer':
        this.#options.on({ type: 'offer', sdp: text(signal.sdp) });
        return;
      case 'candidate': {
        const { sdpMid, sdpMLineIndex } = signal;
        this.#options.on({ type: 'candidate', candidate: { candidate: text(signal.candidate), sdpMid, sdpMLineIndex } });
        return;
      }
      case 'resume':
        this.#resume = signal.token;
        if (signal.reconnect_sec !== undefined) this.#keptMs = signal.reconnect_sec * 1000;
        return;
      case 'ice-restart':
        this.#options.on({ type: 'ice', ice: signal });
        return;
      case 'answer':
        // For clients that offer: not this one.
        return;
      case 'error':
        this.#complaint = signal.message;
        this.#enter('failing', signallingTimes.closeMs);
        return;
      default:
        signal satisfies never;
        return;
    }
  }

  #closed(code: number, reason: string): void {
    if (this.#phase === 'over') return;
    const told = FarpaneError.fromClose(code, reason, this.#complaint);
    if (told !== undefined) {
      this.#fail(told);
      return;
    }
    if (this.#phase !== 'answered') {
      this.#fail(new FarpaneError('socket_failed'));
      return;
    }
    // The media goes on without it; another one is opened where it is needed.
    if (this.#resume !== undefined) return;
    this.close();
    this.#options.on({ type: 'closed' });
  }

  #discover(): void {
    this.#enter('discovering', this.#inLine ? undefined : signallingTimes.discoverMs);
  }

  #awaitOffer(): void {
    this.#enter('waiting', this.#inLine ? undefined : signallingTimes.offerMs);
  }

  /** What is between here and the gateway closes sockets on which nothing happens. */
  #stayAwake(): void {
    this.#keepAlive ??= setInterval(() => this.#sendText(keepAlive.ping), signallingTimes.keepAliveMs);
  }

  #fail(error: FarpaneError): void {
    this.close();
    this.#options.on({ type: 'failed', error });
  }

  #enter(phase: Phase, limitMs?: number): void {
    clearTimeout(this.#timer);
    this.#phase = phase;
    if (limitMs === undefined) return;
    this.#timer = setTimeout(() => this.#fail(this.#tooLate(phase)), limitMs);
  }

  #tooLate(phase: Phase): FarpaneError {
    if (phase === 'failing') return FarpaneError.fromSignal(this.#complaint);
    return new FarpaneError(phase === 'waiting' ? 'signalling_timeout' : 'socket_failed');
  }

  #send(signal: z.input<typeof ClientSignal>): void {
    this.#sendText(JSON.stringify(signal));
  }

  #sendText(message: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }
}

function text(encoded: string): string {
  const decoded = decodeBase64(encoded);
  if (decoded === undefined) throw new FarpaneError('bad_reply');
  return decoded;
}
