import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
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
