import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from '#infra/config.ts';
import type { CatalogueEntry } from '#infra/stack/host-config.ts';
import { type Stack, startStack } from '#infra/stack/stack.ts';

export interface BenchStack extends AsyncDisposable {
  stack: Stack;
  /** Of an account of its own. */
  token: string;
}

const noise = [
  ...['-q', 'videotestsrc', 'is-live=true', 'pattern=snow', '!', 'video/x-raw,width=1280,height=720,framerate=30/1', '!'],
  ...['videoconvert', '!', 'ximagesink', 'sync=false'],
];

/** The applications that benches ask for, besides the demonstration's. */
const applications = [
  { name: 'timecode', command: built.timecode, arguments: ['--fps', '60'], sound: false },
  { name: 'timecode-30', command: built.timecode, arguments: ['--fps', '30'], sound: false },
  // Nothing of it can be foretold, so the encoder takes all that it is given.
  { name: 'noise', command: '/usr/bin/gst-launch-1.0', arguments: noise, sound: false },
  { name: 'terminal', command: '/usr/bin/xterm', sound: true },
  { name: 'flashbeep', command: built.flashBeep, sound: true },
];

interface BenchStackOptions {
  slots?: number;
  /** Further applications. */
  more?: readonly CatalogueEntry[];
}

/** Starts the whole stack, as `npm start` does, in a folder that goes with it. */
export async function openBenchStack({ slots = 4, more = [] }: BenchStackOptions = {}): Promise<BenchStack> {
  await using owned = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'farpane-bench-'));
  owned.defer(() => rm(stateDir, { recursive: true, force: true }));
  const host = { slots, drainSeconds: 0, applications: [...applications, ...more] };
  const stack = await startStack({ stateDir, host });
  owned.defer(() => stack.close());
  const { token } = await stack.createAccount('bench');
  const kept = owned.move();
  return { stack, token, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
