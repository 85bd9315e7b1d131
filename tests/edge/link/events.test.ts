import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventDelivery } from '#edge/link/events.ts';
import { consoleLogger } from '#edge/log.ts';
import type { HostEvent } from '#shared/host.ts';
import { newIncarnation, newSessionId } from '#shared/ids.ts';
import { until } from './support.ts';

const incarnation = newIncarnation();
const eventOf = (session: string, seq: number): HostEvent => ({ session, host: 'h', incarnation, seq, type: 'active' });

/** Messages that take down what becomes of them. */
function stream() {
  const fate: string[] = [];
  const message = (event: unknown, name: string, teller?: string) => ({
    teller,
    data: new TextEncoder().encode(JSON.stringify(event)),
    ack: () => void fate.push(`ack ${name}`),
    term: () => void fate.push(`term ${name}`),
    working: () => void fate.push(`working ${name}`),
  });
  return { fate, message };
}

function delivery(deliver: (event: HostEvent) => Promise<void>, options: { concurrency?: number; workingEveryMs?: number } = {}) {
  const stop = new AbortController();
  const made = new EventDelivery({
    log: consoleLogger('error', {}),
    deliver,
    signal: stop.signal,
    concurrency: options.concurrency ?? 4,
    workingEveryMs: options.workingEveryMs ?? 60_000,
    retryDelayMs: () => 1,
  });
  return Object.assign(made, { [Symbol.dispose]: () => stop.abort() });
}

test("[LK17] whatever fails, each session's events are taken in order and acknowledged after that", async () => {
  const sessions = [newSessionId(), newSessionId(), newSessionId()];
  const plan = fc.array(fc.record({ session: fc.nat({ max: 2 }), failures: fc.nat({ max: 2 }) }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(plan, async (steps) => {
      const { fate, message } = stream();
      const left = new Map(steps.map(({ failures }, i) => [i + 1, failures]));
      using events = delivery(async ({ session, seq }) => {
        await Promise.resolve();
        const failures = left.get(seq) ?? 0;
        left.set(seq, failures - 1);
        if (failures > 0) throw new Error('not now');
        fate.push(`take ${session} ${seq}`);
      });
      steps.forEach(({ session }, i) => {
        const id = sessions[session] ?? '';
        events.take(message(eventOf(id, i + 1), `${id} ${i + 1}`));
      });
      await until(() => fate.filter((line) => line.startsWith('ack')).length === steps.length, 'all acknowledged');
      for (const [at, id] of sessions.entries()) {
        const wanted = steps.flatMap(({ session }, i) => (session === at ? [`take ${id} ${i + 1}`, `ack ${id} ${i + 1}`] : []));
        expect(fate.filter((line) => line.includes(id))).toEqual(wanted);
      }
    }),
    { numRuns: 20 },
  );
});

test('[LK18] no more rooms are called at once than allowed, and a room that fails holds up no other', async () => {
  const { fate, message } = stream();
  const stuck = newSessionId();
  let running = 0;
  let most = 0;
  using events = delivery(
    async ({ session }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      if (session === stuck) throw new Error('never');
    },
    { concurrency: 3 },
  );
  events.take(message(eventOf(stuck, 1), 'stuck'));
  for (let i = 0; i < 40; i++) events.take(message(eventOf(newSessionId(), 1), String(i)));
  await until(() => fate.length === 40, 'all others');
  expect(fate).not.toContain('ack stuck');
  expect(most).toBe(3);
});

test('[LK19] an event that takes its time is said to be at work on, and those behind it too', async () => {
  const { fate, message } = stream();
  const session = newSessionId();
  const gate = Promise.withResolvers<void>();
  using events = delivery(() => gate.promise, { workingEveryMs: 5 });
  events.take(message(eventOf(session, 1), 'first'));
  events.take(message(eventOf(session, 2), 'second'));
  await until(() => fate.includes('working first') && fate.includes('working second'), 'working');
  gate.resolve();
  await until(() => fate.includes('ack second'), 'the end');
  const after = fate.length;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(fate.length).toBe(after);
});

test('[LK20] when the connection is gone nothing more is handed over', async () => {
  const { fate, message } = stream();
  const session = newSessionId();
  const gate = Promise.withResolvers<void>();
  const taken: number[] = [];
  const events = delivery(async ({ seq }) => {
    taken.push(seq);
    await gate.promise;
  });
  events.take(message(eventOf(session, 1), 'first'));
  events.take(message(eventOf(session, 2), 'second'));
  await until(() => taken.length === 1, 'the first');
  events[Symbol.dispose]();
  gate.resolve();
  await until(() => fate.includes('ack first'), 'the first one to end');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(taken).toEqual([1]);
});

test('[LK30] an event that one host tells in another’s name is passed over for good', async () => {
  const { fate, message } = stream();
  const taken: number[] = [];
  using events = delivery(async ({ seq }) => void taken.push(seq));
  const session = newSessionId();
  events.take(message(eventOf(session, 1), 'forged', 'other'));
  events.take(message(eventOf(session, 2), 'own', 'h'));
  events.take(message(eventOf(session, 3), 'unsaid'));
  await until(() => fate.length === 3, 'all');
  expect(fate).toEqual(['term forged', 'ack own', 'ack unsaid']);
  expect(taken).toEqual([2, 3]);
});
