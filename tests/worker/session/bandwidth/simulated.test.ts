import { expect, test } from 'vitest';
import { type Conditions, type Moment, SimulatedLink } from './simulated-link.ts';

const limits = { minKbps: 150, maxKbps: 3000 };
const good: Conditions = { kbps: 20_000, delayMs: 20, loss: 0, queueKbit: 2000, neededKbps: 20_000 };

const linkOf = (change: Partial<Conditions> = {}): SimulatedLink => new SimulatedLink({ ...good, ...change }, limits, 3000);
const lowest = (moments: readonly Moment[]): number => Math.min(...moments.map(({ bandwidth }) => bandwidth.kbps));
const longestQueueMs = (moments: readonly Moment[]): number => Math.max(...moments.map(({ queueMs }) => queueMs));
const end = (moments: readonly Moment[]): number => moments.at(-1)?.bandwidth.kbps ?? 0;

test('[BW14] a delay that jumps is taken for no queue where less is sent than the link is known to carry', () => {
  for (const delayMs of [50, 100, 200, 400]) {
    const link = linkOf({ neededKbps: 600 });
    link.run(6);
    const after = link.run(10, { delayMs });
    expect(lowest(after)).toBeGreaterThan(1000);
    expect(after.some(({ bandwidth }) => bandwidth.hold)).toBe(false);
    expect(end(after)).toBeGreaterThan(2000);
  }
});

test('[BW14] a queue that grows while as little is sent is seen nevertheless', () => {
  const link = linkOf({ neededKbps: 900 });
  link.run(6);
  const after = link.run(10, { kbps: 400 });
  expect(after.slice(30).every(({ queueMs }) => queueMs < 300)).toBe(true);
  expect(end(after)).toBeLessThan(500);
});

test('[BW15] losses by chance below a tenth leave the bitrate alone, whatever the delay, and let it grow from below', () => {
  for (const loss of [0.02, 0.05, 0.08]) {
    for (const delayMs of [20, 100, 200]) {
      const link = linkOf({ delayMs });
      link.run(5);
      expect(lowest(link.run(20, { loss }))).toBeGreaterThan(2000);
      link.run(60, { kbps: 400 });
      expect(end(link.run(30, { kbps: 20_000 }))).toBeGreaterThan(2000);
    }
  }
});

test('[BW15] losses of an overflowing queue take the bitrate down', () => {
  const link = linkOf({ queueKbit: 60 });
  link.run(5);
  expect(end(link.run(10, { kbps: 1000 }))).toBeLessThan(1100);
});

test('[BW16] at a narrow link the bitrate settles: what passes is most of what it carries, and hardly anything waits', () => {
  for (const kbps of [500, 1000, 2000]) {
    const link = linkOf({ queueKbit: 500 });
    link.run(5);
    link.run(20, { kbps });
    const settled = link.run(60);
    const passed = settled.reduce((sum, { passedKbps }) => sum + passedKbps, 0) / settled.length;
    expect(passed).toBeGreaterThan(kbps * 0.7);
    expect(longestQueueMs(settled)).toBeLessThan(250);
    expect(settled.filter(({ bandwidth }) => bandwidth.hold).length).toBeLessThan(settled.length / 20);
  }
});

test('[BW16] from 8 to 1 Mbit/s the queue drains within three seconds', () => {
  for (const queueKbit of [500, 1000, 2000]) {
    const link = linkOf({ kbps: 8000, queueKbit });
    link.run(10);
    expect(longestQueueMs(link.run(8, { kbps: 1000 }).slice(30))).toBeLessThan(150);
  }
});
