import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { capture, runLogged } from '#infra/setup/command.ts';
import { decodeJson } from '#shared/decode.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { descendants, isRunning } from '#worker/process/tree.ts';
import { checkout } from './support/checkout.ts';
import { testFolder } from './support/folder.ts';

const within = { timeout: 20_000, interval: 20 };
const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** A compilation that goes on for as long as somebody may write to a pipe that the source includes. */
async function compilation() {
  const folder = await testFolder();
  const [source, output] = [join(folder, 'thing.c'), join(folder, 'bin/thing')];
  await capture('mkfifo', [join(folder, 'endless.h')]);
  const words = [new URL('./support/compile.ts', import.meta.url).pathname, source, output, folder];
  const run = () => {
    const child = spawn(...endsWithUs(process.execPath, words), { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { child, said: text(child.stdout), complained: text(child.stderr), exited: once(child, 'exit') };
  };
  await writeFile(source, '#include "endless.h"\nint main(void) { return 42; }\n');
  const first = run();
  // Opened for writing as soon as the compiler reads: then it waits for us.
  const pipe = await open(join(folder, 'endless.h'), 'w');
  onTestFinished(() => pipe.close());
  return { first, run, source, output, bin: join(folder, 'bin') };
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`[KD4] ${name} ends a set-up with all that it started, and the next one takes nothing half-made for whole`, async () => {
    const { first, run, source, output, bin } = await compilation();
    const started = descendants(first.child.pid ?? 0);
    expect(started.length).toBeGreaterThan(1);
    first.child.kill(name);
    expect(await first.exited).toEqual([128 + numbers[name], null]);
    expect(started.filter(isRunning)).toEqual([]);
    expect(await first.said).toContain('was ended after');
    expect(await first.complained).toBe(`Set-up was ended by ${name}.\n`);
    expect(await readdir(bin)).toEqual([]);
    await writeFile(source, 'int main(void) { return 42; }\n');
    expect(await run().exited).toEqual([0, null]);
    expect((await capture(output, [])).code).toBe(42);
  });
}

test('[KD7] a command that finishes is asked to end, and waited for', async () => {
  const folder = await testFolder();
  const stop = new AbortController();
  const [logFile, asked] = [join(folder, 'log'), join(folder, 'asked')];
  const script = `trap 'touch ${asked}' INT; touch ${folder}/begun; until [ -e ${folder}/go ]; do sleep 0.02; done; touch ${folder}/done`;
  const ran = runLogged('sh', ['-c', script], logFile, { signal: stop.signal, finishes: true });
  await vi.waitFor(() => access(join(folder, 'begun')), within);
  stop.abort(new Error('told to stop'));
  await vi.waitFor(() => access(asked), within);
  await writeFile(join(folder, 'go'), '');
  await expect(ran).rejects.toThrow('told to stop');
  await access(join(folder, 'done'));
});

/** A checkout that was filled, and then needs a package of a registry which takes requests and never answers them. */
async function slowCheckout() {
  const { root, bootstrap } = await checkout();
  await bootstrap('account');
  const asked = Promise.withResolvers<void>();
  const registry = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
  onTestFinished(() => {
    registry.closeAllConnections();
    registry.close();
  });
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const before = await readFile(join(root, 'package-lock.json'), 'utf8');
  const manifest = { name: 'fresh', version: '1.0.0', dependencies: { slow: '1.0.0' } };
  const slow = { version: '1.0.0', resolved: `http://127.0.0.1:${port}/slow/-/slow-1.0.0.tgz` };
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    join(root, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest, 'node_modules/slow': slow } }),
  );
  const start = (command: string, ...words: string[]) => {
    const { FARPANE_STATE: _, ...env } = process.env;
    const child = spawn(...endsWithUs(command, words), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return { pid: child.pid ?? 0, child, complained: text(child.stderr), exited: once(child, 'exit') };
  };
  return { root, bootstrap, before, start, asked: asked.promise };
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
  test(`[KD5] ${name} ends npm ci with its starter, and what it filled in part is taken for whole by nobody`, async () => {
    const { root, bootstrap, before, start, asked } = await slowCheckout();
    const { pid, child, complained, exited } = start('sh', 'infra/bootstrap.sh', 'account');
    await asked;
    const started = descendants(pid);
    child.kill(name);
    expect(await exited).toEqual(name === 'SIGKILL' ? [null, 'SIGKILL'] : [128 + numbers[name], null]);
    await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), within);
    if (name !== 'SIGKILL') expect(await complained).toContain('the next command fills node_modules again');
    await expect(access(join(root, 'node_modules/.farpane-lock'))).rejects.toThrow('ENOENT');
    // Back to what node_modules was filled for before.
    await writeFile(
      join(root, 'package.json'),
      JSON.stringify({ name: 'fresh', version: '1.0.0', dependencies: { pinned: 'file:pinned' } }),
    );
    await writeFile(join(root, 'package-lock.json'), before);
    expect((await bootstrap('account')).output).toContain('npm packages   done in');
  });
}

test('[KD6] what npm runs ends with npm, also where that is killed', async () => {
  const { root, bootstrap } = await checkout();
  await bootstrap('account');
  const Package = z.object({ scripts: z.record(z.string(), z.string()) });
  const { scripts } = decodeJson(Package, await readFile('package.json'), 'package');
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'fresh', version: '1.0.0', scripts }));
  await writeFile(join(root, 'pinned/node.sh'), '#!/bin/sh\necho ready\nexec sleep 600\n');
  const npm = spawn(...endsWithUs('npm', ['run', 'account']), { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void npm.kill('SIGKILL'));
  for await (const line of createInterface(npm.stdout)) if (line === 'ready') break;
  const started = descendants(npm.pid ?? 0);
  expect(started.length).toBeGreaterThan(0);
  npm.kill('SIGKILL');
  await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), within);
});
