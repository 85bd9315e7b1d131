import { setTimeout as delay } from 'node:timers/promises';
import { type BusMessage, type GstPipeline, parsePipeline } from './gstreamer.ts';

/** Why a pipeline does not run. `element`: the name of the one that gave up, where one did. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly element: string | undefined;

  constructor(message: string, element?: string, cause?: unknown) {
    super(message, { cause });
    this.element = element;
  }
}

export interface PipelineOptions {
  timeoutMs: number;
  /** Called once when it breaks after it has run; it is stopped then. */
  onFailure: (error: PipelineError) => void;
}

/** Starts a pipeline and resolves when its first buffer has reached the end.
 *
 * @throws PipelineError with GStreamer's own words where it can't run; it is stopped then.
 */
export async function runPipeline(text: string, { timeoutMs, onFailure }: PipelineOptions): Promise<GstPipeline> {
  const pipeline = parse(text);
  const state = { current: 'starting' as 'starting' | 'running' | 'over' };
  const timer = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: PipelineError): void => {
    if (state.current === 'over') return;
    const started = state.current === 'running';
    state.current = 'over';
    pipeline.stop();
    if (started) onFailure(error);
    else reject(error);
  };
  pipeline.play((message) => {
    if (message.type === 'playing' && state.current === 'starting') {
      state.current = 'running';
      resolve();
    }
    const error = failureOf(message);
    if (error !== undefined) fail(error);
  });
  void delay(timeoutMs, undefined, { signal: timer.signal }).then(
    () => fail(new PipelineError(`no picture or sound came within ${timeoutMs} ms`)),
    () => undefined,
  );
  try {
    await promise;
  } finally {
    timer.abort();
  }
  return {
    ...pipeline,
    stop() {
      if (state.current === 'over') return;
      state.current = 'over';
      pipeline.stop();
    },
  };
}

function parse(text: string): GstPipeline {
  try {
    return parsePipeline(text);
  } catch (cause) {
    throw new PipelineError(cause instanceof Error ? cause.message : String(cause), undefined, cause);
  }
}

function failureOf(message: BusMessage): PipelineError | undefined {
  switch (message.type) {
    case 'error':
      return new PipelineError(message.message, message.element);
    case 'end':
      return new PipelineError('the stream ended', message.element);
    case 'opened':
    case 'playing':
    case 'other':
      return undefined;
    default:
      throw message satisfies never;
  }
}
