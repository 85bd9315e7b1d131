import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'nats.ws';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, isPortFree } from '#infra/stack/ports.ts';
import { readSecrets, stackSecrets } from '#infra/stack/secrets.ts';
import { type StackOptions, startStack } from '#infra/stack/stack.ts';
import { answersStun } from '#infra/stack/stun.ts';
import { isRunning, testFolder } from './support/folder.ts';

async function smallStack(options: StackOptions) {
  const stack = await startStack({ hosts: 0, edge: false, ...options });
  onTestFinished(() => stack.close());
  return stack;
}

test('[IN15] a stack listens at free ports of its own, beside another one', async () => {
  const [one, two] = await Promise.all([
    smallStack({ stateDir: await testFolder() }),
    smallStack({ stateDir: await testFolder() }),
  ]);
  for (const stack of [one, two]) {
    const connection = await connect({ servers: stack.natsUrl, user: 'edge', pass: stack.natsPassword, reconnect: false });
    await connection.close();
    expect(await answersStun(stack.ports.turn, '127.0.0.1')).toBe(true);
  }
  expect(one.natsUrl).not.toBe(two.natsUrl);
});

test('[IN15] close ends every process of a stack and is idempotent', async () => {
  const stack = await smallStack({ stateDir: await testFolder() });
  const pids = ['nats', 'coturn'].map((part) => stack.pid(part));
  await Promise.all([stack.close(), stack.close()]);
  expect(await Promise.all(pids.map(isRunning))).toEqual([false, false]);
});

test('[IN15] a port that is taken fails the start with the words of the part that wanted it', async () => {
  const nats = await freePorts(1, '127.0.0.1');
  const server = createServer().listen(nats, '127.0.0.1');
  onTestFinished(() => void server.close());
  await expect(smallStack({ stateDir: await testFolder(), ports: { nats } })).rejects.toThrow(
    /nats ended before it was ready[\s\S]*in use/,
  );
});

test('[IN16] the secrets of a stack outlive it, each host has its own, and only this user can read them', async () => {
  const stateDir = await testFolder();
  const first = await stackSecrets(stateDir, ['host-1']);
  const second = await stackSecrets(stateDir, ['host-1', 'host-2']);
  expect(second).toEqual({ ...first, nats: { ...first.nats, hosts: { ...first.nats.hosts, 'host-2': expect.any(String) } } });
  expect(new Set([first.admin, first.token, first.turn, first.nats.edge, ...Object.values(second.nats.hosts)]).size).toBe(6);
  expect((await stat(join(stateDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  expect(await readSecrets(stateDir)).toEqual(second);
});

test('[IN16] a file of secrets that is broken is named', async () => {
  const stateDir = await testFolder();
  const file = join(stateDir, 'secrets.json');
  await writeFile(file, '{');
  await expect(stackSecrets(stateDir, [])).rejects.toThrow(`The ${file} is not valid JSON.`);
  expect(await readFile(file, 'utf8')).toBe('{');
});

test('[IN15] ports that are handed out are free for UDP and TCP, and not handed out twice', async () => {
  const runs = await Promise.all(Array.from({ length: 8 }, () => freePorts(3, '127.0.0.1')));
  const ports = runs.flatMap((first) => [first, first + 1, first + 2]);
  expect(new Set(ports).size).toBe(24);
  expect(await Promise.all(ports.map((port) => isPortFree(port, '127.0.0.1')))).not.toContain(false);
});
