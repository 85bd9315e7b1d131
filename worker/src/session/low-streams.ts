import { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { Screen } from '#shared/screen.ts';
import { type BitrateRow, bitrateRange } from '#worker/capture/bitrate.ts';
import type { CodedPicture } from '#worker/capture/capture.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { lowPictureOf } from './bandwidth/low-picture.ts';
import { Streams, type StreamsOptions } from './streams/streams.ts';

export interface LowStreamsOptions extends Pick<StreamsOptions, 'capture'> {
  room: Pick<MediaRoom, 'openLow'>;
  /** Those that these are beside. */
  streams: Streams;
  screen: () => Screen;
  bitrates: readonly BitrateRow[];
  start: (picture: CodedPicture) => StreamsOptions['start'];
  log: Logger;
}

/**
 * The low streams of a session, for guests whose links do not carry the main ones: a capture and an encoder of their own in the same
 * process, which nobody else's picture waits for. They are coded from the first acquisition to the last release, no longer. Where one
 * fails its guests get the main stream, as without it.
 */
export function lowStreams({ room, streams, screen, bitrates, capture, start, log }: LowStreamsOptions): Streams {
  const startRate = (): { kbps: number; picture: CodedPicture } => {
    const { fps, ...size } = lowPictureOf(screen());
    return { kbps: bitrateRange({ ...size, fps }, bitrates).minKbps, picture: { fps, size } };
  };
  return new Streams({
    room: {
      openIngest: async (codec) => {
        const main = await streams.ingest(codec);
        if (main === null) throw new AppError('internal', { message: 'There is no stream that a low one could be beside.' });
        return await room.openLow(main);
      },
    },
    capture,
    start: (...how) => start(startRate().picture)(...how),
    startRate,
    onFailure: (error) => log.warn('layers.low-failed', { error }),
    // Whoever asks for one is there already, and waits.
    atOnce: true,
    lingerMs: 0,
  });
}
