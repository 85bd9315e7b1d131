import type { PeerId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { type BitrateRow, bitrateRange } from '#worker/capture/bitrate.ts';
import type { LinkReport } from '#worker/media/peers/link.ts';
import type { Peers } from '#worker/session/peers.ts';
import type { RunningState } from '#worker/session/state.ts';
import type { VideoCodec } from '#worker/session/streams/codecs.ts';
import type { Streams } from '#worker/session/streams/streams.ts';
import { BandwidthControl, type SteeredStream } from './control.ts';
import type { BitrateLimits } from './decide.ts';
import { GuestLayers, type LayerFigures } from './guest-layers.ts';
import type { Picture } from './ladder.ts';
import { leaderOf } from './leader.ts';
import { lowPictureOf } from './low-picture.ts';
import { Silences } from './silence.ts';

export interface SteerOptions {
  codecs: readonly VideoCodec[];
  streams: Streams;
  /** The same once more, for guests whose links do not carry that. */
  low: Streams;
  peers: Peers;
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  limits: () => BitrateLimits;
  /** The screen as it is. */
  screen: () => Picture;
  bitrates: readonly BitrateRow[];
  log: Logger;
}

/** What has the encoders of a session's streams follow the links of those who get them. */
export interface Steering {
  /** There is a client that gets a stream. */
  start(): void;
  /** How guests stand who may get a low stream, and what was done about them. */
  layers(): LayerFigures;
  close(): void;
}

/** Has each main stream follow the link of who is in control, and each low one the worst link of the guests that are moved to it. */
export function steerStreams(options: SteerOptions): Steering {
  const { codecs, streams, low, peers, state, limits, screen, bitrates, log } = options;
  const leader = (codec: VideoCodec): PeerId | undefined => leaderOf(peers.holding(codec), state());
  const silences = new Silences((peer: PeerId) => {
    log.info('bandwidth.heard-again', { peer });
    peers.refresh(peer).catch((error: unknown) => log.warn('bandwidth.not-refreshed', { peer, error }));
  });
  const link = async (peer: PeerId): Promise<LinkReport | null> => {
    const report = await peers.link(peer);
    silences.look(peer, report && { ...report, atMs: performance.now() });
    return report;
  };
  const halt = (peer: PeerId, on: boolean): Promise<void> => peers.halt(peer, on);
  const layers = new GuestLayers({ codecs, lanes: (codec) => peers.lanes(codec), leader, link, halt, low, log });
  const steered = (
    of: Streams,
    codec: VideoCodec,
    follows: PeerId | undefined,
  ): Omit<SteeredStream, 'limits' | 'best'> | null => {
    const rate = of.rate(codec);
    return rate === null || follows === undefined ? null : { leader: follows, rate, steer: (next) => of.steer(codec, next) };
  };
  const control = new BandwidthControl({
    streams: () => {
      const all = new Map<string, SteeredStream>();
      const [mainBest, lowBest] = [screen(), lowPictureOf(screen())];
      for (const codec of codecs) {
        const main = steered(streams, codec, leader(codec));
        if (main !== null) all.set(codec, { ...main, limits: limits(), best: mainBest });
        const lower = steered(low, codec, layers.worst(codec));
        const { minKbps } = limits();
        const maxKbps = Math.max(minKbps, Math.min(limits().maxKbps, bitrateRange(lowBest, bitrates).maxKbps));
        if (lower !== null) all.set(`${codec} low`, { ...lower, limits: { minKbps, maxKbps }, best: lowBest });
      }
      return all;
    },
    link,
    halt,
    maxKbps: () => limits().maxKbps,
    screen,
    bitrates,
    onMaxKbps: (kbps) => peers.setMaxKbps(kbps),
    log,
  });
  return {
    start() {
      control.start();
      layers.start();
    },
    layers: () => layers.figures,
    close() {
      control.close();
      layers.close();
    },
  };
}
