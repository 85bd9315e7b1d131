import type { LaunchOrder } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import type { Scope } from '#shared/trace.ts';
import type { Application } from '#worker/application.ts';
import type { BitrateRow } from '#worker/capture/bitrate.ts';
import type { EncoderPool } from '#worker/capture/encoders/pool.ts';
import type { CodecChoice } from './codecs.ts';
import type { Stage } from './stage.ts';
import type { Report } from './state.ts';

export interface SessionOptions {
  order: LaunchOrder;
  application: Application;
  /** The encoders of the host. */
  encoders: EncoderPool;
  /** The video codecs that this session may use. */
  codecs: CodecChoice;
  /** Between which bitrates video moves, by screen. */
  bitrates: readonly BitrateRow[];
  /** Gives what the application is seen by; where that is set up now, it is in this trace. */
  takeStage: (scope: Scope) => Promise<Stage>;
  stateDirectory: string;
  /** The program that plugs gamepads in. */
  gamepadHelper?: string | undefined;
  log: Logger;
  /** The trace that the launch belongs to. */
  scope: Scope;
  report: (report: Report) => void;
}
