import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { built } from '#infra/config.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

/** What happens at a time, in milliseconds: so many pixels are damaged, the pointer moves, or a keyframe is wanted. */
type Event = { at: number } & ({ pixels: number } | { touch: true } | { refresh: true });

interface Taken {
  action: 'capture' | 'repeat';
  at: number;
}

/** Lets time pass without waiting for it: asks the element's own code what it does when (tests/native/pacing.c). */
async function play(events: readonly Event[], { fps = 60, untilMs }: { fps?: number; untilMs: number }): Promise<Taken[]> {
  const child = spawn(...endsWithUs(built.pacing), { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const us = (ms: number): number => Math.round(ms * 1000);
  const taken: Taken[] = [];
  const left = events.toSorted((a, b) => a.at - b.at);
  let now = 0;
  child.stdin.write(`start 0\n`);
  while (now <= us(untilMs)) {
    for (let next = left[0]; next !== undefined && us(next.at) <= now; next = left[0]) {
      left.shift();
      if ('pixels' in next) child.stdin.write(`damage ${us(next.at)} ${next.pixels}\n`);
      else child.stdin.write('touch' in next ? 'touch\n' : `refresh ${us(next.at)}\n`);
    }
    child.stdin.write(`decide ${now} ${fps}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error('It has ended.');
    const wait = /^wait (\d+)$/.exec(value)?.[1];
    if (wait === undefined) taken.push({ action: value === 'capture' ? 'capture' : 'repeat', at: now / 1000 });
    else now = Math.max(now, Math.min(Number(wait), us(left[0]?.at ?? Number.POSITIVE_INFINITY)));
  }
  child.stdin.end();
  return taken;
}

const captures = (taken: readonly Taken[]): number[] => taken.filter(({ action }) => action === 'capture').map(({ at }) => at);

/** The first that was taken from a time on. */
const first = (times: readonly number[], from: number): number => times.find((at) => at >= from) ?? Number.POSITIVE_INFINITY;

const frameMs = 1000 / 60;
/** In whole microseconds, as the times are that come back. */
const whole = (ms: number): number => Math.round(ms * 1000) / 1000;
const frames = (count: number): number[] => Array.from({ length: count }, (_, at) => whole(1000 + at * frameMs));

test('[XD11] what is drawn after a rest is captured at once', async () => {
  const times = captures(
    await play(
      [500, 900, 1600].map((at) => ({ at, pixels: 1000 })),
      { untilMs: 2000 },
    ),
  );
  for (const at of [500, 900, 1600]) expect(times).toContain(at);
});

test('[XD11] a frame that is drawn in two steps is captured with the second, without a wait', async () => {
  const drawn = frames(120);
  const events = drawn.flatMap((at) => [
    { at, pixels: 880 },
    { at: at + 1.2, pixels: 40 },
  ]);
  const times = captures(await play(events, { untilMs: 3000 }));
  const late = drawn.slice(10).map((at) => first(times, at) - (at + 1.2));
  expect(Math.max(...late)).toBeLessThan(0.01);
  expect(Math.min(...late)).toBeGreaterThan(-0.01);
});

test('[XD11] an application that draws over what it has drawn is given the pause that it needs', async () => {
  const drawn = frames(240);
  const events = drawn.flatMap((at) => [
    { at, pixels: 1000 },
    { at: at + 1.5, pixels: 1000 },
  ]);
  const times = captures(await play(events, { untilMs: 5500 }));
  const early = drawn.slice(20).filter((at) => first(times, at) < at + 1.5);
  expect(early.length).toBeLessThan(drawn.length / 10);
});

test('[XD11] an application that keeps to the rate, by and large, never waits for its turn', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 60, maxLength: 60 }), async (jitter) => {
      const drawn = frames(60).map((at, index) => whole(at + (jitter[index] ?? 0)));
      const times = captures(
        await play(
          drawn.map((at) => ({ at, pixels: 1000 })),
          { untilMs: 2200 },
        ),
      );
      for (const at of drawn) expect(first(times, at) - at).toBeLessThan(2.1);
    }),
    { numRuns: 10 },
  );
});

test('[XD11] an application that is faster is held to the rate, and its last frame comes', async () => {
  const drawn = Array.from({ length: 480 }, (_, at) => whole(1000 + at * (1000 / 240)));
  const times = captures(
    await play(
      drawn.map((at) => ({ at, pixels: 1000 })),
      { fps: 30, untilMs: 4000 },
    ),
  );
  const meanwhile = times.filter((at) => at >= 1000 && at < 3000);
  expect(meanwhile.length).toBeLessThanOrEqual(2 * 30 * 1.05 + 2);
  expect(meanwhile.length).toBeGreaterThanOrEqual(60);
  expect(first(times, drawn.at(-1) ?? 0)).toBeLessThan(3050);
});

test('[XD11] a picture that stands still comes again after 0.1, 0.2, 0.4, 0.8 s, then each second', async () => {
  const taken = await play([], { untilMs: 5000 });
  const [start = 0, ...repeats] = taken.map(({ at }) => at);
  expect(taken.slice(1).every(({ action }) => action === 'repeat')).toBe(true);
  expect(repeats.map((at) => Math.round((at - start) / 10) * 10)).toEqual([100, 300, 700, 1500, 2500, 3500, 4500]);
});

test('[XD11] a wish for a keyframe is answered at once', async () => {
  const taken = await play([{ at: 2000, refresh: true }], { untilMs: 2050 });
  expect(taken.at(-1)).toEqual({ action: 'repeat', at: 2000 });
});

test('[XD11] a pointer alone is captured at once, and over a moving picture takes no turn of it', async () => {
  const alone = captures(await play([{ at: 2000, touch: true }], { untilMs: 2050 }));
  expect(alone).toContain(2000);
  const drawn = frames(120);
  const moves = frames(230).map((at) => ({ at: at / 2 + 503, touch: true as const }));
  const times = captures(await play([...drawn.map((at) => ({ at, pixels: 1000 })), ...moves], { untilMs: 3000 }));
  const during = times.filter((at) => at >= 1000 && at < 1000 + 119 * frameMs);
  expect(during.length).toBeLessThanOrEqual(120);
  for (const at of drawn.slice(5)) expect(first(times, at) - at).toBeLessThan(2.1);
});
