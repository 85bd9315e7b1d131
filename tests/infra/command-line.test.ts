import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capture } from '#infra/setup/command.ts';
import { testFolder } from './support/folder.ts';

/** Runs a command of the project with a state folder that is not there yet. */
async function run(command: string, ...args: string[]) {
  const state = join(await testFolder(), 'state');
  const ran = await capture(process.execPath, [`infra/${command}.ts`, ...args], {
    env: { FARPANE_STATE: state },
    timeoutMs: 60_000,
  });
  const isSetUp = await access(state).then(
    () => true,
    () => false,
  );
  return { ...ran, isSetUp };
}

test.each([
  ['start', ['--port', '0x50'], "--port must be a whole number from 1 to 65535, not '0x50'."],
  ['start', ['--port', '65536'], '--port must be a whole number from 1 to 65535'],
  ['start', ['--port', '1e3'], '--port must be a whole number'],
  ['start', ['--wrong'], "Unknown option '--wrong'"],
  ['fuzz', ['--seconds', ' 8'], '--seconds must be a whole number'],
  ['account', ['quota', 'somebody', '--sessions', '1e3'], '--sessions must be a whole number'],
  ['bench', [], 'Which bench?'],
  ['bench', ['nothing'], "There is no bench 'nothing'. There are: create, "],
  ['bench', ['create', '--json'], '--json needs the name of a file.'],
  ['bench', ['create', '--rounds', '0'], '--rounds must be a whole number from 1'],
  ['bench', ['create', '--wrong'], "Unknown option '--wrong'"],
])('[IN23] %s %j: what is wrong is told before anything is set up, with code 64', async (command, args, words) => {
  const { code, errors, isSetUp } = await run(command, ...args);
  expect(errors).toContain(words);
  expect(errors).toContain('Try --help.');
  expect(errors).not.toContain('    at ');
  expect(code).toBe(64);
  expect(isSetUp).toBe(false);
});

test.each([
  ['start', [], 'npm start -- [--port PORT]'],
  ['test', [], 'npm test -- tests/web'],
  ['bench', [], '  first-frame  From the request'],
  ['bench', ['glass'], '--runs N  (default: 5)'],
])('[IN23] %s %j explains itself, and does nothing', async (command, args, words) => {
  const { code, output, isSetUp } = await run(command, ...args, '--help');
  expect(output).toContain(words);
  expect(code).toBe(0);
  expect(isSetUp).toBe(false);
});
