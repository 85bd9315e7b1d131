import type { Socket } from 'node:net';
import type { Logger } from '#shared/log.ts';
import { startChild } from '#worker/process/child.ts';
import { describeExit } from '#worker/process/exit.ts';
import {
  type CameraOutput,
  type CameraPicture,
  cameraPipeline,
  type MicrophoneSink,
  microphonePipeline,
  type RtpWay,
} from './describe/uplink.ts';

export type { CameraPicture, MicrophoneSink, RtpWay };

export interface UpLinkOptions {
  log: Logger;
  /** It has ended by itself: what the client sends can't be decoded, or who takes it is gone. Not after `stop`. */
  onEnd: (reason: string) => void;
}

export interface UpLinkPipeline {
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Plays a client's microphone. @throws StartError */
export const playMicrophone = (sink: MicrophoneSink, rtp: RtpWay, options: UpLinkOptions): Promise<UpLinkPipeline> =>
  decodeApart({ ...options, name: "The client's microphone", pipeline: microphonePipeline(sink, rtp) });

/** Where an application reads pictures: the path of a device of v4l2loopback, or a connection of its own. */
export type CameraSink = { kind: 'device'; path: string } | { kind: 'connection'; connection: Socket };

/** Shows an application a client's camera. @throws StartError */
export async function showCamera(
  sink: CameraSink,
  picture: CameraPicture,
  rtp: RtpWay,
  options: UpLinkOptions,
): Promise<UpLinkPipeline> {
  const name = "The client's camera";
  if (sink.kind === 'device') return await decodeApart({ ...options, name, pipeline: cameraPipeline(sink, picture, rtp) });
  const output: CameraOutput = { kind: 'stream', descriptor: handedOnAs };
  return await decodeApart({
    ...options,
    name,
    pipeline: cameraPipeline(output, picture, rtp),
    handedOn: sink.connection,
  });
}

/** As which file descriptor a child has what is handed on to it. */
const handedOnAs = 3;

interface Decoding extends UpLinkOptions {
  name: string;
  pipeline: readonly string[];
  handedOn?: Socket;
}

/** Runs a pipeline in a process of its own: what a client sends can break nothing else. */
async function decodeApart({ name, pipeline, handedOn, log, onEnd }: Decoding): Promise<UpLinkPipeline> {
  let stopped = false;
  const child = await startChild({
    name,
    command: 'gst-launch-1.0',
    arguments: ['--quiet', ...pipeline],
    endsWithUs: true,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8' },
    ...(handedOn === undefined ? {} : { handedOn }),
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
