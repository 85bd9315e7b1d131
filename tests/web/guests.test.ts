import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FarpaneSession } from '#web/farpane-client.ts';
import { gateway, sessionId, socketUrl, token } from './support/gateway.ts';
import { BrowserHost } from './support/host.ts';
import { soon } from './support/soon.ts';
import { useSite } from './support/use-site.ts';

const setup = useSite();
declare global {
  interface Window {
    farpane: FarpaneSession | undefined;
  }
}

const [owner, guest] = ['0000000000o0', '0000000000g0'] as const;
const peers = [
  { id: owner, role: 'owner' },
  { id: guest, role: 'control' },
];

let page: Page;
let host: BrowserHost;

beforeEach(async () => {
  setup.site.answer = gateway(({ method, path, body }) => {
    if (path.endsWith('/connect')) return { status: 200, metadata: { url: socketUrl, stun_servers: [] } };
    if (method !== 'POST' || !path.endsWith('/share')) return undefined;
    const { type } = body as { type: string };
    return { status: 200, metadata: { id: `${sessionId}abcdef`, type, url: connectUrl(type), expiry_at: 2_000_000_000 } };
  });
  const context = await setup.browser.newContext({ viewport: { width: 1000, height: 640 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  host = await BrowserHost.start(context, { width: 640, height: 360 });
  page = await context.newPage();
  await host.serve(page);
});
afterEach(() => page.context().close());

const connectUrl = (type: string) => `${setup.site.url}/1.0/sessions/${sessionId}/connect?type=${type}&token=shared`;
const state = (name: string) => soon(() => page.getByTestId('state').getAttribute('data-state')).toBe(name);
const says = (text: string) => soon(() => page.getByTestId('control-state').textContent()).toBe(text);
const hears = (type: string, data: unknown) => host.say({ type, data: JSON.stringify(data) });

async function play(): Promise<void> {
  await page.goto(`${setup.site.url}/#token=${token}`);
  await page.getByTestId('start').click();
  await state('playing');
}

async function watch(type: string): Promise<void> {
  await page.goto(`${setup.site.url}/#watch=${encodeURIComponent(connectUrl(type))}`);
  await state('playing');
}

test('[CL17] a client that wants to hear of control says so, and gives, takes and asks', async () => {
  await play();
  expect(host.settings).toMatchObject([{ roles: true }]);
  await page.evaluate((peer) => {
    window.farpane?.requestControl();
    window.farpane?.giveControl(peer);
    window.farpane?.takeControl();
  }, guest);
  await soon(async () => (await host.heard()).filter(({ type }) => type.startsWith('control::'))).toEqual([
    { type: 'control::request', data: {} },
    { type: 'control::give', data: { peer: guest } },
    { type: 'control::take', data: {} },
  ]);
});

test('[CL18] a guest comes by the address of a share, without an account, and comes back by it', async () => {
  await watch('view');
  expect(setup.site.calls.map(({ method, path, token: account }) => [method, path, account])).toEqual([
    ['GET', `/1.0/sessions/${sessionId}/connect`, undefined],
  ]);
  await host.hangUp();
  await soon(() => setup.site.calls.length).toBe(2);
  await state('playing');
});

test('[CL18] a share that was revoked is the end for its guests', async () => {
  await watch('view');
  setup.site.answer = () => ({ status: 401, error: 'A valid token is needed.' });
  await host.hangUp();
  await state('ended');
  expect(setup.site.calls).toHaveLength(2);
});

test('[PY20] who is alone sees nothing of control; the owner is told who asks for it, gives it and takes it back', async () => {
  await play();
  await hears('control::state', { you: owner, role: 'owner', controller: owner, peers: peers.slice(0, 1) });
  await hears('control::state', { you: owner, role: 'owner', controller: owner, peers });
  await says('You are in control');
  expect(await page.getByTestId('control').isVisible()).toBe(false);
  await hears('control::requested', { peer: guest });
  await says('A guest asks for control');
  await page.getByTestId('control').click();
  await soon(() => host.heard('control::give')).toEqual([{ type: 'control::give', data: { peer: guest } }]);
  await hears('control::state', { you: owner, role: 'owner', controller: guest, peers });
  await says('A guest is in control');
  await page.getByTestId('control').click();
  await soon(() => host.heard('control::take')).toHaveLength(1);
  await hears('control::state', { you: owner, role: 'owner', controller: owner, peers: peers.slice(0, 1) });
  await soon(() => page.getByTestId('control-state').isVisible()).toBe(false);
});

test('[PY20] a guest asks for control where it may, and is told where it only watches', async () => {
  await watch('control');
  await hears('control::state', { you: guest, role: 'control', controller: owner, peers });
  await says('Someone else is in control');
  await page.getByTestId('control').click();
  await soon(() => host.heard('control::request')).toHaveLength(1);
  await hears('control::state', { you: guest, role: 'view', controller: owner, peers });
  await says('You are watching');
  expect(await page.getByTestId('control').isVisible()).toBe(false);
});

test('[PY21] the owner copies a link by which others watch or control, and a guest has none', async () => {
  await play();
  await page.getByTestId('share-control').click();
  await soon(() => page.getByTestId('share-control').textContent()).toBe('Link copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${setup.site.url}/#watch=${encodeURIComponent(connectUrl('control'))}`);
  await page.goto('about:blank');
  await page.goto(link);
  await state('playing');
  expect(await page.getByTestId('share-view').isVisible()).toBe(false);
});

test('[PY22] a link to a share of another gateway is not followed', async () => {
  await page.goto(`${setup.site.url}/#watch=${encodeURIComponent('https://elsewhere.example/1.0/sessions/x/connect')}`);
  await state('idle');
  expect(await page.getByTestId('token').isVisible()).toBe(true);
});
