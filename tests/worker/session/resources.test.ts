import { expect, test, vi } from 'vitest';
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

test('[SE10] the end waits for what comes late until that is closed, and holds up nobody else meanwhile', async () => {
  const resources = new Resources(silent);
  const closed = Promise.withResolvers<void>();
  const owning = resources.own(Promise.resolve({ close: () => closed.promise }));
  const closing = resources.close();
  const isClosed = vi.fn();
  void closing.then(isClosed);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isClosed).not.toHaveBeenCalled();
  closed.resolve();
  await expect(owning).rejects.toMatchObject({ code: 'session_ended' });
  await closing;
});

test('[SE10] one that fails to close does not keep the others open', async () => {
  const closed: string[] = [];
  const resources = new Resources(silent);
  await resources.own(Promise.resolve({ close: () => void closed.push('a') }));
  await resources.own(Promise.resolve({ close: () => Promise.reject(new Error('stuck')) }));
  await resources.close();
  expect(closed).toEqual(['a']);
});
