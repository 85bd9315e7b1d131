import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { capture } from '#infra/setup/command.ts';
import { testFolder } from './support/folder.ts';

/** A gateway that has one route, and what it was asked. */
async function gateway(status: number, answer: unknown) {
  const asked: { path: string | undefined; authorization: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ path: request.url, authorization: request.headers.authorization, body: await text(request) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

async function account(...args: string[]) {
  const env = { FARPANE_STATE: await testFolder(), FARPANE_ADMIN_SECRET: undefined };
  return capture(process.execPath, ['infra/account.ts', ...args], { env });
}

const created = { type: 'sync', metadata: { name: 'shop', token: 'fp_token', expiry_at: 1_800_000_000 } };

test('[IN13] account create prints the token, and nothing else, to stdout', async () => {
  const { url, asked } = await gateway(201, created);
  const { code, output, errors } = await account('create', 'shop', '--url', url, '--admin-secret', 'a', '--expiry-days', '30');
  expect({ code, output }).toEqual({ code: 0, output: 'fp_token\n' });
  expect(errors).toContain('valid until 2027-01-15');
  expect(asked).toEqual([{ path: '/1.0/accounts', authorization: 'Bearer a', body: '{"name":"shop","expiry_days":30}' }]);
});

test('[IN13] what the gateway says of a failure is shown', async () => {
  const { url } = await gateway(409, { type: 'error', error: "There is an account 'shop' already." });
  const { code, output, errors } = await account('create', 'shop', '--url', url, '--admin-secret', 'a');
  expect({ code, output, errors }).toEqual({ code: 1, output: '', errors: "There is an account 'shop' already.\n" });
});

test('[IN13] a wrong secret, a missing one, and a gateway that is not there are told apart', async () => {
  const { url } = await gateway(401, { type: 'error', error: 'A valid token is needed.' });
  const refused = await account('create', 'shop', '--url', url, '--admin-secret', 'x');
  expect(refused).toMatchObject({ code: 77, errors: 'The gateway refused the admin secret.\n' });
  const missing = await account('create', 'shop', '--url', url);
  expect(missing).toMatchObject({ code: 77, errors: expect.stringContaining('The admin secret is missing') });
  const away = await account('create', 'shop', '--url', 'http://127.0.0.1:9', '--admin-secret', 'x');
  expect(away.code).toBe(69);
  expect(away.errors).toMatch(/^The gateway at http:\/\/127\.0\.0\.1:9\S* can't be reached: /);
});

test('[IN21] a secret or a password that can’t be used is told without being shown', async () => {
  for (const [args, code, said] of [
    [['--admin-secret', 'swordfish\nx'], 77, 'The admin secret must be of letters'],
    [['--admin-secret', ''], 77, 'The admin secret must be of letters'],
    [['--url', 'http://me:swordfish@127.0.0.1:9'], 64, '--url must be without a user and a password.'],
    [['--url', 'swordfish'], 64, '--url is no address'],
    [['--url', 'ftp://swordfish'], 64, '--url must begin with http:// or https://.'],
    [['--url', 'http://127.0.0.1:9/?swordfish'], 64, '--url must be without "?" and "#".'],
  ] as const) {
    const { code: ended, errors } = await account('list', '--admin-secret', 'x', ...args);
    expect({ ended, errors }).toEqual({ ended: code, errors: expect.stringContaining(said) });
    expect(errors).not.toContain('swordfish');
  }
  const { code, errors } = await account('create', 'shop', '--admin-secret', 'x', '--expiry-days', '1e2');
  expect({ code, errors }).toEqual({ code: 64, errors: expect.stringContaining('--expiry-days must be') });
});

test('[IN22] secrets that can’t be read are told by the name of their file, and without a stack', async () => {
  const state = await testFolder();
  const list = () =>
    capture(process.execPath, ['infra/account.ts', 'list'], { env: { FARPANE_STATE: state, FARPANE_ADMIN_SECRET: undefined } });
  const file = join(state, 'secrets.json');
  for (const content of ['', '\0\0', '[]', '{"admin":1}']) {
    await writeFile(file, content);
    const { code, errors } = await list();
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining(file) });
    expect(errors).not.toMatch(/^ {4}at /m);
  }
  await rm(file);
  await mkdir(file);
  expect(await list()).toMatchObject({ code: 1, errors: expect.stringMatching(/^[^\n]*is a folder, not a file\.\n$/) });
});

test('[IN13] a command line that is wrong says how, with exit code 64', async () => {
  for (const [args, said] of [
    [[], 'What to do is missing'],
    [['destroy', 'shop'], "There is no 'destroy'"],
    [['create'], 'One name is needed'],
    [['list', 'shop'], 'list takes no name'],
    [['delete'], 'One name is needed: delete NAME.'],
    [['create', 'shop', '--sessions', '1'], 'create has no --sessions'],
    [['list', '--expiry-days', '1'], 'list has no --expiry-days'],
    [['quota', 'shop'], 'What to change is missing'],
    [['quota', 'shop', '--sessions', '-1'], "'--sessions' argument is ambiguous"],
    [['quota', 'shop', '--sessions', 'all'], '--sessions must be a whole number'],
    [['quota', 'shop', '--creations-per-minute', '1000001'], '--creations-per-minute must be a whole number'],
    [['create', '-x'], "Unknown option '-x'"],
    [['create', 'a b'], "The name 'a b' must be"],
    [['create', 'shop', '--expiry-days', '0'], '--expiry-days must be from 1 to 3650'],
    [['create', 'shop', '--url', 'nowhere'], '--url is no address'],
  ] as const) {
    const { code, errors } = await account(...args);
    expect(errors).toContain(said);
    expect(code).toBe(64);
  }
});
