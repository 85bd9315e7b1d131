import type { Pipeline } from '#worker/capture/capture.ts';
import type { MediaRoom } from '#worker/media/room.ts';
import { Streams } from '#worker/session/streams/streams.ts';

export interface NotingOptions {
  room: MediaRoom;
  /** Where it is noted which encoders start and stop, and what fails. */
  told: string[];
  lingerMs: number;
  /** What the encoders do besides when they are told something. Default: nothing. */
  pipeline?: Partial<Pipeline>;
}

/** The streams of a session whose encoders encode nothing. */
export function noteStreams({ room, told, lingerMs, pipeline = {} }: NotingOptions): Streams {
  const capture = {
    pid: 0,
    framesEncoded: () => Promise.resolve(0),
    targetKbps: () => 0,
    startVideo: () => Promise.reject(new Error('not asked for')),
    startAudio: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
  };
  return new Streams({
    room,
    capture: () => Promise.resolve(capture),
    start: async (_, { codec }) => {
      told.push(`start ${codec}`);
      return {
        requestKeyframe: () => undefined,
        setBitrateKbps: () => undefined,
        hold: () => undefined,
        setPicture: () => undefined,
        showPointer: () => undefined,
        stop: async () => void told.push(`stop ${codec}`),
        ...pipeline,
      };
    },
    startRate: () => ({ kbps: 1000, picture: { fps: 30, size: null } }),
    onFailure: (error) => told.push(error.message),
    lingerMs,
  });
}
