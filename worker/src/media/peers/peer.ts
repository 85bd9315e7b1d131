import type { Candidate } from '#shared/signal.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import type { Source } from '#worker/media/ingest.ts';
import type { UpLink, UpLinkName } from '#worker/media/uplink.ts';
import type { ChannelCallbacks } from './channels.ts';
import type { PeerState } from './connection.ts';
import type { LinkReport } from './link.ts';

/** What every client has. */
export interface ClientOptions extends ChannelCallbacks {
  id: string;
  /** Named channels besides `control`, in the order in which the client creates them. */
  dataChannels: readonly string[];
  /** The most that is ever sent to it, for what its link carries is found out up to there. kbit/s. */
  maxKbps: number;
  /**
   * `connected`: media flows. `disconnected`: the client is silent, and may come back (`connected` again). `closed`: it is gone for
   * good, by its own doing or because the media server died; once, and not after `close()`.
   */
  onState: (state: PeerState) => void;
  /** What the client takes is sent to it from now on, as far as it comes. Again with what it takes later. */
  onSending: () => void;
  /** The first keyframe has gone to the client. Left out, nobody looks for it. */
  onFirstFrame?: () => void;
}

export interface PeerOptions extends ClientOptions {
  video: Source | null;
  audio: Source | null;
  /** What of its own the client may send. */
  takes: Readonly<Record<UpLinkName, boolean>>;
}

/** New ICE credentials, and where they are good. */
export interface IceRestart {
  ufrag: string;
  pwd: string;
  candidates: Candidate[];
}

/** What a client was sent so far, by what it reported back. */
export interface PeerFigures {
  /** RTP, without what is below it. */
  bytesSent: number;
  nackCount: number;
  pliCount: number;
  firCount: number;
  /** Where its media goes to, once it is known: its own address, or a relay's. */
  remote: { ip: string; port: number } | null;
}

/** One client of a session. */
export interface Peer {
  readonly id: string;
  /** Sends `{type, data}` on the control channel; dropped, and logged once, where the channel is not open. */
  sendControl(type: string, data: unknown): void;
  /**
   * The same for what the next of its kind makes up for: how much waits says when that is to come.
   *
   * @returns the bytes of the channel that wait for the client. @throws Error where it was not accepted.
   */
  sendPassing(type: string, data: unknown): Promise<number>;
  /**
   * Sends on a named channel. Resolves when there is room for the next message.
   *
   * @throws Error where it was not accepted: the client is gone, or has no such channel.
   */
  send(channel: string, message: ChannelMessage): Promise<void>;
  /**
   * Gives the connection new ICE credentials, for a client that changed its network (RFC 8445 section 9).
   *
   * @throws AppError `media_failed` where the peer is closed.
   */
  restartIce(): Promise<IceRestart>;
  /** Null where the peer is closed. */
  figures(): Promise<PeerFigures | null>;
  /** How the way to the client is just now. @throws AppError `media_failed` where the peer is closed. */
  link(): Promise<LinkReport>;
  /** Sends it no video while it is on, nor what it has lost of it; then the picture begins anew, with a keyframe. */
  halt(on: boolean): Promise<void>;
  /** Asks for a keyframe in its name. */
  refresh(): Promise<void>;
  /** Changes what is sent to it at most. */
  setMaxKbps(kbps: number): Promise<void>;
  /** Ends the client's connection at once, seen by the client as such. Idempotent. */
  close(): void;
}

/** A client that is offered to. */
export interface OfferingPeer extends Peer {
  /** What the client has agreed to send. */
  readonly upLinks: ReadonlyMap<UpLinkName, UpLink>;
  /** The SDP offer that awaits an answer, or was answered last. Plain text, without candidates. */
  offer(): string;
  /**
   * Where the client reaches the peer: to be told when its answer was applied, not before. A client that connects earlier finds no one
   * to speak SCTP with, and tries again only after a second.
   */
  candidates(): Candidate[];
  /**
   * Applies the client's answer. `refused-video`: the client can't take video of this codec, and has all the rest: offer it another
   * codec with {@link offerVideo}.
   *
   * @throws AppError `bad_sdp` that says what is wrong with it; a further answer may follow. `wrong_state` after one was accepted.
   */
  applyAnswer(sdp: string): Promise<'accepted' | 'refused-video'>;
  /**
   * Offers video of another codec after `refused-video`, on the same connection.
   *
   * @returns the further offer. @throws AppError `wrong_state` while there is video, or an offer without an answer; `bad_sdp` where
   * the client takes no sound either: then the refused m-line was the bundle's first, and browsers lose the connection when it is
   * offered anew (tried with Chromium 156).
   */
  offerVideo(video: Source): Promise<string>;
}

/** A client that offered. */
export interface AnsweringPeer extends Peer {
  /** The SDP answer, candidates included. Plain text. */
  readonly answer: string;
}
