import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { config } from '#infra/config.ts';
import { capture } from '#infra/setup/command.ts';
import { runSteps } from '#infra/setup/setup.ts';
import { ownState } from '#infra/start/own-state.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';
import { testFolder } from './support/folder.ts';

/** A process that owns a state folder until it is killed. */
async function owner(stateDir: string) {
  const script = `
    import { ownState } from '#infra/start/own-state.ts';
    globalThis.kept = await ownState(${JSON.stringify(stateDir)});
    console.log('owned');
    setInterval(() => undefined, 1000);`;
  const child = spawn(...endsWithUs(process.execPath, ['--input-type=module-typescript', '-e', script]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface(child.stdout), 'line');
  return child;
}

test('[KD2] a second npm start with the same state folder says which process has it, and changes nothing', async () => {
  const stateDir = await testFolder();
  const first = await owner(stateDir);
  const { pid } = first;
  await writeFile(join(stateDir, 'nats.conf'), 'of the first');
  const second = await capture(process.execPath, [join(config.root, 'infra/start.ts')], { env: { FARPANE_STATE: stateDir } });
  expect(second.code).toBe(1);
  expect(second.errors).toContain(`Farpane runs already with the state folder ${stateDir}: process ${pid}.\n`);
  expect(second.errors).toContain(`kill ${pid}`);
  expect(second.output).toBe('');
  expect(await readFile(join(stateDir, 'nats.conf'), 'utf8')).toBe('of the first');
  expect(first.exitCode).toBe(null);
});

test('[KD2] a state folder whose owner was killed is free at once', async () => {
  const stateDir = await testFolder();
  const first = await owner(stateDir);
  await expect(ownState(stateDir)).rejects.toThrow(`process ${first.pid}`);
  first.kill('SIGKILL');
  await once(first, 'exit');
  await using _owned = await ownState(stateDir);
  expect(await readFile(join(stateDir, 'owner'), 'utf8')).toBe(`${process.pid}\n`);
});

test('[KD2] a state folder that was given back can be taken again', async () => {
  const stateDir = await testFolder();
  await (await ownState(stateDir)).close();
  await (await ownState(stateDir)).close();
});

test('[KD3] two set-ups of a checkout put each thing in place once: the second waits for the first', async () => {
  const folder = await testFolder();
  await mkdir(join(folder, 'logs'));
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const step = {
    name: 'thing',
    check: async () => ((await capture('test', ['-e', join(folder, 'thing')])).code === 0 ? undefined : 'not there'),
    run: ({ run }: { run: (command: string, args: string[]) => Promise<void> }) =>
      run('sh', ['-c', `echo ran >> ${folder}/runs; sleep 0.5; touch ${folder}/thing`]),
  };
  const setUp = () => runSteps([step], { logDir: join(folder, 'logs'), ofCheckout: folder });
  await Promise.all([setUp(), setUp()]);
  expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('ran\n');
  expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain('waits for another one of this checkout');
});
