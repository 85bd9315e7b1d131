import { AppError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import type { ClientSettings } from '#shared/signal.ts';
import type { Peer, PeerOptions } from '#worker/media/peer.ts';
import type { IngestCodec, MediaRoom } from '#worker/media/room.ts';
import { offerOrder, type VideoCodec } from './codecs.ts';
import type { Streams } from './streams.ts';

export interface PeersOptions {
  room: MediaRoom;
  streams: Streams;
  codecs: readonly VideoCodec[];
  hasSound: boolean;
  onControl: (peer: PeerId, message: string) => void;
  onState: (peer: PeerId, state: Parameters<PeerOptions['onState']>[0]) => void;
}

interface Entry {
  peer: Peer;
  /** The streams that this peer holds. */
  held: IngestCodec[];
  /** The video codecs that are left to offer when the client refuses the one on offer. */
  untried: VideoCodec[];
}

/** The clients' ends of a session: each holds the streams that it was offered until it is closed. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #entries = new Map<PeerId, Entry>();

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** Makes a peer by a client's settings. @returns the SDP offer. */
  async offer(id: PeerId, settings: ClientSettings): Promise<string> {
    await this.close(id);
    const { room, streams, codecs, hasSound, onControl, onState } = this.#options;
    const [first, ...untried] = settings.enable_video ? offerOrder(settings.video?.preferred_decoder_codecs ?? [], codecs) : [];
    const held: IngestCodec[] = [];
    const take = async (codec: IngestCodec) => {
      held.push(codec);
      return await streams.acquire(codec);
    };
    try {
      const [video, audio] = await Promise.all([
        first === undefined ? null : take(first),
        settings.enable_speaker && hasSound ? take('OPUS') : null,
      ]);
      const peer = await room.createPeer({
        id,
        video,
        audio,
        dataChannels: settings.data_channels,
        onControl: (message) => onControl(id, message),
        onState: (state) => onState(id, state),
      });
      this.#entries.set(id, { peer, held, untried });
      return peer.offer();
    } catch (error) {
      await Promise.all(held.map((codec) => streams.release(codec)));
      throw error;
    }
  }

  /** Applies a client's answer. @returns a further offer where the client refused the codec and there is another one. */
  async answer(id: PeerId, sdp: string): Promise<string | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      throw new AppError('wrong_state', { message: 'There is no offer that this could answer: send settings first.' });
    if ((await entry.peer.applyAnswer(sdp)) === 'accepted') return undefined;
    const next = entry.untried.shift();
    if (next === undefined) {
      throw new AppError('bad_sdp', {
        message: `The client takes none of the video codecs of this host: ${this.#options.codecs.join(', ')}.`,
      });
    }
    const refused = entry.held.findIndex((codec) => codec !== 'OPUS');
    const [old] = entry.held.splice(refused, 1, next);
    await entry.peer.replaceVideo(await this.#options.streams.acquire(next));
    if (old !== undefined) await this.#options.streams.release(old);
    return entry.peer.offer();
  }

  async close(id: PeerId): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.peer.close();
    await Promise.all(entry.held.map((codec) => this.#options.streams.release(codec)));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.close(id)));
  }
}
