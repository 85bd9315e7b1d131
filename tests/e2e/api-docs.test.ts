import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { areas } from '#edge/http/openapi/areas.ts';
import { examples, heldBy } from './api-examples.ts';
import { Fixtures } from './api-fixtures.ts';
import { startWorld, type World } from './world.ts';

const root = resolve(import.meta.dirname, '../..');
const described = areas.flatMap(({ endpoints }) => endpoints.map(({ method, path }) => `${method.toUpperCase()} ${path}`));
let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  // An application of the demonstration, but one that does nothing.
  const application = { name: 'desktop', command: '/bin/sleep', arguments: ['3600'], sound: false };
  world = await startWorld({ host: { applications: [application] } });
  fixtures = await Fixtures.open(world);
});
afterAll(async () => {
  await fixtures?.[Symbol.asyncDispose]();
  await world?.close();
});

test.each(examples)('[E50] the example of $call in $language does what it says', async (example) => {
  const { code, output, errors } = await fixtures.run(example);
  expect(code, `${output}\n${errors}`).toBe(0);
  expect(output.trim()).not.toBe('');
  // curl ends well whatever is answered.
  expect(output).not.toContain('"type":"error"');
  expect(output).not.toMatch(/^HTTP\/1\.1 [45]/m);
});

test('[E51] every endpoint has an example in both languages, and a row that names tests that are there', () => {
  // The other ends and the other spelling of the socket have one example.
  const ofSocket = /\/1\.0\/sessions?\/\{id\}\/sockets\/\w+/;
  const called = new Set(examples.map(({ call, language }) => `${language} ${call}`));
  for (const call of described) {
    const shown = call.replace(ofSocket, '/1.0/sessions/{id}/sockets/slave');
    expect([called.has(`sh ${shown}`), called.has(`ts ${shown}`)], call).toEqual([true, true]);
  }
  expect(new Set(heldBy.keys())).toEqual(new Set(described));
  const titled = globSync('tests/**/*.test.ts', { cwd: root }).flatMap((file) =>
    Array.from(readFileSync(resolve(root, file), 'utf8').matchAll(/['"`]\[([A-Z]+\d+)\] /g), ([, rule]) => rule),
  );
  for (const [call, rules] of heldBy) expect(titled, call).toEqual(expect.arrayContaining([...rules]));
});

test('[E52] the page of the API is read with a keyboard alone, and what is typed finds endpoints', async () => {
  const page = await world.newPage();
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') refused.push(message.text());
  });
  await page.goto(`${world.stack.url}/docs`);
  const articles = page.locator('article:visible');
  expect(await articles.count()).toBe(described.length);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the endpoints');
  await page.getByLabel('Filter the endpoints').fill('share revoke');
  expect(await articles.count()).toBe(1);
  expect(await articles.first().locator('h3').textContent()).toBe('Revoke a share');
  expect(await page.locator('#found').textContent()).toBe(`1 of ${described.length}`);
  await page.getByLabel('Filter the endpoints').fill('');
  expect(await articles.count()).toBe(described.length);
  await page.close();
  // Nothing that its policy would not let through.
  expect(refused).toEqual([]);
});
