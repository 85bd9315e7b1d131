import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Conditions, clear, Impairment } from '#tests/support/impaired/impairment.ts';

/** Sends packets of 1000 bytes, one each `everyMs`, and tells when each that arrives does so. */
function send(conditions: Partial<Conditions>, count: number, everyMs: number, seed = 1): { packet: number; atMs: number }[] {
  const link = new Impairment<number>(seed);
  link.set({ ...clear, ...conditions }, 0);
  const arrived: { packet: number; atMs: number }[] = [];
  const look = (atMs: number) => arrived.push(...link.take(atMs).map((packet) => ({ packet, atMs })));
  for (let packet = 0; packet < count; packet += 1) {
    const sentMs = packet * everyMs;
    for (let next = link.nextMs(); next !== null && next < sentMs; next = link.nextMs()) look(next);
    link.push(packet, 1000, sentMs);
    look(sentMs);
  }
  for (let next = link.nextMs(); next !== null; next = link.nextMs()) look(next);
  return arrived;
}

const order = (arrived: { packet: number }[]) => arrived.map(({ packet }) => packet);

test('[IM1] a clear link passes everything on at once, and a delay is a delay', () => {
  expect(send({}, 3, 10)).toEqual([0, 1, 2].map((packet) => ({ packet, atMs: packet * 10 })));
  expect(send({ delayMs: 50 }, 2, 10).map(({ atMs }) => atMs)).toEqual([50, 60]);
});

test('[IM1] jitter spreads the delay and keeps the order', () => {
  const arrived = send({ delayMs: 20, jitterMs: 30 }, 200, 5);
  expect(order(arrived)).toEqual(Array.from({ length: 200 }, (_, packet) => packet));
  const delays = arrived.map(({ packet, atMs }) => atMs - packet * 5);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(20);
  expect(Math.max(...delays)).toBeLessThanOrEqual(50.001);
});

test('[IM2] a rate is kept to, what exceeds it waits, and what finds no room is dropped', () => {
  // A byte a millisecond is 8 kbit/s: 1000 bytes take 10 ms at 800 kbit/s.
  const arrived = send({ kbps: 800, queueBytes: 100_000 }, 50, 5);
  expect(arrived).toHaveLength(50);
  expect(arrived.at(-1)?.atMs).toBeCloseTo(50 * 10 - 30, 0);
  const narrow = new Impairment<number>(1);
  narrow.set({ ...clear, kbps: 800, queueBytes: 5000 }, 0);
  for (let packet = 0; packet < 20; packet += 1) narrow.push(packet, 1000, 0);
  expect(narrow.counts).toMatchObject({ passed: 3, overflowed: 12 });
  expect(narrow.queueMs).toBe(50);
});

test('[IM2] whatever the rate and the packets, no more passes than the rate allows, and nothing is lost in the queue', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 20_000 }), fc.integer({ min: 1, max: 30 }), (kbps, everyMs) => {
      const arrived = send({ kbps, queueBytes: Number.MAX_SAFE_INTEGER }, 60, everyMs);
      expect(order(arrived)).toEqual(Array.from({ length: 60 }, (_, packet) => packet));
      const spanMs = (arrived.at(-1)?.atMs ?? 0) - (arrived[0]?.atMs ?? 0);
      // Three packets may come at once after a pause.
      expect(((arrived.length - 3) * 8000) / kbps).toBeLessThanOrEqual(spanMs + 0.001);
    }),
  );
});

test('[IM2] a rate that changes is good for what waits already', () => {
  const link = new Impairment<number>(1);
  link.set({ ...clear, kbps: 80 }, 0);
  for (let packet = 0; packet < 10; packet += 1) link.push(packet, 1000, 0);
  expect(link.take(0)).toEqual([0, 1, 2]);
  link.set({ ...clear, kbps: 8000 }, 10);
  expect(link.take(17.1)).toHaveLength(7);
});

test('[IM3] losses come as often as asked, in bursts as long as asked, and alike for one seed', () => {
  for (const lossBurst of [1, 5]) {
    const arrived = order(send({ loss: 0.1, lossBurst }, 20_000, 1));
    const lost = 20_000 - arrived.length;
    expect(lost / 20_000).toBeGreaterThan(0.08);
    expect(lost / 20_000).toBeLessThan(0.12);
    const bursts = arrived.filter((packet, index) => packet - (arrived[index - 1] ?? -1) > 1).length;
    expect(lost / bursts).toBeGreaterThan(lossBurst * 0.8);
    expect(lost / bursts).toBeLessThan(lossBurst * 1.3 + 0.3);
  }
  expect(order(send({ loss: 0.1 }, 500, 1, 7))).toEqual(order(send({ loss: 0.1 }, 500, 1, 7)));
  expect(order(send({ loss: 0.1 }, 500, 1, 7))).not.toEqual(order(send({ loss: 0.1 }, 500, 1, 8)));
  expect(send({ loss: 1 }, 100, 1)).toEqual([]);
});

test('[IM4] packets are overtaken as often as asked, and none is lost by it', () => {
  const arrived = order(send({ reorder: 0.1 }, 2000, 2));
  expect(arrived.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, packet) => packet));
  const overtaken = arrived.filter((packet, index) => packet < (arrived[index - 1] ?? -1)).length;
  expect(overtaken / 2000).toBeGreaterThan(0.05);
  expect(overtaken / 2000).toBeLessThan(0.15);
});
