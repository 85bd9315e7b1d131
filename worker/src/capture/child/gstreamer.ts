import { createRequire } from 'node:module';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';

/**
 * The one place that knows the binding to GStreamer. Importing it loads GStreamer into the process, which reads its
 * environment then: only the capture child does.
 */

/** What is used of the binding, which has no types of its own. */
interface NativePipeline {
  play(): void;
  stop(): void;
  findChild(name: string): Record<string, unknown> | undefined;
  /** `element` must exist: the binding does not look. */
  forceKeyUnit(element: string, count: number): boolean;
  /** Waits in a thread of libuv's pool, without end, for one message after the other; stops after one while the state is NULL. */
  pollBus(listener: (message: unknown) => void): void;
  'auto-flush-bus': boolean;
}

const binding: { Pipeline: new (text: string) => NativePipeline } = createRequire(import.meta.url)('gstreamer-superficial');

/** What a pipeline says while it runs. */
export type BusMessage =
  | { type: 'opened' }
  | { type: 'playing' }
  | { type: 'error'; element: string; message: string }
  | { type: 'end'; element: string }
  | { type: 'other' };

const RawMessage = z.object({
  type: z.string(),
  _src_element_name: z.string().default(''),
  message: z.string().default(''),
  debug: z.string().nullish(),
  'old-state': z.string().optional(),
  'new-state': z.string().optional(),
});

/** A pipeline of GStreamer. */
export interface GstPipeline {
  /** Starts it and reports what it says, in order. What goes wrong while it starts is reported too. */
  play(listener: (message: BusMessage) => void): void;
  /** Frees its devices and threads. It can't be started again. */
  stop(): void;
  /** A string is for a property of caps. */
  set(element: string, property: string, value: number | boolean | string): void;
  /** Sets a property of any type, as gst-launch does, where the pipeline has an element `texts` for that: the binding knows few types. */
  setText(element: string, property: string, text: string): void;
  /** How many buffers an `identity` of that name has let pass; 0 where there is none. */
  count(identity: string): number;
  /** Asks the encoder above `element` for a keyframe. */
  forceKeyframe(element: string): void;
}

/** @throws Error with GStreamer's own words where an element is missing or the text is wrong. */
export function parsePipeline(text: string): GstPipeline {
  const native = new binding.Pipeline(text);
  // Flushed, the bus would never wake the thread that waits for it: after four pipelines libuv would have none left.
  native['auto-flush-bus'] = false;
  let reviving: NodeJS.Timeout | undefined;
  return {
    play(listener) {
      // When this returns, all elements have opened their devices and said so, or the pipeline has fallen back to NULL.
      native.play();
      reviving = readBus(native, listener);
    },
    stop() {
      clearTimeout(reviving);
      native.stop();
    },
    set(element, property, value) {
      const found = native.findChild(element);
      if (found !== undefined) found[property] = value;
    },
    setText(element, property, text) {
      const setter = native.findChild('texts');
      if (setter !== undefined) setter['set'] = `${element} ${property} ${text}`;
    },
    count(identity) {
      // A structure, as text: `application/x-identity-stats, num-bytes=(guint64)8, num-buffers=(guint64)2;`.
      const stats = String(native.findChild(identity)?.['stats'] ?? '');
      return Number(/num-buffers=\(guint64\)(\d+)/.exec(stats)?.[1] ?? 0);
    },
    forceKeyframe(element) {
      native.forceKeyUnit(element, 1);
    },
  };
}

/** Far longer than the messages take that are on the bus already. */
const silenceMs = 300;

/**
 * Reads the bus. The binding stops reading after the first message where a device could not be opened, and the reason comes
 * after that: where the pipeline has not opened in time, it is asked for one message after the other until the reason is found.
 */
function readBus(native: NativePipeline, listener: (message: BusMessage) => void): NodeJS.Timeout {
  let state: 'unknown' | 'open' | 'closed' = 'unknown';
  const read = (raw: unknown): void => {
    const message = readMessage(raw);
    if (message.type === 'opened') state = 'open';
    if (state === 'closed' && message.type !== 'error') native.pollBus(read);
    listener(message);
  };
  native.pollBus(read);
  return setTimeout(() => {
    if (state === 'open') return;
    state = 'closed';
    native.pollBus(read);
  }, silenceMs);
}

/** Whether an element exists. */
export function hasElement(name: string): boolean {
  try {
    new binding.Pipeline(`fakesrc ! fakesink ${name}`);
    return true;
  } catch {
    return false;
  }
}

function readMessage(raw: unknown): BusMessage {
  const message = decode(RawMessage, raw, 'bus message', 'internal');
  const element = message._src_element_name;
  if (message.type === 'error') return { type: 'error', element, message: describeError(message.message, message.debug) };
  if (message.type === 'eos') return { type: 'end', element };
  // GStreamer numbers the pipelines of a process: pipeline0, pipeline1 and so on.
  if (message.type !== 'state-changed' || !/^pipeline\d+$/.test(element)) return { type: 'other' };
  if (message['new-state'] === 'GST_STATE_PLAYING') return { type: 'playing' };
  return { type: message['old-state'] === 'GST_STATE_NULL' ? 'opened' : 'other' };
}

/** The message, and the last line of the debug text, which says what it is about; those before it are places in the source. */
function describeError(message: string, debug: string | null | undefined): string {
  const detail = debug?.split('\n').slice(1).join(' ').trim();
  return detail === undefined || detail === '' ? message : `${message} (${detail})`;
}
