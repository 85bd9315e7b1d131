import { setTimeout as delay } from 'node:timers/promises';
import { launchChromium } from '#tests/support/chromium.ts';
import { clear } from '#tests/support/impaired/impairment.ts';
import { type ImpairedLink, type LinkSample, startImpairedLink } from '#tests/support/impaired/link.ts';
import { timecodeAgeMs } from '#tests/support/timecode.ts';
import { openBenchStack } from './support/bench-stack.ts';
import { type NetworkConditions, networks } from './support/conditions.ts';
import { percentile, rounded, table } from './support/figures.ts';
import { freezesOf } from './support/freezes.ts';
import { type GuestBeside, guestBeside, type Shown } from './support/guest-beside.ts';
import { OurStreamPage } from './support/our-stream.ts';

export interface Measured {
  freezes: number;
  longestFreezeMs: number;
  fps: number;
  /** What passed the link towards the client, of everything. */
  mbit: number;
  latencyP50Ms: number;
  latencyP95Ms: number;
  /** Frames whose time code could not be read. */
  unreadable: number;
  /** Pixels: the mean width. */
  width: number;
}

export interface Row extends NetworkConditions, Measured {}

/** What a link that narrows from 8 to 1 Mbit/s does to the stream. Times count from the narrowing. */
export interface Narrowing {
  queueKiB: number;
  longestQueueMs: number;
  /** What the stream took before. */
  beforeKbps: number;
  /** From when on no more than 100 ms wait in the queue, for a second at least. */
  drainedMs: number;
  longestFreezeMs: number;
  series: { atMs: number; queueMs: number; kbps: number }[];
}

export interface ImpairedResult {
  /** The same over a link that does nothing; null where no row was asked for. */
  control: Measured | null;
  rows: Row[];
  narrowing: Narrowing[];
  /** Null where it was not asked for. */
  beside: GuestBeside | null;
}

/** How long a stream may take on a good link before it gets worse. */
const goodMs = 4000;

/** The queues of the link that narrows: half a second of it, one and two. */
const queuesKiB = [64, 128, 256] as const;
/** How many rows there are. */
const count = networks.length + queuesKiB.length + 1;

export const about = 'The stream over links that lose, delay and narrow, and beside a guest on a narrow one.';
export const defaults = { seconds: 8, settle: 5, runs: 1, first: 1, last: count };

/**
 * The stream over bad networks: 1280 by 720 at 30 fps in H.264, every pixel moving, over a link between browser and media server that
 * loses, delays and narrows; then with noise, which takes all the bitrate that there is, over one that narrows from 8 to 1 Mbit/s. Each
 * is a session of its own that begins on a good link. The last row is a guest behind 1 Mbit/s beside an owner. `--seconds N` each (8), after `--settle N` (5); `--first N` and `--last N` for
 * some of them alone; `--runs N` of each narrowing (1).
 */
export default async function impaired(settings: typeof defaults): Promise<ImpairedResult> {
  const { runs, first, last } = settings;
  const isAsked = (number: number): boolean => number >= first && number <= last;
  await using bench = await openBenchStack();
  await using chromium = await launchChromium();
  const { stack, token } = bench;
  await using link = await startImpairedLink({ target: { ip: '127.0.0.1', port: stack.ports.media } });
  const open = (app: string): Promise<OurStreamPage> =>
    OurStreamPage.open(chromium.browser, { url: stack.url, token, app, fps: 30, linkPort: link.port });
  const row = async (network: NetworkConditions | null): Promise<Measured> => {
    await link.set({ down: clear, up: clear });
    const stream = await open('timecode-30');
    await stream.playing();
    await delay(goodMs);
    if (network !== null) await apply(link, network);
    await delay(settings.settle * 1000);
    const measured = await measure(stream, link, settings.seconds);
    await stream.close();
    process.stdout.write('.');
    return measured;
  };
  const control = first > networks.length ? null : await row(null);
  const rows: Row[] = [];
  for (const [index, network] of networks.entries()) {
    if (isAsked(index + 1)) rows.push({ ...network, ...(await row(network)) });
  }
  const narrowing: Narrowing[] = [];
  for (const [index, queueKiB] of queuesKiB.entries()) {
    for (let run = 0; run < runs && isAsked(networks.length + index + 1); run += 1) {
      await link.set({ down: clear, up: clear });
      const noise = await open('noise');
      await noise.showing();
      narrowing.push(await narrow(noise, link, queueKiB));
      await noise.close();
    }
  }
  const beside = isAsked(count) ? await guestBeside(bench, chromium.browser, { guestMbps: 1, seconds: settings.seconds }) : null;
  if (control !== null) process.stdout.write(`\n${report(control, rows)}\n`);
  if (narrowing.length > 0) process.stdout.write(`\n${reportNarrowing(narrowing)}\n`);
  if (beside !== null) process.stdout.write(`\n${reportBeside(beside)}\n`);
  return { control, rows, narrowing, beside };
}

async function apply(link: ImpairedLink, { loss, delayMs, mbps }: NetworkConditions): Promise<void> {
  const oneWay = { delayMs: delayMs / 2, jitterMs: delayMs / 20, loss };
  // What routers keep: a quarter of a second, and never less than some dozen packets.
  const queueBytes = Math.max(32 * 1024, (mbps * 1_000_000) / 8 / 4);
  await link.set({ down: { ...oneWay, kbps: mbps * 1000, queueBytes }, up: oneWay });
}

async function measure(stream: OurStreamPage, link: ImpairedLink, seconds: number): Promise<Measured> {
  await stream.takeFrames();
  const [from, fromMs] = [await lastOf(link), Date.now()];
  await delay(seconds * 1000);
  const [to, toMs] = [await lastOf(link), Date.now()];
  const frames = await stream.takeFrames();
  const ages = frames.flatMap(({ code, atMs }) => (code === null ? [] : [timecodeAgeMs(code, atMs)]));
  const freezes = freezesOf(
    frames.map(({ atMs }) => atMs),
    fromMs,
    toMs,
  );
  return {
    freezes: freezes.count,
    longestFreezeMs: freezes.longestMs,
    fps: rounded(frames.length / ((toMs - fromMs) / 1000)),
    mbit: rounded(((to.down.passedBytes - from.down.passedBytes) * 8) / 1000 / (to.atMs - from.atMs)),
    latencyP50Ms: rounded(percentile(ages, 0.5)),
    latencyP95Ms: rounded(percentile(ages, 0.95)),
    unreadable: frames.length - ages.length,
    width: Math.round(frames.reduce((sum, { width }) => sum + width, 0) / Math.max(1, frames.length)),
  };
}

const lastOf = async (link: ImpairedLink): Promise<LinkSample> =>
  (await link.look()).at(-1) ?? Promise.reject(new Error('no link'));

/** How long the bitrate may take to get up before a narrowing, and how long one is looked at. */
const climbMs = 12_000;
const watchMs = 12_000;

async function narrow(stream: OurStreamPage, link: ImpairedLink, queueKiB: number): Promise<Narrowing> {
  const down = { loss: 0, delayMs: 10, jitterMs: 1, queueBytes: queueKiB * 1024 };
  await link.set({ down: { ...down, kbps: 8000 }, up: { loss: 0, delayMs: 10, jitterMs: 1 } });
  await delay(climbMs);
  const from = await lastOf(link);
  await delay(2000);
  const [to] = await Promise.all([lastOf(link), stream.takeFrames()]);
  await link.set({ down: { kbps: 1000 } });
  const beganMs = Date.now();
  await delay(watchMs);
  const samples = await link.look();
  const frames = await stream.takeFrames();
  return {
    queueKiB,
    longestQueueMs: Math.round(Math.max(...samples.map(({ queueMs }) => queueMs))),
    beforeKbps: Math.round(((to.down.passedBytes - from.down.passedBytes) * 8) / (to.atMs - from.atMs)),
    drainedMs: drainedMs(samples, beganMs),
    longestFreezeMs: freezesOf(
      frames.map(({ atMs }) => atMs),
      beganMs,
      beganMs + watchMs,
    ).longestMs,
    series: seriesOf(samples, beganMs),
  };
}

function drainedMs(samples: readonly LinkSample[], beganMs: number): number {
  const full = samples.filter(({ queueMs }) => queueMs > 100);
  const last = full.find(({ atMs }, index) => (full[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) - atMs > 1000);
  return last === undefined ? 0 : Math.round(last.atMs - beganMs);
}

/** Every quarter of a second. */
const seriesOf = (samples: readonly LinkSample[], beganMs: number): Narrowing['series'] =>
  samples.flatMap((sample, index) => {
    const before = samples[index - 5];
    if (before === undefined || index % 5 !== 0) return [];
    const kbps = ((sample.down.passedBytes - before.down.passedBytes) * 8) / (sample.atMs - before.atMs);
    return [{ atMs: Math.round(sample.atMs - beganMs), queueMs: Math.round(sample.queueMs), kbps: Math.round(kbps) }];
  });

const report = (control: Measured, rows: readonly Row[]): string => {
  const part = (of: number, by: number): string => (of / by).toFixed(2);
  const line = (row: Measured): (string | number)[] => [
    ...[row.freezes, row.longestFreezeMs, row.fps, part(row.fps, control.fps), row.width, row.mbit],
    ...[row.latencyP50Ms, part(row.latencyP50Ms, control.latencyP50Ms), row.latencyP95Ms, row.unreadable],
  ];
  return table([
    [
      ...['loss %', 'delay ms', 'Mbit/s', 'freezes', 'longest ms', 'fps', 'of control', 'width', 'sent Mbit/s'],
      ...['latency p50', 'of control', 'p95', 'unreadable'],
    ],
    ['control', '', '', ...line(control)],
    ...rows.map((row) => [row.loss * 100, row.delayMs, row.mbps, ...line(row)]),
  ]);
};

const reportNarrowing = (all: readonly Narrowing[]): string =>
  table([
    ['8 to 1 Mbit/s, queue KiB', 'before kbit/s', 'longest queue ms', 'drained after ms', 'longest freeze ms'],
    ...all.map(({ queueKiB, beforeKbps, longestQueueMs, drainedMs, longestFreezeMs }) => [
      queueKiB,
      beforeKbps,
      longestQueueMs,
      drainedMs,
      longestFreezeMs,
    ]),
  ]);

const reportBeside = ({ guestMbps, alone, owner, guest }: GuestBeside): string => {
  const line = ({ kbps, fps, width, freezes, longestFreezeMs }: Shown) => [kbps, fps, width, freezes, longestFreezeMs];
  return table([
    ['beside each other', 'kbit/s', 'fps', 'width', 'freezes', 'longest ms'],
    ['owner alone', ...line(alone)],
    ['owner beside the guest', ...line(owner)],
    [`guest behind ${guestMbps} Mbit/s`, ...line(guest)],
  ]);
};
