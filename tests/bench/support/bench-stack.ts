import { built } from '#infra/config.ts';
import type { CatalogueEntry } from '#infra/stack/host-config.ts';
import { type AccountStack, openAccountStack } from '#tests/support/account-stack.ts';

/** In grains of some pixels: of noise by the pixel x264 takes a third of its bitrate, see docs/decisions/0018. */
const noise = [
  ...['-q', 'videotestsrc', 'is-live=true', 'pattern=snow', '!', 'video/x-raw,width=320,height=180,framerate=30/1', '!'],
  ...['videoscale', '!', 'video/x-raw,width=1280,height=720', '!', 'videoconvert', '!', 'ximagesink', 'sync=false'],
];

/** What waits ready on the host: so many stages for any application, and so many with `timecode` started on them. */
export interface Waiting {
  stages: number;
  started: number;
}

interface BenchStackOptions extends Partial<Waiting> {
  slots?: number;
  /** Further applications. */
  more?: readonly CatalogueEntry[];
}

/** Starts the whole stack, as `npm start` does, in a folder that goes with it. By default nothing waits ready. */
export async function openBenchStack(options: BenchStackOptions = {}): Promise<AccountStack> {
  const { slots = 4, more = [], stages = 0, started = 0 } = options;
  // The applications that benches ask for, besides the demonstration's.
  const applications = [
    { name: 'timecode', command: built.timecode, arguments: ['--fps', '60'], sound: false, warm: started },
    { name: 'timecode-30', command: built.timecode, arguments: ['--fps', '30'], sound: false },
    // Nothing of it can be foretold, so the encoder takes all that it is given.
    { name: 'noise', command: '/usr/bin/gst-launch-1.0', arguments: noise, sound: false },
    { name: 'terminal', command: '/usr/bin/xterm', sound: true },
    { name: 'flashbeep', command: built.flashBeep, sound: true },
    ...more,
  ];
  return await openAccountStack('bench', { host: { slots, warm: stages, drainSeconds: 0, applications } });
}
