import { AppError } from '#shared/errors.ts';
import type { HostReply, Role } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';
import type { ClientSettings } from '#shared/signal.ts';
import type { ChannelMessage } from '#worker/channel-message.ts';
import type { LinkReport } from '#worker/media/peers/link.ts';
import type {
  AnsweredStream,
  ClientOptions,
  IngestCodec,
  Lane,
  MediaRoom,
  OfferingPeer,
  Peer,
  PeerFigures,
  UpLink,
  UpLinkName,
} from '#worker/media/room.ts';
import { type ChosenStream, chooseStreams } from '#worker/media/sdp/choose.ts';
import { readOffer } from '#worker/media/sdp/client-offer.ts';
import { type CodecChoice, offerOrder, type VideoCodec } from './streams/codecs.ts';
import { Holding } from './streams/holding.ts';
import type { Streams } from './streams/streams.ts';

export interface PeersOptions {
  room: MediaRoom;
  streams: Streams;
  codecs: CodecChoice;
  hasSound: boolean;
  /** What the application has a use for of what clients send. */
  takes: Readonly<Record<UpLinkName, boolean>>;
  /** The most that a client is ever sent. kbit/s. */
  maxKbps: () => number;
  onControl: (peer: PeerId, message: string) => void;
  onControlOpen: (peer: PeerId) => void;
  onChannelOpen: (peer: PeerId, channel: string) => void;
  onMessage: (peer: PeerId, channel: string, message: ChannelMessage) => void;
  /** A client may send this: it has agreed to, as it wished. */
  onUpLink: (peer: PeerId, name: UpLinkName, upLink: UpLink) => void;
  onState: (peer: PeerId, state: Parameters<ClientOptions['onState']>[0]) => void;
  /** Left out, nobody looks for the first frame. */
  onFirstFrame?: ((peer: PeerId) => void) | undefined;
}

interface Entry {
  peer: Peer;
  /** The streams that this peer holds. */
  holding: Holding;
  /** For a client that is offered to. */
  offering: { peer: OfferingPeer; video: VideoCodec | null; untried: VideoCodec[] } | null;
}

/** The clients' ends of a session: each holds the streams that it was offered until it is closed. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #entries = new Map<PeerId, Entry>();

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** Makes a peer by a client's settings, in the place of one of the same id. @returns the SDP offer. */
  async offer(id: PeerId, role: Role, settings: ClientSettings): Promise<string> {
    const { room, streams, codecs, hasSound, takes: possible } = this.#options;
    const preferred = settings.video?.preferred_decoder_codecs ?? [];
    const [video = null, ...untried] = settings.enable_video ? offerOrder(preferred, codecs, streams.running) : [];
    const audio = settings.enable_speaker && hasSound ? ('OPUS' as const) : null;
    const holding = new Holding(room, streams, role);
    const peer = await heldBy(holding, async () => {
      const [videoSource, audioSource] = await Promise.all([video && holding.take(video), audio && holding.take(audio)]);
      const client = this.#client(id, settings.data_channels, holding);
      const takes = {
        microphone: settings.enable_microphone && possible.microphone,
        camera: settings.enable_camera && possible.camera,
      };
      return await room.createPeer({ ...client, video: videoSource, audio: audioSource, takes });
    });
    this.#put(id, { peer, holding, offering: { peer, video, untried } });
    return peer.offer();
  }

  /** Makes a peer by a client's offer, in the place of one of the same id. @returns the SDP answer. @throws AppError `bad_sdp`. */
  async answerOffer(id: PeerId, role: Role, sdp: string, dataChannels: readonly string[]): Promise<string> {
    const { room, streams, codecs, hasSound } = this.#options;
    const offer = readOffer(sdp);
    const { usual, onRequest } = codecs;
    const running = [...usual, ...onRequest].filter((codec) => streams.running.has(codec));
    const { audio, video } = chooseStreams(offer, { video: [running, usual, onRequest], audio: hasSound });
    const chosen = [audio, video].filter((stream) => stream !== null);
    const holding = new Holding(room, streams, role);
    const take = async (stream: ChosenStream): Promise<AnsweredStream> => ({
      stream,
      source: await holding.take(stream.codec),
    });
    const peer = await heldBy(holding, async () =>
      room.answerPeer({ ...this.#client(id, dataChannels, holding), offer, streams: await Promise.all(chosen.map(take)) }),
    );
    this.#put(id, { peer, holding, offering: null });
    return peer.answer;
  }

  /** Applies a client's answer. The reply has a further offer where the client refused the codec and there is another one. */
  async answer(id: PeerId, sdp: string): Promise<HostReply<'answer'>> {
    const entry = this.#entries.get(id);
    const offering = entry?.offering ?? null;
    if (entry === undefined || offering === null) {
      throw new AppError('wrong_state', { message: 'There is no offer that this could answer: send settings first.' });
    }
    const before = new Set(offering.peer.upLinks.keys());
    const accepted = (await offering.peer.applyAnswer(sdp)) === 'accepted';
    for (const [name, upLink] of offering.peer.upLinks) if (!before.has(name)) this.#options.onUpLink(id, name, upLink);
    const candidates = offering.peer.candidates();
    if (accepted) return { candidates };
    const refused = offering.video;
    const next = offering.untried.shift() ?? null;
    offering.video = next;
    if (refused !== null) entry.holding.release(refused);
    if (next !== null) return { candidates, sdp: await offering.peer.offerVideo(await entry.holding.take(next)) };
    const { usual, onRequest } = this.#options.codecs;
    const all = [...usual, ...onRequest].join(', ');
    throw new AppError('bad_sdp', { message: `The client takes none of the video codecs of this host: ${all}.` });
  }

  /** @throws AppError `wrong_state` where there is no such client (any more). */
  async restartIce(id: PeerId): Promise<HostReply<'ice-restart'>> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new AppError('wrong_state', { message: 'There is no connection to restart.' });
    return await entry.peer.restartIce();
  }

  /** What each client was sent so far. */
  async figures(): Promise<Map<PeerId, PeerFigures>> {
    const entries = [...this.#entries].map(async ([id, { peer }]) => [id, await peer.figures()] as const);
    const known = (await Promise.all(entries)).flatMap(([id, figures]) => (figures === null ? [] : [[id, figures] as const]));
    return new Map(known);
  }

  /** Sends `{type, data}` on a client's control channel; dropped where there is none. */
  send(id: PeerId, type: string, data: string): void {
    this.#entries.get(id)?.peer.sendControl(type, data);
  }

  /**
   * Sends the same where the next message of its kind makes up for it. Resolves with how many bytes wait for the client then.
   *
   * @throws Error where it was not accepted.
   */
  async sendPassing(id: PeerId, type: string, data: string): Promise<number> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error('the client is gone');
    return await entry.peer.sendPassing(type, data);
  }

  /** Sends on a client's named channel. Resolves when there is room for the next message. @throws Error where it was not accepted. */
  async sendOn(id: PeerId, channel: string, message: ChannelMessage): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new Error('the client is gone');
    await entry.peer.send(channel, message);
  }

  close(id: PeerId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.peer.close();
    entry.holding.releaseAll();
  }

  closeAll(): void {
    for (const id of this.#entries.keys()) this.close(id);
  }

  /** Those who hold a stream, in the order in which they came. */
  holding(codec: IngestCodec): PeerId[] {
    return [...this.#entries].filter(([, { holding }]) => holding.has(codec)).map(([id]) => id);
  }

  /** The lanes of those who get a codec on one. */
  lanes(codec: IngestCodec): Map<PeerId, Lane> {
    const lanes = [...this.#entries].map(([id, { holding }]) => [id, holding.lane] as const);
    return new Map(lanes.flatMap(([id, lane]) => (lane?.codec === codec ? [[id, lane] as const] : [])));
  }

  /** How the way to a client is just now; null where there is no such client. */
  async link(id: PeerId): Promise<LinkReport | null> {
    return (await this.#entries.get(id)?.peer.link()) ?? null;
  }

  /** Changes what all of them are sent at most. */
  setMaxKbps(kbps: number): void {
    // One that goes meanwhile is not sent anything any more.
    for (const { peer } of this.#entries.values()) void peer.setMaxKbps(kbps).catch(() => undefined);
  }

  /** Sends a client no video while it is on. */
  async halt(id: PeerId, on: boolean): Promise<void> {
    await this.#entries.get(id)?.peer.halt(on);
  }

  /** Has a client begin anew, with a keyframe. */
  async refresh(id: PeerId): Promise<void> {
    await this.#entries.get(id)?.peer.refresh();
  }

  #client(id: PeerId, dataChannels: readonly string[], holding: Holding): ClientOptions {
    const { onControl, onControlOpen, onChannelOpen, onMessage, onState, onFirstFrame } = this.#options;
    return {
      id,
      dataChannels,
      maxKbps: this.#options.maxKbps(),
      onControl: (message) => onControl(id, message),
      onControlOpen: () => onControlOpen(id),
      onChannelOpen: (channel) => onChannelOpen(id, channel),
      onMessage: (channel, message) => onMessage(id, channel, message),
      onState: (state) => onState(id, state),
      onSending: () => holding.show(),
      ...(onFirstFrame === undefined ? {} : { onFirstFrame: () => onFirstFrame(id) }),
    };
  }

  /** The one that was there is closed only now: a stream that both take goes on. */
  #put(id: PeerId, entry: Entry): void {
    this.close(id);
    this.#entries.set(id, entry);
  }
}

/** Gives the streams back where the peer that is to hold them could not be made. */
async function heldBy<T>(holding: Holding, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    holding.releaseAll();
    throw error;
  }
}
