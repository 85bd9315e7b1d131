import type { LaunchOrder } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import type { Application } from '#worker/application.ts';
import type { VideoCodec } from './codecs.ts';
import type { Stage } from './stage.ts';
import type { Report } from './state.ts';

export interface SessionOptions {
  order: LaunchOrder;
  application: Application;
  /** The video codecs that this host can encode, cheapest first. */
  codecs: readonly VideoCodec[];
  /** Gives what the application is seen by. */
  takeStage: () => Promise<Stage>;
  stateDirectory: string;
  log: Logger;
  report: (report: Report) => void;
}
