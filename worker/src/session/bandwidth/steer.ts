import type { Logger } from '#shared/log.ts';
import type { BitrateRow } from '#worker/capture/bitrate.ts';
import type { VideoCodec } from '#worker/session/codecs.ts';
import type { Peers } from '#worker/session/peers.ts';
import type { RunningState } from '#worker/session/state.ts';
import type { Streams } from '#worker/session/streams.ts';
import { BandwidthControl, type SteeredStream } from './control.ts';
import type { BitrateLimits } from './decide.ts';
import type { Picture } from './ladder.ts';
import { leaderOf } from './leader.ts';

export interface SteerOptions {
  codecs: readonly VideoCodec[];
  streams: Streams;
  peers: Peers;
  /** The session as it is; null while no client can be there. */
  state: () => RunningState | null;
  limits: () => BitrateLimits;
  /** The screen as it is. */
  screen: () => Picture;
  bitrates: readonly BitrateRow[];
  log: Logger;
}

/** Has the encoders of a session's streams follow the links of those who get them. */
export function steerStreams({ codecs, streams, peers, state, limits, screen, bitrates, log }: SteerOptions): BandwidthControl {
  const steered = (codec: VideoCodec): SteeredStream | null => {
    const rate = streams.rate(codec);
    const leader = leaderOf(peers.holding(codec), state());
    if (rate === null || leader === undefined) return null;
    return { leader, rate, steer: (next) => streams.steer(codec, next) };
  };
  return new BandwidthControl({
    streams: () =>
      new Map(
        codecs.flatMap((codec) => {
          const stream = steered(codec);
          return stream === null ? [] : [[codec, stream]];
        }),
      ),
    link: (peer) => peers.link(peer),
    halt: (peer, on) => peers.halt(peer, on),
    limits,
    screen,
    bitrates,
    onMaxKbps: (kbps) => peers.setMaxKbps(kbps),
    log,
  });
}
