import { afterEach, expect, test, vi } from 'vitest';
import { Account } from '#edge/account/account.ts';
import { pendingMs } from '#edge/account/letting-in.ts';
import { accountNamed } from '#edge/objects.ts';
import type { Session } from '#shared/gateway.ts';
import { newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { env, unique, until } from '#tests/edge/link/support.ts';
import { newAccount, newSession, startHost } from '#tests/edge/support.ts';
import { asked } from './support.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const placed = (session: string) => ({ session, host: 'host-1', region: 'eu', instance: 'i', version: 3 });

async function admitted() {
  const { name, token } = await newAccount();
  const account = accountNamed(env, name);
  const id = newSessionId();
  unwrap(await account.admit(token, asked(id), undefined));
  return {
    account,
    id,
    session: { ...asked(id), cluster_id: '', container_id: '', status: 'created', status_message: '' } as Session,
  };
}

test('[AC15] a session is listed as soon as it is let in, and its link says where it runs', async () => {
  const { account, id, session } = await admitted();
  expect(await account.list()).toEqual([session]);
  await account.placed([placed(newSessionId()), placed(id)]);
  const running = { ...session, app_version: 3, region: 'eu', cluster_id: 'host-1', container_id: 'i' };
  expect(await account.list()).toEqual([running]);
});

test('[AC16] what its room has told of a session stands, though its link tells later where it was placed', async () => {
  const { account, id, session } = await admitted();
  const active: Session = { ...session, region: 'us', cluster_id: 'host-2', status: 'active' };
  await account.put(active);
  await account.placed([placed(id)]);
  expect(await account.list()).toEqual([active]);
  await account.remove(id);
  await account.placed([placed(id)]);
  expect(await account.list()).toEqual([]);
});

test('[AC17] a creation that was not heard of for a minute is asked after: one that has no room goes, one that has stays', async () => {
  const { name, token } = await newAccount();
  const account = accountNamed(env, name);
  const [app, lost] = [unique('app'), newSessionId()];
  await using _host = await startHost({ app, region: unique('region') });
  // The link never gets to tell.
  const untold = vi.spyOn(Account.prototype, 'placed').mockRejectedValue(new Error('away'));
  const { id, region } = await newSession(token, app);
  await until(() => untold.mock.calls.length > 0, 'the link has tried');
  untold.mockRestore();
  unwrap(await account.admit(token, asked(lost), undefined));
  expect(await account.list()).toMatchObject([{ id, cluster_id: '' }, { id: lost }]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + pendingMs + 1 });
  expect(await account.list()).toMatchObject([{ id, region, container_id: `instance-of-${id}` }]);
  expect(unwrap(await account.describe()).sessions).toBe(1);
});
