import { flushCompileCache } from 'node:module';
import { decode } from '#shared/decode.ts';
import { useXAuthority } from '#worker/capture/config.ts';
import { audioPipeline } from '#worker/capture/describe/audio.ts';
import { rateCaps, sizeCaps } from '#worker/capture/describe/rate.ts';
import { type ScreenElement, screenElements } from '#worker/capture/describe/source.ts';
import { videoPipeline } from '#worker/capture/describe/video.ts';
import type { Encoder } from '#worker/capture/encoders/encoder.ts';
import { type FromChild, ToChild } from '#worker/capture/messages.ts';
import type { AudioSource, CodedPicture, VideoSource } from '#worker/capture/sources.ts';
import { type GstPipeline, hasElement } from './gstreamer.ts';
import { PipelineError, runPipeline } from './pipeline.ts';
import { watchEncoder } from './watch-encoder.ts';

/** The capture child: runs a session's pipelines in a process of its own, as its parent says. See capture.ts. */

/** The first frame of a display that is there comes within 100 ms, also on a busy machine within a second. */
const startTimeoutMs = 5000;

interface Running {
  pipeline: GstPipeline;
  encoder: Encoder | undefined;
  screen: ScreenElement | undefined;
  /** Frames are held back from the encoder. */
  held: boolean;
  /** Looks no more whether the encoder hangs. */
  unwatch: () => void;
}

const running = new Map<number, Running>();
/** Frames that pipelines have encoded which run no more. */
let pastFrames = 0;

function send(message: FromChild): void {
  process.send?.(message);
}

/** Which of the elements that capture a display are there. */
const screens = screenElements.filter(hasElement);

/** Captures the display with the first element that can: it may lack an extension that the better one needs. */
async function startVideo(id: number, source: VideoSource): Promise<Running> {
  useXAuthority(source.authority);
  const errors: PipelineError[] = [];
  for (const screen of screens) {
    try {
      return watched(id, await start(id, videoPipeline(source, screen)), source.encoder, screen);
    } catch (error) {
      if (!(error instanceof PipelineError) || error.element !== 'source') throw error;
      errors.push(error);
    }
  }
  throw errors[0] ?? new PipelineError(`there is none of the elements ${screenElements.join(', ')}`);
}

function watched(id: number, pipeline: GstPipeline, encoder: Encoder, screen: ScreenElement): Running {
  const started: Running = { pipeline, encoder, screen, held: false, unwatch: () => undefined };
  started.unwatch = watchEncoder(pipeline, encoder, {
    isHeld: () => started.held,
    prod: () => refresh(started),
    onHang: (message) => send({ type: 'hung', id, message }),
  });
  return started;
}

async function startAudio(id: number, source: AudioSource): Promise<Running> {
  const pipeline = await start(id, audioPipeline(source));
  return { pipeline, encoder: undefined, screen: undefined, held: false, unwatch: () => undefined };
}

const start = (id: number, text: string): Promise<GstPipeline> =>
  runPipeline(text, {
    timeoutMs: startTimeoutMs,
    onFailure: (error) => {
      running.get(id)?.unwatch();
      running.delete(id);
      send({ type: 'failed', id, ...describe(error) });
    },
  });

async function run(id: number, starting: Promise<Running>): Promise<void> {
  try {
    const started = await starting;
    running.set(id, started);
    send({ type: 'started', id, screen: started.screen ?? null });
  } catch (error) {
    send({ type: 'refused', id, ...describe(error) });
  }
}

/** The elements whose failure is not the encoder's, nor of what stands between the frames of the source and it. */
const others = /^(source|payloader|rtp|both|sink|pipeline\d+)$/;
/** What a source says first only where somebody below it has failed without a word. */
const failedBelow = /streaming stopped, reason (error|not-negotiated)/;

function describe(error: unknown): { message: string; byEncoder: boolean } {
  if (!(error instanceof PipelineError)) return { message: String(error), byEncoder: false };
  const { message, element } = error;
  return {
    message: element === undefined ? message : `${message}, said by the element "${element}"`,
    byEncoder: element === undefined || !others.test(element) || failedBelow.test(message),
  };
}

const framesOf = ({ pipeline }: Running): number => pipeline.count('counter');
const allFrames = (): number => [...running.values()].reduce((sum, each) => sum + framesOf(each), pastFrames);

/** A picture that stands still comes again, for the encoder to have something to code. */
function refresh({ screen, pipeline }: Running): void {
  if (screen === 'xdamagesrc') pipeline.set('source', 'refresh', true);
}

function setBitrate({ pipeline, encoder }: Running, kbps: number): void {
  if (!encoder?.bitrate) return;
  const { property, unitsPerKbps, text } = encoder.bitrate;
  const value = kbps * unitsPerKbps;
  if (text === undefined) pipeline.set('encoder', property, value);
  else pipeline.setText('encoder', property, text.replace('{}', String(value)));
}

function hold(target: Running, on: boolean): void {
  target.held = on;
  target.pipeline.set('gate', 'drop', on);
  // What was drawn meanwhile was captured, and dropped.
  if (!on) refresh(target);
}

/** The rate of frames is also the encoder's, for it shares its bits out among them; hence it is told of it. */
function showPicture({ pipeline, screen }: Running, { fps, size }: CodedPicture): void {
  if (screen === 'xdamagesrc') pipeline.set('source', 'max-fps', fps);
  pipeline.set('rate', 'caps', rateCaps(fps));
  pipeline.set('size', 'caps', sizeCaps(size));
}

function handle(message: ToChild): void {
  if (message.type === 'count') {
    send({ type: 'counted', frames: allFrames() });
    return;
  }
  const { id } = message;
  const target = running.get(id);
  switch (message.type) {
    case 'start-video':
      void run(id, startVideo(id, message.source));
      return;
    case 'start-audio':
      void run(id, startAudio(id, message.source));
      return;
    case 'keyframe':
      target?.pipeline.forceKeyframe('payloader');
      if (target !== undefined) refresh(target);
      return;
    case 'bitrate':
      if (target !== undefined) setBitrate(target, message.kbps);
      return;
    case 'hold':
      if (target !== undefined) hold(target, message.on);
      return;
    case 'picture':
      if (target !== undefined) showPicture(target, message.picture);
      return;
    case 'pointer':
      target?.pipeline.set('source', 'show-pointer', message.on);
      return;
    case 'stop':
      running.delete(id);
      target?.unwatch();
      pastFrames += target === undefined ? 0 : framesOf(target);
      target?.pipeline.stop();
      send({ type: 'stopped', id });
      return;
    default:
      message satisfies never;
  }
}

process.on('message', (raw) => handle(decode(ToChild, raw, 'message', 'internal')));
// The parent has gone. There is nothing to put in order, and a thread of GStreamer's that hangs must not keep this alive.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl-C reaches everything that the terminal started: the parent ends this one when its turn has come.
process.on('SIGINT', () => undefined);
send({ type: 'ready', playoutDelay: hasElement('rtphdrextplayoutdelay') });
// As it ends by SIGKILL, what it compiled would be lost.
flushCompileCache();
