import { expect, onTestFinished, test } from 'vitest';
import { capture } from '#infra/setup/command.ts';
import { startEdge } from '#infra/stack/edge.ts';
import { freePorts } from '#infra/stack/ports.ts';
import { testFolder } from './support/folder.ts';

const adminSecret = 'the-admin-secret-of-this-test';

/** A gateway without hosts, which accounts do not need, and the command that administers it. */
async function gateway() {
  const stateDir = await testFolder();
  const port = await freePorts(1, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  const variables = {
    ...{ ADMIN_SECRET: adminSecret, TOKEN_SECRET: 'the-token-secret-of-this-test', LOG_LEVEL: 'warn' },
    // Nobody listens there.
    ...{ NATS_URL: 'ws://127.0.0.1:9', NATS_USER: 'edge', NATS_PASSWORD: 'none', TURN_HOSTS: '', TURN_SECRET: '' },
  };
  const edge = await startEdge({ stateDir, ip: '127.0.0.1', port, variables });
  onTestFinished(() => edge.stop());
  const env = { FARPANE_STATE: stateDir, FARPANE_ADMIN_SECRET: adminSecret };
  return {
    account: (...args: string[]) => capture(process.execPath, ['infra/account.ts', ...args, '--url', url], { env }),
    statusWith: async (token: string): Promise<number> => {
      const response = await fetch(`${url}/1.0/sessions`, { headers: { authorization: `Bearer ${token}` } });
      await response.body?.cancel();
      return response.status;
    },
  };
}

test('[IN17] an account is made, listed, rotated, disabled, enabled, given a quota and deleted at a real gateway', async () => {
  const { account, statusWith } = await gateway();
  const made = await account('create', 'shop', '--expiry-days', '30');
  expect(made).toMatchObject({ code: 0, errors: expect.stringContaining('Keep the token') });
  const token = made.output.trim();
  expect(await statusWith(token)).toBe(200);

  const rotated = (await account('rotate', 'shop')).output.trim();
  expect([await statusWith(token), await statusWith(rotated)]).toEqual([401, 200]);

  expect((await account('disable', 'shop')).output).toBe('Account shop is disabled.\n');
  expect(await statusWith(rotated)).toBe(403);
  expect((await account('enable', 'shop')).output).toBe('Account shop is active.\n');
  expect(await statusWith(rotated)).toBe(200);

  const { output } = await account('quota', 'shop', '--sessions', '5', '--creations-per-minute', 'default');
  const [head, row] = output.split('\n').map((line) => line.split(/ {2,}/));
  expect(head).toEqual(['NAME', 'STATUS', 'SESSIONS', 'CREATIONS', 'CREATED', 'EXPIRES']);
  expect(row?.slice(0, 4)).toEqual(['shop', 'active', '0 of 5', '60 a minute']);

  await account('create', 'another');
  const { output: list } = await account('list');
  expect(list.split('\n').map((line) => line.split(' ')[0])).toEqual(['NAME', 'another', 'shop', '']);
  const { output: json } = await account('list', '--json');
  expect(JSON.parse(json)).toMatchObject([{ name: 'another' }, { name: 'shop', quota: { sessions: 5 } }]);

  expect((await account('delete', 'shop')).output).toBe('Account shop is deleted.\n');
  expect(await statusWith(rotated)).toBe(401);
  const gone = await account('rotate', 'nobody');
  expect(gone).toMatchObject({ code: 1, output: '', errors: 'There is no such account.\n' });
});
