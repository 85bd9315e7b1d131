import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDetour } from '#tests/support/udp-detour.ts';
import { play, sessionId, stateOf, timecodeOf } from './client.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const within = { timeout: 30_000, interval: 100 };

interface Ways {
  /** Where the page sends what is for the host's media port. */
  port: number;
  connections: number;
  sockets: WebSocket[];
}
declare global {
  var ways: Ways | undefined;
}

/** Makes the page go to the host by the port that `ways.port` says, and by UDP alone. */
async function detour(page: Page, port: number): Promise<void> {
  await page.evaluate((first) => {
    const ways: Ways = { port: first, connections: 0, sockets: [] };
    globalThis.ways = ways;
    const Direct = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends Direct {
      constructor(configuration?: RTCConfiguration) {
        // Else it would find the host behind a relay, or by an address of its own that the host answers to.
        super({ ...configuration, iceServers: [] });
        ways.connections += 1;
      }

      override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
        const text = candidate?.candidate ?? '';
        if (!/ udp /i.test(text)) return;
        await super.addIceCandidate({ ...candidate, candidate: text.replace(/^((?:\S+ ){5})\d+/, `$1${ways.port}`) });
      }
    };
    const Plain = globalThis.WebSocket;
    globalThis.WebSocket = class extends Plain {
      constructor(url: string | URL) {
        super(url);
        ways.sockets.push(this);
      }
    };
  }, port);
}

const frameOf = async (page: Page): Promise<number | undefined> => (await timecodeOf(page))?.frame;

test('[E73] a client whose network changes finds another way: the same connection goes on, over another socket where it must', async () => {
  const first = await openDetour(world.stack.ports.media);
  const second = await openDetour(world.stack.ports.media);
  const third = await openDetour(world.stack.ports.media);
  try {
    await using page = await world.newPage();
    await detour(page, first.port);
    await play(page, { gateway: world.stack.url, token: world.token, app: 'timecode-1', idleTimeMin: 5 });
    await vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).toMatchObject({ tag: 1 }), within);
    const id = await sessionId(page);
    expect(first.passed).toBeGreaterThan(0);
    for (const [way, next, cutsSocket] of [
      [first, second, false],
      [second, third, true],
    ] as const) {
      await page.evaluate(
        ({ port, cuts }) => {
          if (globalThis.ways === undefined) return;
          globalThis.ways.port = port;
          if (cuts) for (const socket of globalThis.ways.sockets) socket.close();
        },
        { port: next.port, cuts: cutsSocket },
      );
      way.close();
      // It may be back within milliseconds.
      await vi.waitFor(() => expect(next.passed).toBeGreaterThan(0), within);
      await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
      const before = await frameOf(page);
      await vi.waitFor(async () => expect(await frameOf(page)).not.toBe(before), within);
    }
    expect(await page.evaluate(() => globalThis.ways?.connections)).toBe(1);
    expect(await page.evaluate(() => globalThis.ways?.sockets.length)).toBe(2);
    expect(await sessionId(page)).toBe(id);
    await world.api('DELETE', `/1.0/sessions/${id}`);
  } finally {
    third.close();
  }
});

test('[E75] a client that does not come back in the time that its session gives it has left; one that has longer comes back later', async () => {
  const ways = [await openDetour(world.stack.ports.media), await openDetour(world.stack.ports.media)] as const;
  await using brief = await world.newPage();
  await using patient = await world.newPage();
  const ids: string[] = [];
  for (const [index, page] of [brief, patient].entries()) {
    await detour(page, ways[index]?.port ?? 0);
    await play(page, { gateway: world.stack.url, token: world.token, app: 'timecode-1', reconnectSec: [1, 600][index] ?? 0 });
    await vi.waitFor(async () => expect(await timecodeOf(page), await stateOf(page)).toMatchObject({ tag: 1 }), within);
    ids.push(await sessionId(page));
  }
  for (const way of ways) way.close();
  const cutAtMs = performance.now();
  const statusOf = async (index: number) => (await world.api('GET', `/1.0/sessions/${ids[index]}`)).body.metadata?.status;
  await vi.waitFor(async () => expect(await statusOf(0)).toBeUndefined(), { ...within, timeout: 40_000 });
  expect(await statusOf(1)).toBe('active');
  // Longer than a browser takes to give a connection up, and than the usual time to reconnect.
  await vi.waitFor(() => expect(performance.now() - cutAtMs).toBeGreaterThan(28_000), { ...within, timeout: 40_000 });
  expect(await stateOf(patient)).toBe('reconnecting');
  const later = await openDetour(world.stack.ports.media);
  await patient.evaluate((port) => {
    if (globalThis.ways !== undefined) globalThis.ways.port = port;
  }, later.port);
  await vi.waitFor(async () => expect(await stateOf(patient)).toBe('playing'), within);
  const before = await frameOf(patient);
  await vi.waitFor(async () => expect(await frameOf(patient)).not.toBe(before), within);
  expect(await patient.evaluate(() => globalThis.ways?.connections)).toBe(1);
  await world.api('DELETE', `/1.0/sessions/${ids[1]}`);
  later.close();
});
