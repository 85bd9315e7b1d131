import type { AppError } from '#shared/errors.ts';
import type { Logger } from '#shared/log.ts';
import type { EncoderFailure } from './encoders/failure.ts';
import type { AudioSource, CodedPicture, VideoSource } from './sources.ts';

/** A pipeline that runs. After its end nothing of this does anything. */
export interface Pipeline {
  /** A keyframe comes with the next frame, but at most one in 30 ms. */
  requestKeyframe(): void;
  setBitrateKbps(kbps: number): void;
  /** Codes nothing while it is on: frames of that time are dropped, before they are coded. */
  hold(on: boolean): void;
  /** Codes fewer frames or pixels than the display has, or all of them again. */
  setPicture(picture: CodedPicture): void;
  /** Whether the pointer is in the picture; it is, until this is told. */
  showPointer(on: boolean): void;
  /** Frees what it holds. Idempotent. */
  stop(): Promise<void>;
}

export interface CaptureOptions {
  log: Logger;
  /**
   * `capture_failed`: the child died or hangs, and is killed, once; or a pipeline that ran broke, once each, unless its encoder's failure
   * is heard elsewhere. Not what {@link Capture} itself rejects with.
   */
  onFailure: (error: AppError) => void;
  /** The folder of the project's own GStreamer plugins; its list of plugins is kept there. */
  gstreamerPluginPath: string;
  /** The words before the command line that put the process into the IPC namespace of the display. Default: none. */
  enter?: readonly string[];
}

/** A process that runs the pipelines of one session: what crashes in it ends nothing else. */
export interface Capture {
  readonly pid: number;
  /**
   * Captures an X display with the encoder that the source names. Resolves when the first RTP packet has left.
   *
   * @param onEncoderFailure told once when the encoder gives up after that. Where it says so itself the pipeline is gone, the process goes
   *   on, and `onFailure` is not told; where it hangs, `onFailure` has been told first, and the process is gone.
   * @throws AppError `capture_failed` with GStreamer's own words: an EncoderFailure where another encoder might do.
   */
  startVideo(source: VideoSource, onEncoderFailure?: (failure: EncoderFailure) => void): Promise<Pipeline>;
  /** The same for a source of PulseAudio's, as Opus. */
  startAudio(source: AudioSource): Promise<Pipeline>;
  /** How many frames this process has encoded since it was started; where it does not say so in time, as many as it last said. */
  framesEncoded(): Promise<number>;
  /** The bitrates that the video encoders which run are told to keep to, added up. */
  targetKbps(): number;
  /** Ends the process with all its pipelines. Idempotent. */
  close(): Promise<void>;
}
