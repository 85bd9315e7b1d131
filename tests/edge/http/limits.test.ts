import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configOf } from '#edge/config.ts';
import { limit } from '#edge/http/access/limits.ts';
import { addressKey } from '#edge/http/access/limits-address.ts';
import { askWith } from '#tests/edge/account/support.ts';
import { env } from '#tests/edge/link/support.ts';
import { newAccount, request } from '#tests/edge/support.ts';

let made = 0;
/** An address that no other test uses. */
const newAddress = (): string => `203.0.113.${++made}`;

/** Counts begin anew with each minute of the clock: waits for the next one where this one is nearly over. */
async function freshMinute(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 10_000) await new Promise((resolve) => setTimeout(resolve, leftMs + 100));
}

/** Asks until it is refused for coming too often. @returns how often it was answered otherwise, and the refusal. */
async function untilRefused(ask: () => Promise<{ status: number; retryAfter: string | null; error?: string | undefined }>) {
  await freshMinute();
  for (let times = 0; times < 1000; times += 1) {
    const answer = await ask();
    if (answer.status === 429) return { times, ...answer };
  }
  throw new Error('never refused');
}

const asker = (path: string, headers: Record<string, string>) => async () => {
  const { status_code: status, error, retryAfter } = await askWith('GET', path, headers);
  return { status, error, retryAfter };
};

test('[QT9] requests without a valid token are 429 after a while, by address; a valid token passes all the same', async () => {
  const { token } = await newAccount();
  const address = { 'cf-connecting-ip': newAddress() };
  const refused = await untilRefused(asker('/1.0/sessions', { ...address, authorization: 'Bearer wrong' }));
  expect(refused).toEqual({
    ...{ times: 60, status: 429, retryAfter: '60' },
    error: 'Too many requests without a valid token came from this address.',
  });
  expect((await asker('/1.0/sessions', { ...address, authorization: `Bearer ${token}` })()).status).toBe(200);
  expect((await asker('/1.0/sessions', { 'cf-connecting-ip': newAddress() })()).status).toBe(401);
});

test('[QT10] who has asked too often with the admin secret does not learn whether it is right', async () => {
  const address = { 'cf-connecting-ip': newAddress() };
  const refused = await untilRefused(asker('/1.0/accounts/nobody', { ...address, authorization: 'Bearer wrong' }));
  expect(refused).toMatchObject({ times: 120, retryAfter: '60' });
  const right = asker('/1.0/accounts/nobody', { ...address, authorization: `Bearer ${env.ADMIN_SECRET}` });
  expect(await right()).toEqual({ status: 429, retryAfter: '60', error: refused.error });
});

test('[QT11] sockets that are opened too often are 429, by address', async () => {
  const open = (address: string) => async () => {
    const path = `/1.0/sessions/${'0'.repeat(20)}/sockets/slave?token=x`;
    const { status, headers, webSocket } = await request(path, {
      headers: { upgrade: 'websocket', 'cf-connecting-ip': address },
    });
    webSocket?.accept();
    webSocket?.close();
    return { status, retryAfter: headers.get('retry-after') };
  };
  const refused = await untilRefused(open(newAddress()));
  expect(refused).toMatchObject({ times: 300, retryAfter: '60' });
  expect((await open(newAddress())()).status).toBe(101);
});

test('[QT12] nothing is limited where no address is known, no limit is bound, or limits are off; a limit that fails stops nobody', async () => {
  const asked: string[] = [];
  const header = (address: string | undefined) => ({ header: () => address });
  const limiter = (answer: () => boolean): RateLimit => ({
    limit: async ({ key }) => {
      asked.push(key);
      return { success: answer() };
    },
  });
  const none = { ...env, UPGRADES: limiter(() => false) };
  await expect(limit({ env: none, req: header('192.0.2.1') }, 'UPGRADES')).rejects.toMatchObject({
    status: 429,
    retryAfterS: 60,
  });
  await limit({ env: none, req: header(undefined) }, 'UPGRADES');
  await limit({ env: { ...none, RATE_LIMITS: 'off' }, req: header('192.0.2.2') }, 'UPGRADES');
  const { UPGRADES: _none, ...unbound } = none;
  await limit({ env: unbound, req: header('192.0.2.3') }, 'UPGRADES');
  const failing = limiter(() => {
    throw new Error('out of order');
  });
  await limit({ env: { ...env, UPGRADES: failing }, req: header('192.0.2.4') }, 'UPGRADES');
  expect(asked).toEqual(['192.0.2.1', '192.0.2.4']);
});

test('[QT13] of an IPv6 address the first 64 bits count, however it is written', () => {
  expect(addressKey('192.0.2.1')).toBe('192.0.2.1');
  expect(addressKey('::ffff:192.0.2.1')).toBe('::ffff:192.0.2.1');
  expect(addressKey('2001:DB8::1')).toBe('2001:db8:0:0::/64');
  expect(addressKey('::1')).toBe('0:0:0:0::/64');
  expect(addressKey('::')).toBe('0:0:0:0::/64');
  const group = fc.integer({ min: 0, max: 0xff_ff });
  const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length });
  const written = (all: readonly number[], width: number): string =>
    all.map((each) => each.toString(16).padStart(width, '0')).join(':');
  fc.assert(
    fc.property(groups(4), groups(4), groups(4), (network, one, other) => {
      const key = addressKey(written([...network, ...one], 1));
      expect(addressKey(written([...network, ...other], 4).toUpperCase())).toBe(key);
      expect(addressKey(`${written(network, 1)}::`)).toBe(key);
      expect(key).toBe(`${written(network, 1)}::/64`);
    }),
  );
});

test('[QT8] the quota of the gateway is a setting, and one that is no number is named', () => {
  expect(configOf({ ...env, QUOTA_SESSIONS: '5', QUOTA_CREATIONS_PER_MINUTE: '0' }).quota).toEqual({
    ...{ sessions: 5, creations_per_minute: 0 },
  });
  for (const wrong of ['', 'many', '-1', '1.5', '10000000']) {
    expect(() => configOf({ ...env, QUOTA_SESSIONS: wrong })).toThrow('QUOTA_SESSIONS: ');
  }
});
