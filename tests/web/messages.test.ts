import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Gateway } from '#web/client/gateway.ts';
import { gateway, sessionId, shown, token } from './support/gateway.ts';
import type { Reply } from './support/site.ts';
import { soon } from './support/soon.ts';
import { useSite } from './support/use-site.ts';

const setup = useSite();
let page: Page;

beforeEach(async () => {
  page = await setup.browser.newPage();
});
afterEach(() => page.close());

const open = (hash = `#token=${token}`) => page.goto(`${setup.site.url}/${hash}`);
const says = (words: string) => page.locator('[data-testid=message]:visible', { hasText: words }).waitFor({ timeout: 10_000 });
const refuse = (reply: Reply) => {
  setup.site.answer = gateway(({ method }) => (method === 'POST' ? reply : undefined));
};

/** What the signalling socket of the page meets: frames in answer to `discover`, then a close. */
async function socket(answer: { frames?: string[]; close?: { code: number; reason?: string } }): Promise<void> {
  await page.routeWebSocket(/\/sockets\//, (route) => {
    route.onMessage(() => {
      for (const frame of answer.frames ?? []) route.send(frame);
      if (answer.close !== undefined) void route.close(answer.close);
    });
  });
}

async function start(): Promise<void> {
  await open();
  await page.getByTestId('start').click();
}

test('[PY8] a token is asked for where there is none, and goes with the calls', async () => {
  await open('');
  await page.getByTestId('token').fill(token);
  await page.getByTestId('use-token').click();
  await soon(() => page.getByTestId('app-picker').locator('option').allInnerTexts()).toEqual(['doom', 'desktop']);
  expect(setup.site.calls.at(-1)?.token).toBe(token);
});

test('[PY9] the token of the address is taken out of it and kept for a reload', async () => {
  await open();
  await page.getByTestId('start').waitFor();
  expect(page.url()).toBe(`${setup.site.url}/`);
  await page.reload();
  await page.getByTestId('start').waitFor();
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test('[PY10] a token that is not accepted can be changed', async () => {
  await open('#token=fp_bad');
  await says('The token was not accepted.');
  await page.getByTestId('retry').click();
  await page.getByTestId('token').fill(token);
  await page.getByTestId('use-token').click();
  await page.getByTestId('start').waitFor();
  expect(await page.getByTestId('message').isVisible()).toBe(false);
});

test('[PY10] a token that no header can carry is not accepted either', async () => {
  await open(`#token=${encodeURIComponent('tökén €')}`);
  await says('The token was not accepted.');
});

test('[PY11] no free host is told, and a retry starts the session', async () => {
  await socket({});
  refuse({ status: 404, error: 'No host can take this application now.' });
  await start();
  await says('No host can take this application now.');
  await says('All hosts are busy or away.');
  setup.site.answer = gateway();
  await page.getByTestId('retry').click();
  await soon(() => page.getByTestId('state').textContent()).toBe('Starting the application…');
});

test('[PY23] who waits for a slot reads the place in the line, and can leave it', async () => {
  await socket({ frames: ['{"type":"line","place":3}', '{"type":"resp:discover","max_api_version":2}'] });
  await start();
  await soon(() => page.getByTestId('state').textContent()).toBe('All places are taken. You are number 3 in the line…');
  expect(setup.site.calls.find(({ method }) => method === 'POST')?.body).toMatchObject({ wait_max_min: 30 });
  await page.getByRole('button', { name: 'Leave the line' }).click();
  await soon(() => setup.site.calls.some(({ method }) => method === 'DELETE')).toBe(true);
});

test.each([
  [
    'an unknown application',
    { status: 404, error: 'No host offers the application "doom".', code: 'unknown_application' },
    'No host offers the application "doom". It may have been taken out of service.',
  ],
  [
    'no capacity',
    { status: 404, error: 'All hosts that offer "doom" are full now. Try again soon.', code: 'no_host' },
    'All hosts are busy or away.',
  ],
  ['a gateway that is away', 'away', 'The gateway could not be reached.'],
  ['something before the gateway that fails', { status: 502 }, 'Try again'],
  ['an answer that nobody can read', { status: 201, metadata: { id: 'no' } }, 'does not understand'],
  ['too many requests', { status: 429, error: 'Too many requests.' }, 'Too many requests.'],
] satisfies [string, Reply, string][])('[PY12] %s is told', async (_, reply, words) => {
  refuse(reply);
  await start();
  await says(words);
  expect(await page.getByTestId('retry').isVisible()).toBe(true);
});

test.each([
  [
    'an error on the socket',
    {
      frames: ['{"type":"error","code":2,"message":"Doom exited with code 3."}'],
      close: { code: 4502, reason: 'application_exited' },
    },
    'Doom exited with code 3. Start it again.',
  ],
  [
    'an error without a close',
    { frames: ['{"type":"error","code":2,"message":"No answer came in time."}'] },
    'No answer came in time.',
  ],
  ['a socket that closes early', { close: { code: 1011 } }, 'The signalling connection was lost.'],
  ['a close code that says why', { close: { code: 4411 } }, 'The session has ended.'],
  ['a server that is too old', { frames: ['{"type":"resp:discover","max_api_version":1}'] }, 'newer protocol version'],
  ['an offer that is none', { frames: ['{"type":"offer","sdp":"bm9uc2Vuc2U="}'] }, 'refuses the stream'],
  ['a message that is not JSON', { frames: ['{'] }, 'does not understand'],
])('[PY13] %s is told', async (_, answer, words) => {
  await socket(answer);
  await start();
  await says(words);
});

test('[PY18] after a failure of the way, the retry joins the session that may still run', async () => {
  await socket({ close: { code: 1011 } });
  await start();
  await says('The signalling connection was lost.');
  await page.getByTestId('retry').click();
  await soon(() => setup.site.calls.some(({ path }) => path === `/1.0/sessions/${sessionId}/join`)).toBe(true);
  expect(setup.site.calls.some(({ method }) => method === 'DELETE')).toBe(false);
});

test('[PY19] after a failure of the application, its session is ended and the retry starts another', async () => {
  await socket({ frames: ['{"type":"error","code":2,"message":"The application has ended."}'] });
  await start();
  await says('The application has ended.');
  await soon(() => setup.site.calls.some(({ method }) => method === 'DELETE')).toBe(true);
  await page.getByTestId('retry').click();
  await soon(() => setup.site.calls.filter(({ path }) => path === '/1.0/sessions').length).toBe(2);
});

test('[CL29] a failure of the gateway has the code that it says, whatever its sentence is', async () => {
  const failing = async (reply: Reply) => {
    setup.site.answer = gateway(() => reply);
    return await new Gateway({ url: setup.site.url, token }).applications().catch((error: unknown) => error);
  };
  const error = 'All hosts that offer "doom" are full now. Try again soon.';
  expect(await failing({ status: 404, error, code: 'no_host' })).toMatchObject({
    code: 'no_host',
    message: error,
    retryable: true,
  });
  expect(await failing({ status: 404, error: 'The session has ended.' })).toMatchObject({ code: 'session_ended' });
  expect(await failing({ status: 404, error, code: 'what_nobody_knows' })).toMatchObject({ code: 'not_found', message: error });
  expect(await failing({ status: 502 })).toMatchObject({ code: 'application_failed' });
});

test('[PY14] a socket that does not open is told', async () => {
  await start();
  await says('The signalling connection was lost.');
});

test('[PY15] a kept session that is gone is told, and a new one can be started', async () => {
  await page.addInitScript((id) => sessionStorage.setItem('farpane.session', id), sessionId);
  refuse({ status: 404, error: 'There is no such thing here.' });
  await open();
  await says('The session has ended.');
  await page.getByTestId('start').waitFor();
});

test('[PY16] a kept session whose application failed says what happened to it', async () => {
  await page.addInitScript((id) => sessionStorage.setItem('farpane.session', id), sessionId);
  setup.site.answer = gateway(({ method, path }) => {
    if (method === 'POST') return { status: 400, error: 'The session is in no state for this.' };
    return path.endsWith(sessionId) ? { status: 200, metadata: shown('error', 'The display server has failed.') } : undefined;
  });
  await open();
  await page.getByTestId('start').waitFor();
  await says('The display server has failed.');
});

test('[PY17] a start that is given up ends the session', async () => {
  await socket({});
  await start();
  await page.getByTestId('cancel').click();
  await soon(() => page.getByTestId('state').textContent()).toBe('Ended');
  await soon(() => setup.site.calls.some(({ method, path }) => method === 'DELETE' && path.endsWith(sessionId))).toBe(true);
});
