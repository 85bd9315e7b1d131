import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { play, stateOf } from './client.ts';
import { startWorld, type World } from './world.ts';

const documentation = readFileSync(new URL('../../docs/client.md', import.meta.url), 'utf8');
const exampleIn = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(documentation)?.[1] ?? '';

/** A site of its own with one page. */
async function siteOf(html: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(html));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

let world: World;
const within = { timeout: 20_000, interval: 100 };

beforeAll(async () => {
  const dashboard = {
    command: '/bin/sh',
    arguments: ['-c', 'xclock & exec python3 -c "$1"', 'sh', exampleIn('python')],
    sound: false,
    devices: { sensors: true, location: true, vhal: true },
  };
  world = await startWorld({
    host: {
      applications: [
        { name: 'dashboard', ...dashboard },
        { name: 'clock', command: 'xclock', sound: false },
      ],
    },
  });
});
afterAll(() => world?.close());

test('[E31] a page of another site imports the client library from the gateway, with what it needs', async () => {
  for (const path of ['/farpane-client.js', '/shared.js']) {
    const response = await fetch(`${world.stack.url}${path}`, { headers: { origin: 'https://elsewhere.example.com' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/javascript/);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  }
});

test('[E55] the example of docs/client.md tells its application of sensors, position and vehicle, and hears its answers', async () => {
  await using page = await world.newPage();
  await page.context().grantPermissions(['geolocation']);
  await page.context().setGeolocation({ latitude: 52.52, longitude: 13.405 });
  // The position that a browser is given has no speed.
  await page.addInitScript(
    '{ const { geolocation } = navigator; const own = geolocation.watchPosition.bind(geolocation); geolocation.watchPosition = (tell) => own(({ timestamp, coords: { latitude, longitude } }) => tell({ timestamp, coords: { latitude, longitude, altitude: null, speed: 13.5, heading: NaN } })); }',
  );
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(error.message));
  page.on('console', (message) => said.push(message.text()));
  const html = exampleIn('html').replaceAll('https://farpane.example.com', world.stack.url).replace('fp_…', world.token);
  await using site = await siteOf(html);
  await page.goto(site.url);
  const shows = (id: string) => page.locator(`#${id}`).textContent();
  await vi.waitFor(async () => {
    await page.evaluate(() => {
      const felt = { x: 0.5, y: 9.81, z: null };
      dispatchEvent(new DeviceMotionEvent('devicemotion', { accelerationIncludingGravity: felt }));
    });
    expect([await shows('speed'), await shows('felt'), await shows('temperature')], said.join('\n')).toEqual([
      '13.5',
      '9.81',
      '20',
    ]);
  }, within);
  await page.click('#warmer');
  await vi.waitFor(async () => expect(await shows('temperature')).toBe('20.5'), within);
  await world.endSessions();
});

test('[E55] a page learns which properties there are, why a vehicle refuses, and that an application has none', async () => {
  for (const app of ['dashboard', 'clock']) {
    await using page = await world.newPage();
    await play(page, { gateway: world.stack.url, token: world.token, app });
    await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
    const answers = await page.evaluate(async () => {
      const { vehicle } = globalThis.session;
      const said = (error: Error) => error.message;
      return [vehicle.available, await vehicle.configs().catch(said), await vehicle.get({ prop: 5 }).catch(said)];
    });
    const none = 'This application has no vehicle.';
    const [speed, temperature, felt] = [0x11600207, 0x15600503, 0x21600101];
    const configs = [{ prop: speed }, { prop: temperature }, { prop: felt }];
    expect(answers).toEqual(app === 'clock' ? [false, none, none] : [true, configs, 'There is no such property.']);
    await world.endSessions();
  }
});
