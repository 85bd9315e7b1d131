import { AppError } from '#shared/errors.ts';
import type { HostReply } from '#shared/host.ts';
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
  /** The streams that this peer holds. */
  audio: 'OPUS' | null;
  video: VideoCodec | null;
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

  /** Makes a peer by a client's settings, in the place of one of the same id. @returns the SDP offer. */
  async offer(id: PeerId, settings: ClientSettings): Promise<string> {
    const { room, streams, codecs, hasSound, onControl, onState } = this.#options;
    const preferred = settings.video?.preferred_decoder_codecs ?? [];
    const [video = null, ...untried] = settings.enable_video ? offerOrder(preferred, codecs) : [];
    const audio: Entry['audio'] = settings.enable_speaker && hasSound ? 'OPUS' : null;
    const held = [video, audio].filter((codec): codec is IngestCodec => codec !== null);
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
      this.#entries.set(id, { peer, audio, video, untried });
      return peer.offer();
    } catch (error) {
      await this.#release(held);
      throw error;
    }
  }

  /** Applies a client's answer. The reply has a further offer where the client refused the codec and there is another one. */
  async answer(id: PeerId, sdp: string): Promise<HostReply<'answer'>> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new AppError('wrong_state', { message: 'There is no offer that this could answer: send settings first.' });
    }
    const accepted = (await entry.peer.applyAnswer(sdp)) === 'accepted';
    const candidates = entry.peer.candidates();
    if (accepted) return { candidates };
    const refused = entry.video;
    const next = entry.untried.shift() ?? null;
    entry.video = next;
    await this.#release(refused === null ? [] : [refused]);
    if (next !== null) return { candidates, sdp: await entry.peer.offerVideo(await this.#options.streams.acquire(next)) };
    const all = this.#options.codecs.join(', ');
    throw new AppError('bad_sdp', { message: `The client takes none of the video codecs of this host: ${all}.` });
  }

  async close(id: PeerId): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    entry.peer.close();
    await this.#release([entry.video, entry.audio].filter((codec): codec is IngestCodec => codec !== null));
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.close(id)));
  }

  async #release(held: readonly IngestCodec[]): Promise<void> {
    await Promise.all(held.map((codec) => this.#options.streams.release(codec)));
  }
}
