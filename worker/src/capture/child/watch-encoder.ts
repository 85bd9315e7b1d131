import type { Encoder } from '#worker/capture/encoders/encoder.ts';
import type { GstPipeline } from './gstreamer.ts';
import { startStallWatch, watchStall } from './stall.ts';

const everyMs = 100;

export interface EncoderWatchOptions {
  /** Whether frames are held back from it. */
  isHeld: () => boolean;
  /** Gives it a frame, though the picture stands still. */
  prod: () => void;
  /** Called once, where it hangs. Nothing is watched from then on. */
  onHang: (message: string) => void;
}

/** Looks at a pipeline's encoder until it hangs, or until what this returns is called. */
export function watchEncoder(pipeline: GstPipeline, encoder: Encoder, options: EncoderWatchOptions): () => void {
  let watch = startStallWatch;
  let lookedAtMs = performance.now();
  const look = (): void => {
    const nowMs = performance.now();
    const elapsedMs = nowMs - lookedAtMs;
    lookedAtMs = nowMs;
    // What is coded is read first: what is taken is never less then.
    const coded = pipeline.count('counter');
    const flow = { coded, taken: pipeline.count('taken') };
    const next = watchStall(options.isHeld() ? { ...watch, silentMs: 0 } : watch, flow, elapsedMs, encoder.silentMs);
    watch = next.watch;
    if (next.verdict === 'prod') options.prod();
    if (next.verdict !== 'hangs') return;
    clearInterval(timer);
    options.onHang(`the encoder ${encoder.name} hangs: it has taken ${watch.taken} frames and coded ${watch.coded}`);
  };
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}
