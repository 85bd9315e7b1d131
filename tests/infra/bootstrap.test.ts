import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';
import { checkout } from './support/checkout.ts';

test('[IN14] bootstrap fills node_modules once, then hands over to the pinned Node with arguments and exit code', async () => {
  const { root, bootstrap } = await checkout();
  const first = await bootstrap('account', 'create', 'two words');
  expect(first.output).toContain('npm packages   done in');
  expect(first.output).toContain(`${root}/node_modules/.bin/node: infra/account.ts create two words\n`);
  expect(first.code).toBe(7);
  const second = await bootstrap('account');
  expect(second.output).toBe(`${root}/node_modules/.bin/node: infra/account.ts\n`);
});

test('[IN14] bootstrap fills node_modules again when the lock file has changed', async () => {
  const { root, bootstrap } = await checkout();
  await bootstrap('account');
  const stamp = join(root, 'node_modules/.farpane-lock');
  const before = await stat(stamp);
  const lock = join(root, 'package-lock.json');
  await writeFile(lock, `${await readFile(lock, 'utf8')}\n`);
  expect((await bootstrap('account')).output).toContain('npm packages   done in');
  expect((await stat(stamp)).mtimeMs).toBeGreaterThan(before.mtimeMs);
});

test('[IN14] a failed npm ci names the step, the command and the log, shows its end, and is not taken for done', async () => {
  const { root, bootstrap } = await checkout();
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'fresh', version: '1.0.0', dependencies: { absent: '1.0.0' } }),
  );
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { code, errors } = await bootstrap('account');
    expect(code).toBe(1);
    expect(errors).toContain('npm packages   failed');
    expect(errors).toContain('command: npm ci --ignore-scripts');
    expect(errors).toContain(`log: ${root}/.farpane/logs/npm-ci.log`);
    expect(errors).toMatch(/\| npm (error|ERR!)/);
  }
});

test('[IN14] an unknown command is refused with the list of those that there are', async () => {
  const { bootstrap } = await checkout();
  // `cli` is a file beside the commands, and none of them.
  for (const name of ['fly', 'cli']) {
    const { code, errors } = await bootstrap(name);
    expect(code).toBe(64);
    expect(errors).toContain('start|test|check|doctor|setup|bench|fuzz|account');
  }
});

test('[IN20] a signal to npm reaches the command that it runs', async () => {
  const { root, bootstrap } = await checkout();
  await bootstrap('account');
  const { scripts } = decodeJson(
    z.object({ scripts: z.record(z.string(), z.string()) }),
    await readFile('package.json'),
    'package',
  );
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: 'fresh', version: '1.0.0', scripts }));
  await writeFile(
    join(root, 'pinned/node.sh'),
    `#!/bin/sh\ntrap 'echo ended; exit 0' TERM\necho ready\nwhile :; do sleep 0.05; done\n`,
  );
  const npm = spawn('npm', ['run', 'account'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  onTestFinished(() => endGroup(npm.pid));
  let output = '';
  npm.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await vi.waitFor(() => expect(output).toContain('ready'), { timeout: 20_000 });
  npm.kill('SIGTERM');
  await vi.waitFor(() => expect(output).toContain('ended'), { timeout: 20_000 });
});

/** Whatever is left of a process and its children. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is.
  }
}
