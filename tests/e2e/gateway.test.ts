import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { built } from '#infra/config.ts';
import { play, sessionId, stateOf, timecodeOf } from './client.ts';
import { startWorld, type World } from './world.ts';

/** An application of three versions, whose pictures say which they are; the latest is not published. */
const versions = [1, 2, 3].map((version) => ({
  ...{ name: 'versioned', version, published: version < 3, sound: false },
  ...{ command: built.timecode, arguments: ['--tag', String(10 + version), '--fps', '30'] },
}));

let world: World;
const pages: Page[] = [];

beforeAll(async () => {
  world = await startWorld({ host: { slots: 1, applications: versions } });
});
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
  await world.endSessions();
});
afterAll(() => world?.close());

const within = { timeout: 20_000, interval: 100 };

/** The picture's tag and the version that the session says it runs, when a client plays it. */
async function played(appVersion?: number): Promise<{ tag: number | undefined; shown: unknown; listed: unknown }> {
  const page = await world.newPage();
  pages.push(page);
  const wish = appVersion === undefined ? {} : { appVersion };
  await play(page, { gateway: world.stack.url, token: world.token, app: 'versioned', ...wish });
  await vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).not.toBeNull(), within);
  const id = await sessionId(page);
  const { body } = await world.api('GET', `/1.0/sessions/${id}`);
  const list = await world.api('GET', '/1.0/sessions?recursion=true');
  const tag = (await timecodeOf(page))?.tag;
  await world.api('DELETE', `/1.0/sessions/${id}`);
  return { tag, shown: body.metadata?.['app_version'], listed: (list.body.metadata as unknown as object[])[0] };
}

test('[E90] two versions of an application are two programs: a session runs the one that it asks for, else the latest that is published', async () => {
  expect(await played()).toMatchObject({ tag: 12, shown: 2, listed: { app_version: 2 } });
  expect(await played(1)).toMatchObject({ tag: 11, shown: 1, listed: { app_version: 1 } });
  expect(await played(3)).toMatchObject({ tag: 13, shown: 3, listed: { app_version: 3 } });
  const unknown = await world.api('POST', '/1.0/sessions', { app: 'versioned', app_version: 4 });
  expect(unknown).toMatchObject({
    status: 404,
    body: { type: 'error', error: 'There is no version 4 of the application "versioned". There are: 1, 2, 3.' },
  });
  const { body } = await world.api('GET', '/1.0/applications');
  expect(body.metadata).toContainEqual({
    name: 'versioned',
    versions: versions.map(({ version, published }) => ({ version, published })),
  });
});
