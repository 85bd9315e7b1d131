import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { fakeDevices } from '#tests/support/chromium.ts';
import { startImpairedLink } from '#tests/support/impaired/link.ts';
import { goOverLink } from '#tests/support/impaired/page.ts';
import { play, startDevice, stateOf } from './client.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let page: Page;
const within = { timeout: 50_000, interval: 200 };

beforeAll(async () => {
  world = await startWorld({
    chromium: fakeDevices,
    host: {
      applications: [
        {
          name: 'left',
          command: '/bin/sh',
          arguments: [
            '-c',
            'xclock & exec gst-launch-1.0 -q audiotestsrc is-live=true freq=440 volume=0.5 ! audio/x-raw,channels=2 ! ' +
              'audiopanorama panorama=-1 ! pulsesink',
          ],
          sound: true,
        },
        // Records for a while, and plays what it records; then it does neither for a while.
        {
          name: 'echo',
          command: '/bin/sh',
          arguments: [
            '-c',
            'xclock & while :; do timeout -s KILL 8 sh -c "parec --latency-msec=20 | pacat --latency-msec=20"; sleep 3; done',
          ],
          sound: true,
        },
      ],
    },
  });
});
afterEach(async () => {
  // The player's, or the page's own.
  await page.evaluate('(globalThis.farpane ?? globalThis.session).end()');
  await page.close();
});
afterAll(() => world?.close());

async function open(app: string, { linkPort, ...options }: { microphone: boolean; linkPort?: number }): Promise<void> {
  page = await world.newPage();
  if (linkPort !== undefined) await goOverLink(page, linkPort);
  const screen = { width: 640, height: 360, fps: 30 };
  await play(page, { gateway: world.stack.url, token: world.token, app, idleTimeMin: 1, screen, ...options });
  await vi.waitFor(async () => expect(await stateOf(page)).toBe('playing'), within);
}

/** The loudest that was heard within 1.2 s on each side: the root of the mean square of 40 ms. */
const loudest = (): Promise<{ left: number; right: number }> =>
  page.evaluate(async () => {
    const stream = document.querySelector('video')?.srcObject;
    if (!(stream instanceof MediaStream)) return { left: 0, right: 0 };
    const context = new AudioContext();
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    context.createMediaStreamSource(stream).connect(splitter);
    const sides = [0, 1].map((side) => {
      const analyser = new AnalyserNode(context, { fftSize: 2048 });
      splitter.connect(analyser, side);
      return { analyser, loudest: 0 };
    });
    const samples = new Float32Array(2048);
    for (let looks = 0; looks < 30; looks++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      for (const side of sides) {
        side.analyser.getFloatTimeDomainData(samples);
        const energy = samples.reduce((sum, sample) => sum + sample * sample, 0);
        side.loudest = Math.max(side.loudest, Math.sqrt(energy / samples.length));
      }
    }
    await context.close();
    return { left: sides[0]?.loudest ?? 0, right: sides[1]?.loudest ?? 0 };
  });

const lastWish = (): Promise<boolean | undefined> => page.evaluate(() => globalThis.wishes.microphone.at(-1));

test('[SN1] left and right stay apart', async () => {
  await open('left', { microphone: false });
  await vi.waitFor(async () => expect((await loudest()).left).toBeGreaterThan(0.3), within);
  expect((await loudest()).right).toBeLessThan(0.01);
});

/** What the browser counts of the sound that it receives (RTCInboundRtpStreamStats). */
const received = (): Promise<{ packets: number; lost: number; asked: number }> =>
  page.evaluate(async () => {
    const all: { kind?: string; type: string; packetsReceived?: number; packetsLost?: number; nackCount?: number }[] = [
      ...((await globalThis.linked?.getStats())?.values() ?? []),
    ];
    const sound = all.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    return { packets: sound?.packetsReceived ?? 0, lost: sound?.packetsLost ?? 0, asked: sound?.nackCount ?? 0 };
  });

test('[SN11] sound that is lost is asked for, and sent again', async () => {
  await using link = await startImpairedLink({ target: { ip: '127.0.0.1', port: world.stack.ports.media } });
  await open('left', { microphone: false, linkPort: link.port });
  await vi.waitFor(async () => expect((await received()).packets).toBeGreaterThan(0), within);
  const before = await received();
  await link.set({ down: { loss: 0.1 } });
  await vi.waitFor(async () => expect((await received()).packets - before.packets).toBeGreaterThan(1000), within);
  const after = await received();
  // About 111 of a thousand were; of those that were sent again, as many.
  expect(after.asked).toBeGreaterThan(50);
  expect(after.lost - before.lost).toBeLessThan(50);
});

test('[SN2] the application records the microphone of who is in control, from when the page allows it to when it does not', async () => {
  await open('echo', { microphone: true });
  await vi.waitFor(async () => expect(await lastWish()).toBe(true), within);
  expect((await loudest()).left).toBeLessThan(0.001);
  await page.evaluate(() => globalThis.session.microphone.start());
  // The application plays what it records: what is heard here went all the way twice.
  await vi.waitFor(async () => expect((await loudest()).left).toBeGreaterThan(0.03), within);
  await page.evaluate(() => globalThis.session.microphone.stop());
  await vi.waitFor(async () => expect((await loudest()).left).toBeLessThan(0.001), within);
});

test('[SN3] the page hears when the application begins and ends to record', async () => {
  await open('echo', { microphone: true });
  await vi.waitFor(async () => expect(await lastWish()).toBe(true), within);
  await vi.waitFor(async () => expect(await lastWish()).toBe(false), within);
  await vi.waitFor(async () => expect(await lastWish()).toBe(true), within);
});

test('[SN4] a client that has not enabled its microphone is not asked for it, and can’t send it', async () => {
  await open('echo', { microphone: false });
  await vi.waitFor(async () => expect((await loudest()).left).toBeLessThan(0.001), within);
  expect(await startDevice(page, 'microphone')).toBe('This session takes no microphone.');
  expect(await page.evaluate(() => globalThis.wishes.microphone)).toEqual([]);
});

test('[SN10] in the player a person shares the microphone by a button that is there while the application records', async () => {
  page = await world.newPage();
  await page.goto('about:blank');
  await page.goto(`${world.stack.url}/#token=${world.token}`);
  await page.getByTestId('app-picker').selectOption('echo');
  await page.getByTestId('start').click();
  const button = page.getByTestId('microphone');
  await button.waitFor({ state: 'visible', timeout: within.timeout });
  expect(await button.textContent()).toBe('Share microphone');
  await button.click();
  await vi.waitFor(async () => expect(await button.textContent()).toBe('Stop microphone'), within);
  await vi.waitFor(async () => expect((await loudest()).left).toBeGreaterThan(0.03), within);
  // The application stops to record: the browser's microphone is off.
  await button.waitFor({ state: 'hidden', timeout: within.timeout });
  await page.evaluate(
    "globalThis.navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))",
  );
  await button.waitFor({ state: 'visible', timeout: within.timeout });
  await button.click();
  await vi.waitFor(async () => expect(await page.getByTestId('hint').textContent()).toContain('was not allowed'), within);
  expect(await button.textContent()).toBe('Share microphone');
});
