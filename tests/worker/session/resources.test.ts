import { expect, test } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { Resources } from '#worker/session/resources.ts';

const silent = jsonLogger(() => undefined, 'error');

test('[SE10] what was started is closed in reverse order, once', async () => {
  const closed: string[] = [];
  const resources = new Resources(silent);
  for (const name of ['a', 'b']) await resources.own(Promise.resolve({ close: () => void closed.push(name) }));
  await Promise.all([resources.close(), resources.close()]);
  expect(closed).toEqual(['b', 'a']);
});

test('[SE10] what is still starting when the end comes is closed as soon as it is there', async () => {
  const closed: string[] = [];
  const resources = new Resources(silent);
  const starting = Promise.withResolvers<{ close: () => void }>();
  const owning = resources.own(starting.promise);
  const closing = resources.close();
  starting.resolve({ close: () => void closed.push('late') });
  await expect(owning).rejects.toMatchObject({ code: 'session_ended' });
  await closing;
  expect(closed).toEqual(['late']);
});

test('[SE10] one that comes late and takes its time to close is waited for', async () => {
  const resources = new Resources(silent);
  const starting = Promise.withResolvers<{ close: () => Promise<void> }>();
  let closed = false;
  const owning = resources.own(starting.promise);
  const closing = resources.close();
  starting.resolve({
    close: async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      closed = true;
    },
  });
  await expect(owning).rejects.toMatchObject({ code: 'session_ended' });
  await closing;
  expect(closed).toBe(true);
});

test('[SE10] one that fails to close does not keep the others open', async () => {
  const closed: string[] = [];
  const resources = new Resources(silent);
  await resources.own(Promise.resolve({ close: () => void closed.push('a') }));
  await resources.own(Promise.resolve({ close: () => Promise.reject(new Error('stuck')) }));
  await resources.close();
  expect(closed).toEqual(['a']);
});
