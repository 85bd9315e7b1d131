import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { versionChoices } from '#web/player/versions.ts';
import { gateway, token } from './support/gateway.ts';
import { BrowserHost } from './support/host.ts';
import { soon } from './support/soon.ts';
import { useSite } from './support/use-site.ts';

const setup = useSite();
let context: BrowserContext;
let host: BrowserHost;

beforeEach(async () => {
  context = await setup.browser.newContext({ viewport: { width: 1000, height: 640 } });
  host = await BrowserHost.start(context, { width: 640, height: 360 });
});
afterEach(() => context.close());

async function open(prepare?: () => void): Promise<Page> {
  const page = await context.newPage();
  await host.serve(page);
  if (prepare !== undefined) await page.addInitScript(prepare);
  await page.goto(`${setup.site.url}/#token=${token}`);
  return page;
}

const state = (page: Page, name: string) => soon(() => page.getByTestId('state').getAttribute('data-state')).toBe(name);

async function play(page: Page): Promise<void> {
  await page.getByTestId('start').click();
  await state(page, 'playing');
}

const wanted = (...codecs: string[]) => ({ video: { preferred_decoder_codecs: codecs } });

test('[PY32] a codec is chosen of those that the browser can receive', async () => {
  const page = await open(() => {
    const mimeTypes = ['video/VP9', 'video/rtx', 'video/VP8', 'video/ulpfec'];
    RTCRtpReceiver.getCapabilities = () => ({
      codecs: mimeTypes.map((mimeType) => ({ mimeType, clockRate: 90_000 })),
      headerExtensions: [],
    });
  });
  expect(await page.getByTestId('codec').locator('option').allInnerTexts()).toEqual(['Automatic', 'VP8', 'VP9']);
});

test('[PY32] a change of the codec while it plays connects anew, and is kept', async () => {
  const page = await open();
  await play(page);
  expect(host.settings[0]).not.toHaveProperty('video');
  await page.getByTestId('live-codec').selectOption('VP8');
  await soon(() => host.settings[1]).toMatchObject(wanted('VP8'));
  await state(page, 'playing');
  await page.reload();
  await state(page, 'playing');
  expect(host.settings[2]).toMatchObject(wanted('VP8'));
  const later = await open();
  expect(await later.getByTestId('codec').inputValue()).toBe('VP8');
});

test('[PY33] a host that sends another codec than the chosen one is told of', async () => {
  const page = await open();
  await page.getByTestId('codec').selectOption('VP9');
  await play(page);
  expect(host.settings[0]).toMatchObject(wanted('VP9'));
  await soon(() => page.getByTestId('hint').textContent()).toBe('The host can’t send VP9 here: it sends VP8.');
});

test('[PY34] where the browser keeps nothing for the page, it plays all the same', async () => {
  const page = await open(() => {
    const refuse = {
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    };
    Object.defineProperties(window, { localStorage: refuse, sessionStorage: refuse });
  });
  await page.getByTestId('codec').selectOption('VP8');
  await page.getByTestId('size').selectOption('1280x720');
  await play(page);
  expect(host.settings[0]).toMatchObject(wanted('VP8'));
  await page.getByTestId('end').click();
  await state(page, 'ended');
});

test('[PY35] of an application with several versions one can be chosen, and is started again after a failure', async () => {
  const page = await open();
  const created = () => setup.site.calls.filter(({ method, path }) => method === 'POST' && path === '/1.0/sessions');
  const version = page.getByTestId('version');
  expect(await version.locator('option').allInnerTexts()).toEqual(['Latest (2)', '3, not published', '1']);
  setup.site.answer = gateway(({ method }) =>
    method === 'POST' ? { status: 404, error: 'No host has a free slot.' } : undefined,
  );
  await page.getByTestId('start').click();
  await soon(() => created().length).toBe(1);
  expect(created()[0]?.body).not.toHaveProperty('app_version');
  await page.getByTestId('retry').waitFor();
  await version.selectOption({ label: '3, not published' });
  await page.getByTestId('start').click();
  await soon(() => created()[1]?.body).toMatchObject({ app: 'doom', app_version: 3 });
  await page.getByTestId('retry').click();
  await soon(() => created()[2]?.body).toMatchObject({ app: 'doom', app_version: 3 });
  await page.getByTestId('app-picker').selectOption('desktop');
  expect(await version.isVisible()).toBe(false);
  await page.getByTestId('start').click();
  await soon(() => created()[3]?.body).toMatchObject({ app: 'desktop' });
  expect(created()[3]?.body).not.toHaveProperty('app_version');
});

test('[PY35] where no version is published, each is asked for by its number', () => {
  const unpublished = [1, 2].map((version) => ({ version, published: false }));
  expect(versionChoices(unpublished).map(({ value }) => value)).toEqual(['2', '1']);
  expect(versionChoices(unpublished.slice(0, 1))).toEqual([{ value: '1', label: '1, not published' }]);
  expect(versionChoices([{ version: 4, published: true }])).toEqual([]);
  expect(versionChoices([])).toEqual([]);
});
