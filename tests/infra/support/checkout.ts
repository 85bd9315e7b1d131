import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from '#infra/setup/command.ts';
import { testFolder } from './folder.ts';

/** A checkout with one command, `account`, whose pinned Node is a local package that says what it was asked to run. */
export async function checkout() {
  const root = await testFolder();
  await mkdir(join(root, 'infra'));
  await mkdir(join(root, 'pinned'));
  await copyFile('infra/bootstrap.sh', join(root, 'infra/bootstrap.sh'));
  await writeFile(join(root, 'infra/account.ts'), '');
  await writeFile(
    join(root, 'pinned/package.json'),
    JSON.stringify({ name: 'pinned', version: '1.0.0', bin: { node: 'node.sh' } }),
  );
  await writeFile(join(root, 'pinned/node.sh'), `#!/bin/sh\necho "$(command -v node): $*"\nexit 7\n`);
  await chmod(join(root, 'pinned/node.sh'), 0o755);
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'fresh', version: '1.0.0', dependencies: { pinned: 'file:pinned' } }),
  );
  const environment = { FARPANE_STATE: undefined, npm_config_offline: 'true' };
  await capture('npm', ['install', '--package-lock-only'], { cwd: root, env: environment, timeoutMs: 60_000 });
  const bootstrap = (...args: string[]) =>
    capture('sh', [join(root, 'infra/bootstrap.sh'), ...args], { cwd: '/', env: environment, timeoutMs: 60_000 });
  return { root, bootstrap };
}
