import { expect, test } from 'vitest';
import { configOf } from '#edge/config.ts';
import { app } from '#edge/http/app.ts';
import { pageOf, SessionQuery } from '#edge/http/routes/sessions/list.ts';
import { calling, linkOf } from '#edge/objects.ts';
import type { Session } from '#shared/gateway.ts';
import { newSessionId } from '#shared/ids.ts';
import { env } from '#tests/edge/link/support.ts';

test('[HT12] a setting that is missing is named at the first request, without any value', async () => {
  const { TOKEN_SECRET: _none, ...rest } = { ...env, TURN_SECRET: '', LINKS: 'many' };
  const answer = await app.request('/1.0/status', {}, rest);
  expect(answer.status).toBe(503);
  const { error } = (await answer.json()) as { error: string };
  expect(error).toMatch(/^The gateway's settings are not valid: /);
  expect(error).toContain('TOKEN_SECRET: ');
  expect(error).toContain('LINKS: ');
  expect(error).not.toContain('many');
});

test('[HT13] TURN hosts are read as a list; where there are none no secret is needed', () => {
  expect(configOf({ ...env, TURN_HOSTS: ' a:1, b:2 ,' }).turn).toEqual({ hosts: ['a:1', 'b:2'], secret: 'turn-secret' });
  expect(configOf({ ...env, TURN_HOSTS: '', TURN_SECRET: '' }).turn.hosts).toEqual([]);
  expect(() => configOf({ ...env, TURN_SECRET: '' })).toThrow('TURN_SECRET: is needed where TURN_HOSTS is set');
});

test('[HT14] what nobody foresaw is 500 and tells nothing', async () => {
  const failed = await app.request('/1.0/accounts', { ...adminPost, body: '{"name":"a"}' }, { ...env, ACCOUNT: undefined });
  expect([failed.status, await failed.json()]).toEqual([
    500,
    { type: 'error', status: 'failed', status_code: 500, error: 'Something went wrong here.', code: 'internal' },
  ]);
});

const adminPost = { method: 'POST', headers: { authorization: `Bearer ${env.ADMIN_SECRET}` } };

test('[HT17] an object is called again only where the platform says that this helps', async () => {
  const failing = async (flags: object): Promise<number> => {
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      throw Object.assign(new Error('moved'), flags);
    };
    await expect(calling(() => undefined, call)).rejects.toThrow('moved');
    return calls;
  };
  expect(await failing({ retryable: true })).toBe(3);
  expect(await failing({ retryable: true, overloaded: true })).toBe(1);
  expect(await failing({})).toBe(1);
});

test('[HT15] a list is filtered, sorted and cut as the query says', () => {
  const session = (id: string, app: string, status: Session['status']): Session => ({
    ...{ id, app, app_version: 0, status, region: '', cluster_id: '', container_id: '' },
    ...{ joinable: false, status_message: '' },
  });
  const all = [session('1', 'b', 'active'), session('2', 'a', 'active'), session('3', 'b', 'error'), session('4', 'a', 'active')];
  const ids = (query: object): unknown => {
    const { page, totalSize } = pageOf(all, SessionQuery.parse(query));
    return [page.map(({ id }) => id).join(''), totalSize];
  };
  expect(ids({})).toEqual(['1234', 4]);
  expect(ids({ sort_order: 'desc' })).toEqual(['4321', 4]);
  expect(ids({ sort_by: 'app' })).toEqual(['2413', 4]);
  expect(ids({ status: 'active', offset: '1', limit: '1' })).toEqual(['2', 3]);
  expect(ids({ offset: '9' })).toEqual(['', 4]);
});

test('[HT16] sessions spread over the links, and each keeps its own', () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 3000; i += 1) {
    const id = newSessionId();
    const link = linkOf(id, 3);
    expect(linkOf(id, 3)).toBe(link);
    counts.set(link, (counts.get(link) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted()).toEqual(['link-0', 'link-1', 'link-2']);
  for (const count of counts.values()) expect(count).toBeGreaterThan(800);
});
