import { AppError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import type { ClientSettings } from '#shared/signal.ts';
import type { IngestCodec, MediaRoom, Peer, PeerOptions } from '#worker/media/room.ts';
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
  settings: ClientSettings;
  /** The streams that this peer holds. */
  held: readonly IngestCodec[];
  /** The video codecs that are left to offer when the client refuses the one on offer. */
  untried: readonly VideoCodec[];
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
    const preferred = settings.video?.preferred_decoder_codecs ?? [];
    return await this.#offer(id, settings, settings.enable_video ? offerOrder(preferred, this.#options.codecs) : []);
  }

  /** Applies a client's answer. @returns a further offer where the client refused the codec and there is another one. */
  async answer(id: PeerId, sdp: string): Promise<string | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined)
      throw new AppError('wrong_state', { message: 'There is no offer that this could answer: send settings first.' });
    if ((await entry.peer.applyAnswer(sdp)) === 'accepted') return undefined;
    if (entry.untried.length > 0) return await this.#offer(id, entry.settings, entry.untried);
    const all = this.#options.codecs.join(', ');
    throw new AppError('bad_sdp', { message: `The client takes none of the video codecs of this host: ${all}.` });
  }

  async close(id: PeerId): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.peer.close();
    await this.#release(entry.held);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.close(id)));
  }

  /** Offers the first of `codecs`, in the place of what was offered to this client before. */
  async #offer(id: PeerId, settings: ClientSettings, codecs: readonly VideoCodec[]): Promise<string> {
    const { room, streams, hasSound, onControl, onState } = this.#options;
    const [first, ...untried] = codecs;
    const video: IngestCodec | null = first ?? null;
    const audio: IngestCodec | null = settings.enable_speaker && hasSound ? 'OPUS' : null;
    const held: IngestCodec[] = [video, audio].filter((codec) => codec !== null);
    try {
      const [videoIngest, audioIngest] = await Promise.all([video && streams.acquire(video), audio && streams.acquire(audio)]);
      const peer = await room.createPeer({
        id,
        video: videoIngest,
        audio: audioIngest,
        dataChannels: settings.data_channels,
        onControl: (message) => onControl(id, message),
        onState: (state) => onState(id, state),
      });
      // Closed only now: a stream that both take goes on.
      await this.close(id);
      this.#entries.set(id, { peer, settings, held, untried });
      return peer.offer();
    } catch (error) {
      await this.#release(held);
      throw error;
    }
  }

  async #release(held: readonly IngestCodec[]): Promise<void> {
    await Promise.all(held.map((codec) => this.#options.streams.release(codec)));
  }
}
