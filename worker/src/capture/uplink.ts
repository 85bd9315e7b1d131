import type { Logger } from '#shared/log.ts';
import { startChild } from '#worker/process/child.ts';
import { describeExit } from '#worker/process/exit.ts';
import { type MicrophoneWay, microphonePipeline } from './describe/uplink.ts';

export interface UpLinkOptions {
  log: Logger;
  /** It has ended by itself: what the client sends can't be decoded, or the sound server is gone. Not after `stop`. */
  onEnd: (reason: string) => void;
}

export interface UpLinkPipeline {
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Plays a client's microphone, in a process of its own: what a client sends can break nothing else. @throws StartError */
export async function playMicrophone(way: MicrophoneWay, { log, onEnd }: UpLinkOptions): Promise<UpLinkPipeline> {
  let stopped = false;
  const child = await startChild({
    name: "The client's microphone",
    command: 'gst-launch-1.0',
    arguments: ['--quiet', ...microphonePipeline(way)],
    endsWithUs: true,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8' },
    log,
    onExit: (exit) => {
      if (!stopped) onEnd(`${describeExit(exit)} ${child.tail()}`.trim());
    },
  });
  return {
    async stop() {
      stopped = true;
      await child.stop();
    },
  };
}
