import { expect, onTestFinished, test, vi } from 'vitest';
import { Latest, pauseMs } from '#worker/session/desks/latest.ts';

/** A way to a client. What is sent is with it when the test says so, and so many bytes wait then. */
function open() {
  const sent: string[] = [];
  let settle: PromiseWithResolvers<number> | undefined;
  const latest = new Latest((data) => {
    sent.push(data);
    settle = Promise.withResolvers();
    return settle.promise;
  });
  onTestFinished(() => latest.close());
  return { sent, latest, taken: (bytes: number) => settle?.resolve(bytes), refused: () => settle?.reject(new Error('full')) };
}
const within = { timeout: 10_000, interval: 10 };

test('[CU9] who takes it slowly is told of the latest place alone', async () => {
  const { sent, latest, taken } = open();
  for (const place of ['1', '2', '3']) latest.tell(place);
  expect(sent).toEqual(['1']);
  taken(0);
  await vi.waitFor(() => expect(sent).toEqual(['1', '3']), within);
  // More waits than should: those that come now are merged until it is tried again.
  taken(1e6);
  await Promise.resolve();
  for (const place of ['4', '5', '6']) latest.tell(place);
  await vi.waitFor(() => expect(sent).toEqual(['1', '3', '6']), within);
});

test('[CU9] a place that could not be sent is sent later, unless another is the latest by then', async () => {
  const { sent, latest, taken, refused } = open();
  latest.tell('1');
  refused();
  await vi.waitFor(() => expect(sent).toEqual(['1', '1']), within);
  latest.tell('2');
  refused();
  await vi.waitFor(() => expect(sent).toEqual(['1', '1', '2']), within);
  taken(0);
  latest.close();
  latest.tell('3');
  await Promise.resolve();
  expect(sent).toEqual(['1', '1', '2']);
});

test('[CU9] the longer a client is behind, the less often it is told', () => {
  const pauses = [0];
  for (let i = 0; i < 7; i += 1) pauses.push(pauseMs(1e6, pauses.at(-1) ?? 0));
  expect(pauses).toEqual([0, 50, 100, 200, 400, 800, 1000, 1000]);
  expect(pauseMs(0, 1000)).toBe(0);
  expect(pauseMs(Number.POSITIVE_INFINITY, 0)).toBe(50);
});
