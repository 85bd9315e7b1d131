import type { LaunchOrder } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import type { Scope } from '#shared/trace.ts';
import type { Application } from '#worker/application.ts';
import type { BitrateRow } from '#worker/capture/bitrate.ts';
import type { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { CameraLoan } from './desks/camera.ts';
import type { Opening } from './opening.ts';
import type { Report } from './state.ts';
import type { CodecChoice } from './streams/codecs.ts';

export interface SessionOptions {
  order: LaunchOrder;
  application: Application;
  /** The encoders of the host. */
  encoders: EncoderPool;
  /** The video codecs that this session may use. */
  codecs: CodecChoice;
  /** Between which bitrates video moves, by screen. */
  bitrates: readonly BitrateRow[];
  /** Gives what the session begins with: what waited ready, or what is made now, in this trace. */
  open: (scope: Scope) => Promise<Opening>;
  stateDirectory: string;
  /** The program that plugs gamepads in. */
  gamepadHelper?: string | undefined;
  /** Takes one of the host's cameras; null where none is free, or there. */
  lendCamera: () => Promise<CameraLoan | null>;
  log: Logger;
  /** The trace that the launch belongs to. */
  scope: Scope;
  report: (report: Report) => void;
}
