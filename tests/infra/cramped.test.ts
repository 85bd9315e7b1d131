import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { config } from '#infra/config.ts';
import { capture } from '#infra/setup/command.ts';
import { checkout } from './support/checkout.ts';
import { testFolder } from './support/folder.ts';

/** Runs Node where `mount`, words of bwrap, has changed what is mounted: for that process alone. */
const inside = (mount: readonly string[], words: readonly string[], env: Record<string, string>) =>
  capture('bwrap', ['--dev-bind', '/', '/', ...mount, '--', process.execPath, ...words], { env, timeoutMs: 20_000 });

const commands = ['start', 'setup'] as const;
const file = (command: string): string => join(config.root, `infra/${command}.ts`);

test.for(commands)('[KD8] npm run %s says that the state folder has no room, and starts nothing', async (command) => {
  const folder = await testFolder();
  const full = ['--size', String(64 * 1024), '--tmpfs', folder];
  const { code, errors, output } = await inside(full, [file(command)], { FARPANE_STATE: folder });
  expect(errors).toBe(
    `The state folder ${folder} has only 64 KiB of room left: 32 MiB are needed. Make room there; FARPANE_STATE=FOLDER takes another one.\n`,
  );
  expect({ code, output }).toEqual({ code: 1, output: '' });
});

test('[KD8] the words of a failure say that the state folder is full, where it is', async () => {
  const folder = await testFolder();
  const script = `
    import { fullnessOf } from '#infra/state-folder.ts';
    import { writeFileSync } from 'node:fs';
    console.log('[' + await fullnessOf(${JSON.stringify(folder)}) + ']');
    writeFileSync(${JSON.stringify(join(folder, 'fill'))}, Buffer.alloc(2000 * 1024));
    console.log('[' + await fullnessOf(${JSON.stringify(folder)}) + ']');`;
  const small = ['--size', String(2 * 1024 ** 2), '--tmpfs', folder];
  const { output, errors } = await inside(small, ['--input-type=module-typescript', '-e', script], {});
  expect(errors).toBe('');
  // How much is left beside the file depends on the size of a page.
  expect(output).toMatch(
    /^\[\]\n\[\nThe state folder \S+ has only \d+ KiB of room left: make room there, then start again\.\]\n$/,
  );
});

test('[KD8] a state folder that gets full while all runs is told once, and that it has room again', async () => {
  const folder = await testFolder();
  const script = `
    import { watchRoom } from '#infra/state-folder.ts';
    import { rmSync, writeFileSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    const said = [];
    using watch = watchRoom(${JSON.stringify(folder)}, (text) => said.push(text), 10);
    const until = async (count) => { while (said.length < count) await delay(5); };
    await delay(50);
    writeFileSync(${JSON.stringify(join(folder, 'fill'))}, Buffer.alloc(2000 * 1024));
    await until(1);
    await delay(50);
    rmSync(${JSON.stringify(join(folder, 'fill'))});
    await until(2);
    console.log(said.join('\\n'));`;
  const small = ['--size', String(2 * 1024 ** 2), '--tmpfs', folder];
  const { output, errors } = await inside(small, ['--input-type=module-typescript', '-e', script], {});
  expect(errors).toBe('');
  expect(output.split('\n')).toEqual([
    expect.stringMatching(/^The state folder \S+ has only \d+ KiB of room left: sessions fail until there is more\.$/),
    `The state folder ${folder} has room again.`,
    '',
  ]);
});

test.for(commands)('[KD9] npm run %s names a state folder that can only be read, and one that is a file', async (command) => {
  const folder = await testFolder();
  const readOnly = await inside(['--ro-bind', folder, folder], [file(command)], { FARPANE_STATE: folder });
  expect(readOnly.errors).toBe(
    `The state folder can't be used: ${folder}: the file system can only be read.\nFARPANE_STATE=FOLDER takes another one.\n`,
  );
  expect(readOnly.code).toBe(1);
  await writeFile(join(folder, 'file'), 'kept');
  for (const path of [join(folder, 'file'), join(folder, 'file/below')]) {
    const { code, errors, output } = await capture(process.execPath, [file(command)], { env: { FARPANE_STATE: path } });
    expect(errors).toMatch(
      /^The state folder can't be used: .*: (there is a file of this name already|a part of this path is a file)/,
    );
    expect({ code, output }).toEqual({ code: 1, output: '' });
  }
  expect(await readdir(folder)).toEqual(['file']);
});

test('[KD9] a state folder that is a file is named before npm ci begins', async () => {
  const { root, bootstrap } = await checkout();
  await writeFile(join(root, '.farpane'), '');
  const { code, errors, output } = await bootstrap('account');
  expect(errors).toContain(`The state folder ${root}/.farpane can't be used: see above. FARPANE_STATE=FOLDER takes another one.`);
  expect({ code, output }).toEqual({ code: 1, output: '' });
  expect(await readdir(root)).not.toContain('node_modules');
});
