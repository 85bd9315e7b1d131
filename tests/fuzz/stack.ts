import { openAccountStack } from '#tests/support/account-stack.ts';
import type { FuzzTarget } from './target.ts';

/** The whole stack, with a host whose application does nothing, for a fuzz run: nobody is held back by a quota or a rate. */
export async function openFuzzStack(): Promise<FuzzTarget & AsyncDisposable> {
  const app = 'sleeper';
  const opened = await openAccountStack('fuzz', {
    turn: false,
    host: { slots: 4, drainSeconds: 0, applications: [{ name: app, command: '/bin/sleep', arguments: ['3600'], sound: false }] },
    edge: { RATE_LIMITS: 'off', QUOTA_SESSIONS: '1000000', QUOTA_CREATIONS_PER_MINUTE: '1000000', LOG_LEVEL: 'error' },
  });
  const { stack, token } = opened;
  return {
    ...{ url: stack.url, token, adminSecret: stack.adminSecret, app, host: 'host-1', region: 'local' },
    nats: { url: stack.natsUrl, user: 'edge', password: stack.natsPassword },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
