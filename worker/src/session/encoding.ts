import type { Screen } from '#shared/screen.ts';
import { bitrateRange } from '#worker/capture/bitrate.ts';
import type { Capture, CodedPicture } from '#worker/capture/capture.ts';
import type { Instance } from '#worker/instance/instance.ts';
import { lowStreams } from './low-streams.ts';
import type { SessionOptions } from './options.ts';
import type { Stage } from './stage.ts';
import { offerOrder } from './streams/codecs.ts';
import { startPipeline } from './streams/start-pipeline.ts';
import { Streams, type StreamsOptions } from './streams/streams.ts';

/** What an encoder starts with: most links carry it, and it grows from there within seconds. */
const startKbps = 3000;

/** How long a session keeps ready what its first client is most likely to take. */
const preparedMs = 4000;

export interface EncodingOptions extends Pick<SessionOptions, 'bitrates' | 'codecs' | 'encoders' | 'log'> {
  stage: Pick<Stage, 'room' | 'captures'>;
  instance: Instance;
  /** The screen as it is. */
  screen: () => Screen;
}

/** All that a session encodes. */
export interface Encoding {
  readonly streams: Streams;
  /** The same once more, for guests whose links do not carry that. */
  readonly low: Streams;
  /** The process that they ran in is another one. */
  restart(): void;
  /** The screen has another frame rate. */
  renew(): void;
}

/** Encodes what an instance shows, and sounds like, for whoever takes it: the most likely streams start before anyone does. */
export function encodingOf(options: EncodingOptions): Encoding {
  const { stage, instance, screen, bitrates, codecs, encoders, log } = options;
  const { room, captures } = stage;
  const capture = (): Promise<Capture> => captures.current();
  const start =
    (picture: CodedPicture): StreamsOptions['start'] =>
    (from, ingest, how) =>
      startPipeline({ ...how, capture: from, ingest, instance, screen: screen(), picture, encoders });
  const whole = (): CodedPicture => ({ fps: screen().fps, size: null });
  const streams = new Streams({
    room,
    capture,
    start: (...how) => start(whole())(...how),
    startRate: () => ({ kbps: Math.min(startKbps, bitrateRange(screen(), bitrates).maxKbps), picture: whole() }),
    onFailure: (error) => captures.failed(error),
  });
  const low = lowStreams({ room, streams, bitrates, capture, start, log, screen });
  const [likely] = offerOrder([], codecs, streams.running);
  if (likely !== undefined) streams.prepare(likely, preparedMs);
  if (instance.sound !== null) streams.prepare('OPUS', preparedMs);
  return {
    streams,
    low,
    restart: () => {
      for (const each of [streams, low]) each.restart();
    },
    renew: () => {
      for (const each of [streams, low]) each.renew();
    },
  };
}
