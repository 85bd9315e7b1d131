import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '#infra/stack/stack.ts';
import type { FuzzTarget } from './target.ts';

/** The whole stack, with a host whose application does nothing, for a fuzz run: nobody is held back by a quota or a rate. */
export async function openFuzzStack(): Promise<FuzzTarget & AsyncDisposable> {
  await using owned = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'farpane-fuzz-'));
  owned.defer(() => rm(stateDir, { recursive: true, force: true }));
  const app = 'sleeper';
  const stack = await startStack({
    stateDir,
    turn: false,
    host: { slots: 4, drainSeconds: 0, applications: [{ name: app, command: '/bin/sleep', arguments: ['3600'], sound: false }] },
    edge: { RATE_LIMITS: 'off', QUOTA_SESSIONS: '1000000', QUOTA_CREATIONS_PER_MINUTE: '1000000', LOG_LEVEL: 'error' },
  });
  owned.defer(() => stack.close());
  const { token } = await stack.createAccount('fuzz');
  const kept = owned.move();
  return {
    ...{ url: stack.url, token, adminSecret: stack.adminSecret, app, host: 'host-1', region: 'local' },
    nats: { url: stack.natsUrl, user: 'edge', password: stack.natsPassword },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
