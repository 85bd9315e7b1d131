import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ControlNews } from '#web/farpane-client.ts';
import { play, sessionId, stateOf, timecodeOf } from './client.ts';
import { startWorld, type World } from './world.ts';

type ControlState = Extract<ControlNews, { type: 'state' }>['state'];

declare global {
  /** What the page's client heard of control. */
  var news: ControlNews[];
}

let world: World;
const pages: Page[] = [];
const within = { timeout: 20_000, interval: 100 };

beforeAll(async () => {
  world = await startWorld();
});
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
  await world.endSessions();
});
afterAll(() => world?.close());

async function open(): Promise<Page> {
  const page = await world.newPage();
  pages.push(page);
  return page;
}

const shows = (page: Page): Promise<void> =>
  vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).toMatchObject({ tag: 1 }), within);

/** The owner's page, which hears of control. */
async function own(): Promise<Page> {
  const page = await open();
  await page.evaluate(
    ({ gateway, token }) => {
      const video = document.querySelector('video');
      if (video === null) throw new Error('no video');
      globalThis.news = [];
      const { FarpaneSession, attachInput } = globalThis.farpaneClient;
      const onControl = (news: ControlNews): void => void globalThis.news.push(news);
      const screen = { width: 1280, height: 720, fps: 30 };
      globalThis.session = FarpaneSession.start({ gateway, token, video, screen, app: 'timecode-1', idleTimeMin: 5, onControl });
      attachInput(video, (message) => globalThis.session.send(message));
    },
    { gateway: world.stack.url, token: world.token },
  );
  await shows(page);
  return page;
}

/** A guest's page, by a share of the owner's session. */
async function watch(owner: Page, type: 'view' | 'control'): Promise<{ page: Page; share: string }> {
  const { body } = await world.api('POST', `/1.0/sessions/${await sessionId(owner)}/share`, { type });
  const { id, url } = body.metadata ?? {};
  const page = await open();
  await page.evaluate((address) => {
    const video = document.querySelector('video');
    if (video === null) throw new Error('no video');
    globalThis.news = [];
    const { FarpaneSession, attachInput } = globalThis.farpaneClient;
    globalThis.session = FarpaneSession.watch(address, { video, onControl: (news) => void globalThis.news.push(news) });
    attachInput(video, (message) => globalThis.session.send(message));
  }, url ?? '');
  await shows(page);
  return { page, share: id ?? '' };
}

/** What the page was told last of who is in control. */
const control = (page: Page): Promise<ControlState | undefined> =>
  page.evaluate(() => globalThis.news.findLast((news) => news.type === 'state')?.state);

const inputs = async (page: Page): Promise<number> => (await timecodeOf(page))?.inputs ?? Number.NaN;

async function type(page: Page): Promise<void> {
  await page.locator('#v').focus();
  await page.keyboard.press('a', { delay: 50 });
}

test('[E40] guests watch beside the owner, and only who is in control is heard', async () => {
  const owner = await own();
  const { page: guest } = await watch(owner, 'control');
  const { page: viewer } = await watch(owner, 'view');
  expect(await stateOf(owner)).toBe('playing');
  await vi.waitFor(
    async () => expect((await control(owner))?.peers.map(({ role }) => role)).toEqual(['owner', 'control', 'view']),
    within,
  );
  const before = await inputs(owner);
  await type(guest);
  await type(viewer);
  await type(owner);
  await vi.waitFor(async () => expect(await inputs(viewer)).toBe(before + 1), within);
  expect(await inputs(owner)).toBe(before + 1);
});

test('[E41] control is asked for, given, and taken back', async () => {
  const owner = await own();
  const { page: guest } = await watch(owner, 'control');
  await guest.evaluate(() => globalThis.session.requestControl());
  const asking = () => owner.evaluate(() => globalThis.news.find((news) => news.type === 'requested')?.peer);
  await vi.waitFor(async () => expect(await asking()).toBe((await control(guest))?.you), within);
  await owner.evaluate((peer) => globalThis.session.giveControl(peer), (await asking()) ?? '');
  await vi.waitFor(async () => expect((await control(guest))?.controller).toBe(await asking()), within);
  const before = await inputs(owner);
  await type(owner);
  await type(guest);
  await vi.waitFor(async () => expect(await inputs(owner)).toBe(before + 1), within);
  await owner.evaluate(() => globalThis.session.takeControl());
  await vi.waitFor(async () => expect((await control(guest))?.controller).toBe((await control(owner))?.you), within);
  await type(guest);
  await type(owner);
  await vi.waitFor(async () => expect(await inputs(owner)).toBe(before + 2), within);
});

test('[E42] a revoked share ends its guests and nobody else', async () => {
  const owner = await own();
  const { page: gone, share } = await watch(owner, 'view');
  const { page: stays } = await watch(owner, 'view');
  expect((await world.api('DELETE', `/1.0/shares/${share}`)).status).toBe(200);
  await vi.waitFor(async () => expect(await stateOf(gone)).toMatch(/^(ended|failed)/), within);
  expect([await stateOf(owner), await stateOf(stays)]).toEqual(['playing', 'playing']);
});

test('[E43] an owner that joins anew replaces the owner, and its guests stay', async () => {
  const owner = await own();
  const { page: guest } = await watch(owner, 'view');
  const next = await open();
  await play(next, { gateway: world.stack.url, token: world.token, join: await sessionId(owner) });
  await shows(next);
  await vi.waitFor(async () => expect(await stateOf(owner)).toMatch(/replaced|ended/), within);
  const frame = (await timecodeOf(guest))?.frame;
  await vi.waitFor(async () => expect((await timecodeOf(guest))?.frame).not.toBe(frame), within);
  expect(await stateOf(guest)).toBe('playing');
});

test('[E44] a client of an old protocol version offers by itself, plays and controls', async () => {
  const { body } = await world.api('POST', '/1.0/sessions', { app: 'timecode-1', screen: { width: 1280, height: 720, fps: 30 } });
  const page = await open();
  await page.evaluate(async (url) => {
    const video = document.querySelector('video');
    if (video === null) throw new Error('no video');
    const pc = new RTCPeerConnection();
    const channel = pc.createDataChannel('control');
    Object.assign(globalThis, { control: channel });
    pc.ontrack = ({ streams: [stream] }) => {
      if (stream !== undefined) video.srcObject = stream;
    };
    pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.addTransceiver('video', { direction: 'recvonly' });
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'answer') void pc.setRemoteDescription({ type: 'answer', sdp: atob(message.sdp) });
    });
    socket.send(JSON.stringify({ type: 'settings', api_version: 1 }));
    await pc.setLocalDescription(await pc.createOffer());
    socket.send(JSON.stringify({ type: 'offer', sdp: btoa(pc.localDescription?.sdp ?? ''), dataChannels: [] }));
    await new Promise((resolve) => channel.addEventListener('open', resolve));
  }, body.metadata?.url ?? '');
  await vi.waitFor(async () => expect(await timecodeOf(page)).toMatchObject({ tag: 1 }), within);
  const before = await inputs(page);
  await page.evaluate(() => {
    const { control: channel } = globalThis as unknown as { control: RTCDataChannel };
    for (const pressed of [true, false]) channel.send(JSON.stringify({ type: 'input::key', data: { code: 4, pressed } }));
  });
  await vi.waitFor(async () => expect(await inputs(page)).toBe(before + 1), within);
});
