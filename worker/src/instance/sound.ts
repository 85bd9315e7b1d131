import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#shared/log.ts';
import { type Child, startChild } from '#worker/process/child.ts';
import type { ChildExit } from '#worker/process/exit.ts';
import { serverPath } from './display.ts';

/** How a client reaches a sound server: the value of PULSE_SERVER, and the source that hears what is played. */
export interface SoundAddress {
  server: string;
  source: string;
  /** What is played to `sink` is what applications record from `source`, which is their microphone. */
  microphone: { sink: string; source: string };
}

export interface Sound {
  address: SoundAddress;
  child: Child;
}

export interface SoundOptions {
  /** Its home and runtime directory. */
  home: string;
  socket: string;
  log: Logger;
  onExit: (exit: ChildExit) => void;
}

const sink = 'farpane';
const microphone = { sink: 'microphone-feed', source: 'microphone' };

/**
 * Starts a sound server of the instance's own (pulseaudio(1)) with one sink, which plays nowhere: its monitor is
 * recorded. Its microphone is silent until something is played to what feeds it.
 *
 * @throws StartError
 */
export async function startSound({ home, socket, log, onExit }: SoundOptions): Promise<Sound> {
  const child = await startChild({
    name: 'The sound server (PulseAudio)',
    command: 'pulseaudio',
    arguments: soundArguments(socket),
    endsWithUs: true,
    environment: { PATH: serverPath, HOME: home, XDG_RUNTIME_DIR: home, LANG: 'C.UTF-8' },
    log,
    onExit,
    ready: ({ abort }) => accepts(socket, abort),
  });
  return { address: { server: `unix:${socket}`, source: `${sink}.monitor`, microphone }, child };
}

/** A sink that nobody plays to or records is suspended: else its clock wakes the processor all the time. */
export function soundArguments(socket: string): string[] {
  const modules = [
    `module-native-protocol-unix socket=${socket} auth-anonymous=1`,
    // The first is what applications play to.
    `module-null-sink sink_name=${sink} rate=48000 channels=2`,
    `module-null-sink sink_name=${microphone.sink} rate=48000 channels=1`,
    // Many applications offer no monitor of a sink as a microphone; and it comes before those as the one that is recorded from.
    `module-remap-source source_name=${microphone.source} master=${microphone.sink}.monitor`,
    'module-suspend-on-idle timeout=2',
  ];
  return [
    ...['-n', '--daemonize=no', '--exit-idle-time=-1', '--disallow-exit', '--use-pid-file=no', '--log-level=error'],
    ...modules.flatMap((module) => ['-L', module]),
  ];
}

/** The server has no way to say that it is ready but to accept. */
async function accepts(path: string, abort: AbortSignal): Promise<void> {
  while (!abort.aborted) {
    const socket = connect(path);
    try {
      await once(socket, 'connect', { signal: abort });
      return;
    } catch {
      await delay(10);
    } finally {
      socket.destroy();
    }
  }
}
