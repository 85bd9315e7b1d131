import type { LaunchOrder } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import type { Application } from '#worker/application.ts';
import type { Media } from '#worker/media/media.ts';
import type { VideoCodec } from './codecs.ts';
import type { Report } from './state.ts';

export interface SessionOptions {
  order: LaunchOrder;
  application: Application;
  /** The video codecs that this host can encode, cheapest first. */
  codecs: readonly VideoCodec[];
  media: Media;
  stateDirectory: string;
  gstreamerPlugins: string;
  log: Logger;
  report: (report: Report) => void;
}
