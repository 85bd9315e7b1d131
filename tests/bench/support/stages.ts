import type { PresentedFrame } from '#tests/support/timecode.ts';
import { timecodeAgeMs } from '#tests/support/timecode.ts';
import { percentile, rounded } from './figures.ts';

/** When a frame was where on its way to the wire. Milliseconds since the epoch; a stamp that is missing was not seen. */
export interface SentFrame {
  rtpTimestamp: number;
  capturedMs: number;
  readMs: number;
  encodedMs: number;
  payloadedMs: number;
  sentMs: number;
}

/** When its last packet was on the wire before and behind the media server; undefined where nobody listened there. */
export interface WireTimes {
  intoServerMs: number | undefined;
  outOfServerMs: number | undefined;
}

export interface Stage {
  name: string;
  p50Ms: number;
  p95Ms: number;
  meanMs: number;
}

export interface StagesResult {
  stages: Stage[];
  /** From the drawing to the page's hearing of the frame, of the same frames. */
  glass: Stage;
  /** What of the mean the stages do not account for. */
  unknownMs: number;
  /** How many frames were seen everywhere. */
  n: number;
}

export interface StageSources {
  presented: readonly PresentedFrame[];
  sent: ReadonlyMap<number, SentFrame>;
  wire: ReadonlyMap<number, WireTimes>;
  /** The browser tells of it as a mean alone. */
  jitterBufferMs: number;
}

/** How long one frame took for each stage, by the stage's name. */
type Durations = Record<string, number>;

/** Accounts for the time of frames, stage by stage, in the order of the way. */
export function accountFor({ presented, sent, wire, jitterBufferMs }: StageSources): StagesResult {
  const frames: { durations: Durations; glassMs: number }[] = [];
  for (const frame of presented) {
    const source = frame.rtpTimestamp === null ? undefined : sent.get(frame.rtpTimestamp);
    if (source === undefined || frame.code === null || frame.receivedMs === null || frame.decodeMs === null) continue;
    const glassMs = timecodeAgeMs(frame.code, frame.atMs);
    const durations = durationsOf(
      { ...frame, receivedMs: frame.receivedMs, decodeMs: frame.decodeMs, drawnMs: frame.atMs - glassMs },
      source,
      wire.get(source.rtpTimestamp),
      jitterBufferMs,
    );
    frames.push({ durations, glassMs });
  }
  const names = [...new Set(frames.flatMap(({ durations }) => Object.keys(durations)))];
  const stages = names.map((name) =>
    stageOf(
      name,
      frames.flatMap(({ durations }) => durations[name] ?? []),
    ),
  );
  const glass = stageOf(
    'glass',
    frames.map(({ glassMs }) => glassMs),
  );
  const known = stages.reduce((sum, { meanMs }) => sum + meanMs, 0);
  return { stages, glass, unknownMs: rounded(glass.meanMs - known), n: frames.length };
}

function durationsOf(
  frame: { drawnMs: number; receivedMs: number; decodeMs: number; presentedMs: number; atMs: number },
  source: SentFrame,
  wire: WireTimes | undefined,
  jitterBufferMs: number,
): Durations {
  const into = wire?.intoServerMs;
  const out = wire?.outOfServerMs;
  const way: Durations =
    into === undefined || out === undefined
      ? { 'send, SFU, network': frame.receivedMs - source.payloadedMs }
      : { send: into - source.payloadedMs, SFU: out - into, network: frame.receivedMs - out };
  return {
    'capture wait': source.capturedMs - frame.drawnMs,
    'read, convert': source.readMs - source.capturedMs,
    encode: source.encodedMs - source.readMs,
    pay: source.payloadedMs - source.encodedMs,
    ...way,
    'jitter buffer': jitterBufferMs,
    decode: frame.decodeMs,
    present: frame.atMs - frame.presentedMs,
  };
}

function stageOf(name: string, values: readonly number[]): Stage {
  const meanMs = rounded(values.reduce((sum, value) => sum + value, 0) / values.length);
  return { name, p50Ms: rounded(percentile(values, 0.5)), p95Ms: rounded(percentile(values, 0.95)), meanMs };
}
