import { z } from 'zod';

/** What the stream is like just now. A field that the browser does not know yet is undefined. */
export interface StreamStats {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fps: number | undefined;
  /** `H264`, `VP8` and so on. */
  readonly codec: string | undefined;
  readonly roundTripMs: number | undefined;
  /** Video and sound together, since the last reading. */
  readonly bitrateKbps: number | undefined;
  /** Mean time that a video frame waited in the jitter buffer, since the last reading. */
  readonly bufferMs: number | undefined;
  /** Of the video, since it was connected. */
  readonly packetsLost: number | undefined;
  /** How many of a hundred packets of the video were lost since the last reading. */
  readonly lossPercent: number | undefined;
  /** Whether the media goes through a relay (TURN). */
  readonly relayed: boolean;
}

/** What a reading leaves for the next one. */
export interface StatsSample {
  readonly atMs: number;
  readonly bytes: number;
  /** Of the video: what its frames have waited in the jitter buffer altogether, and how many have left it. */
  readonly waitedMs: number;
  readonly emitted: number;
  readonly received: number;
  readonly lost: number;
}

const amount = z.number().optional();
/** The members that are read of the reports of getStats (W3C webrtc-stats), all of them optional. */
const Report = z.object({
  id: z.string(),
  type: z.string(),
  timestamp: z.number(),
  kind: z.string().optional(),
  codecId: z.string().optional(),
  mimeType: z.string().optional(),
  frameWidth: amount,
  frameHeight: amount,
  framesPerSecond: amount,
  bytesReceived: amount,
  packetsReceived: amount,
  packetsLost: amount,
  jitterBufferDelay: amount,
  jitterBufferEmittedCount: amount,
  selectedCandidatePairId: z.string().optional(),
  currentRoundTripTime: amount,
  localCandidateId: z.string().optional(),
  candidateType: z.string().optional(),
});
type Report = z.output<typeof Report>;

/** Reads the reports of one getStats call; `before` is the sample of the reading before. */
export function readStats(raw: Iterable<unknown>, before: StatsSample | undefined): { stats: StreamStats; sample: StatsSample } {
  const reports = new Map<string, Report>();
  for (const value of raw) {
    const report = Report.safeParse(value);
    if (report.success) reports.set(report.data.id, report.data);
  }
  const all = [...reports.values()];
  const inbound = all.filter(({ type }) => type === 'inbound-rtp');
  const video = inbound.find(({ kind }) => kind === 'video');
  const transport = all.find(({ type }) => type === 'transport');
  const pair = reports.get(transport?.selectedCandidatePairId ?? '');
  const sample = {
    atMs: (video ?? transport)?.timestamp ?? 0,
    bytes: inbound.reduce((sum, { bytesReceived }) => sum + (bytesReceived ?? 0), 0),
    waitedMs: (video?.jitterBufferDelay ?? 0) * 1000,
    emitted: video?.jitterBufferEmittedCount ?? 0,
    received: video?.packetsReceived ?? 0,
    lost: video?.packetsLost ?? 0,
  };
  const stats = {
    width: video?.frameWidth,
    height: video?.frameHeight,
    fps: video?.framesPerSecond,
    codec: reports.get(video?.codecId ?? '')?.mimeType?.replace(/^video\//, ''),
    roundTripMs: pair?.currentRoundTripTime === undefined ? undefined : pair.currentRoundTripTime * 1000,
    bitrateKbps: bitrate(before, sample),
    bufferMs: ratio(sample.waitedMs - (before?.waitedMs ?? 0), sample.emitted - (before?.emitted ?? 0)),
    packetsLost: video?.packetsLost,
    lossPercent: loss(before, sample),
    relayed: reports.get(pair?.localCandidateId ?? '')?.candidateType === 'relay',
  };
  return { stats, sample };
}

const ratio = (part: number, whole: number): number | undefined => (whole > 0 && part >= 0 ? part / whole : undefined);

/** A packet that came late is lost no more: then there may be less than none. */
function loss(before: StatsSample | undefined, now: StatsSample): number | undefined {
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  const share = ratio(lost, lost + now.received - (before?.received ?? 0));
  return share === undefined ? undefined : share * 100;
}

/** Bits a millisecond are kilobits a second. A new connection starts to count from nothing again. */
function bitrate(before: StatsSample | undefined, now: StatsSample): number | undefined {
  if (before === undefined || now.atMs <= before.atMs || now.bytes < before.bytes) return undefined;
  return ((now.bytes - before.bytes) * 8) / (now.atMs - before.atMs);
}
