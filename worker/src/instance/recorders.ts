import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import type { Logger } from '#shared/log.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { serverPath } from './display.ts';

const run = promisify(execFile);

export interface RecordersOptions {
  /** As in PULSE_SERVER. */
  server: string;
  /** The name of the source that is watched. */
  source: string;
  log: Logger;
  /** Whether something records from it: told when that changes; at first nothing does. */
  onChange: (recording: boolean) => void;
}

export interface Recorders {
  close(): Promise<void>;
}

/** After this a look that failed is taken again. Milliseconds. */
const retryMs = 500;

const Sources = z.array(z.object({ index: z.int(), name: z.string() }));
const SourceOutputs = z.array(z.object({ source: z.int(), corked: z.boolean() }));

/** Watches whether an application records from a source: PulseAudio tells of each stream that comes and goes (pactl(1)). */
export async function watchRecorders({ server, source, log, onChange }: RecordersOptions): Promise<Recorders> {
  const env = { PATH: serverPath, PULSE_SERVER: server, LANG: 'C.UTF-8' };
  const list = async (...what: string[]): Promise<string> =>
    (await run('pactl', ['--format=json', 'list', ...what], { env, timeout: 5000 })).stdout;
  const watched = decodeJson(Sources, await list('short', 'sources'), 'list of sources').find(({ name }) => name === source);
  if (watched === undefined) throw new Error(`the sound server has no source '${source}'`);

  let recording = false;
  let looking = false;
  /** Something has changed since it was last looked. */
  let again = false;
  let closed = false;
  const look = async (): Promise<void> => {
    again = true;
    if (looking) return;
    looking = true;
    while (again && !closed) {
      again = false;
      try {
        const outputs = decodeJson(SourceOutputs, await list('source-outputs'), 'list of recordings');
        const now = outputs.some((output) => output.source === watched.index && !output.corked);
        if (now === recording || closed) continue;
        recording = now;
        onChange(now);
      } catch (error) {
        if (closed) break;
        log.warn('microphone.not-watched', { error });
        // What has changed is not to be missed.
        again = true;
        await delay(retryMs);
      }
    }
    looking = false;
  };

  const child = spawn(...endsWithUs('pactl', ['subscribe']), { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let ended = false;
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => {
    ended = true;
  });
  let subscribed = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    subscribed = true;
    if (line.includes(' on source-output ')) void look();
  });
  await once(child, 'spawn');
  // Each look is a client that comes and goes, of which the subscription tells as soon as it holds: what began before that is seen by the
  // last one, and what begins after it is told.
  while (!subscribed && !ended) await look();
  await look();
  return {
    async close() {
      closed = true;
      child.kill('SIGKILL');
      await gone;
    },
  };
}
