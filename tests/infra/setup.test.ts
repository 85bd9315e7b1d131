import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { config } from '#infra/config.ts';
import { dpkgBrokeOff, isDebian, missingPackages } from '#infra/setup/apt.ts';
import { capture } from '#infra/setup/command.ts';
import { compileStep } from '#infra/setup/compile.ts';
import { runSteps } from '#infra/setup/setup.ts';
import type { Step } from '#infra/setup/step.ts';
import { testFolder } from './support/folder.ts';

/** What goes to the terminal meanwhile. */
function terminal(): () => string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  return () => write.mock.calls.map(([text]) => String(text)).join('');
}

/** A step that is done when its file is there. */
function fileStep(name: string, file: string, ran: string[], script = `touch ${file}`): Step {
  return {
    name,
    check: async () => ((await capture('test', ['-e', file])).code === 0 ? undefined : `${file} is missing`),
    run: async ({ run }) => {
      ran.push(name);
      await run('sh', ['-c', script]);
    },
  };
}

test('[IN10] only what is missing is put in place, in order; a second run changes nothing', async () => {
  const folder = await testFolder();
  const said = terminal();
  const ran: string[] = [];
  await writeFile(join(folder, 'b'), '');
  const steps = ['a', 'b', 'c'].map((name) => fileStep(name, join(folder, name), ran));
  await runSteps(steps, { logDir: folder, ofCheckout: folder });
  expect(ran).toEqual(['a', 'c']);
  expect(said()).toMatch(/ a +done in \d+\.\d s\n[\s\S]* c +done in/);
  await runSteps(steps, { logDir: folder, ofCheckout: folder });
  expect(ran).toEqual(['a', 'c']);
  expect(said()).toContain('nothing is missing');
});

test('[IN10] a failure names the step, the command, the log and its last lines, and ends the setup', async () => {
  const folder = await testFolder();
  terminal();
  const ran: string[] = [];
  const steps = [
    fileStep('first one', join(folder, 'a'), ran, 'echo "no space left"; exit 5'),
    fileStep('second', join(folder, 'b'), ran),
  ];
  const failure = await runSteps(steps, { logDir: folder, ofCheckout: folder }).catch((error: unknown) => String(error));
  expect(failure).toContain("Setup failed at the step 'first one'.");
  expect(failure).toContain(`command: sh -c 'echo "no space left"; exit 5'`);
  expect(failure).toContain('result: exit code 5');
  expect(failure).toContain(`log: ${join(folder, 'setup-first-one.log')}`);
  expect(failure).toContain('| no space left');
  expect(ran).toEqual(['first one']);
});

test('[IN10] a step that ran and left its thing missing has failed', async () => {
  const folder = await testFolder();
  terminal();
  await expect(
    runSteps([fileStep('idle', join(folder, 'a'), [], 'true')], { logDir: folder, ofCheckout: folder }),
  ).rejects.toThrow(/but still: .* is missing/);
});

test('[IN11] what is compiled is compiled again when its source has changed', async () => {
  const folder = await testFolder();
  terminal();
  const source = join(folder, 'answer.c');
  const output = join(folder, 'bin/answer');
  const step = compileStep({ name: 'answer', sources: [source], output, flags: [], pkgConfig: [], libraries: [] });
  const answer = async (): Promise<number> => (await capture(output, [])).code;
  await writeFile(source, 'int main(void) { return 41; }');
  await runSteps([step], { logDir: folder, ofCheckout: folder });
  expect(await answer()).toBe(41);
  expect(await step.check()).toBeUndefined();
  await writeFile(source, 'int main(void) { return 42; }');
  expect(await step.check()).toContain('has changed');
  await runSteps([step], { logDir: folder, ofCheckout: folder });
  expect(await answer()).toBe(42);
});

test('[IN11] what is compiled is compiled again when a library that it needs has another version', async () => {
  const folder = await testFolder();
  terminal();
  vi.stubEnv('PKG_CONFIG_PATH', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const library = (version: number) =>
    writeFile(
      join(folder, 'answer.pc'),
      `Name: answer\nDescription: of a test\nVersion: ${version}\nCflags: -DANSWER=${version}\n`,
    );
  const source = join(folder, 'answer.c');
  const output = join(folder, 'answer');
  const step = compileStep({ name: 'answer', sources: [source], output, flags: [], pkgConfig: ['answer'], libraries: [] });
  await writeFile(source, 'int main(void) { return ANSWER; }');
  for (const version of [41, 42]) {
    await library(version);
    expect(await step.check()).toMatch(/not compiled yet|has changed/);
    await runSteps([step], { logDir: folder, ofCheckout: folder });
    expect((await capture(output, [])).code).toBe(version);
    expect(await step.check()).toBeUndefined();
  }
});

test('[IN11] a source that is not there is named', async () => {
  const step = compileStep({
    name: 'thing',
    sources: ['no/such.c'],
    output: '/nowhere',
    flags: [],
    pkgConfig: [],
    libraries: [],
  });
  await expect(step.check()).rejects.toThrow("thing can't be compiled: no/such.c is not there.");
});

test('[IN12] packages are asked for by what dpkg knows', async () => {
  expect(await missingPackages(['dpkg', 'farpane-no-such-package', 'coreutils'])).toEqual(['farpane-no-such-package']);
});

test('[KD7] an installation that broke off is known by what dpkg left of it', async () => {
  const adminDir = await testFolder();
  await mkdir(join(adminDir, 'updates'));
  const entry = (status: string) =>
    `Package: thing\nStatus: install ok ${status}\nMaintainer: M <m@example.com>\nArchitecture: all\nVersion: 1\nDescription: thing\n`;
  await writeFile(join(adminDir, 'status'), entry('installed'));
  expect(await dpkgBrokeOff(adminDir)).toBe(false);
  await writeFile(join(adminDir, 'status'), entry('half-configured'));
  expect(await dpkgBrokeOff(adminDir)).toBe(true);
  await writeFile(join(adminDir, 'status'), entry('installed'));
  await writeFile(join(adminDir, 'updates/0000'), entry('unpacked'));
  expect(await dpkgBrokeOff(adminDir)).toBe(true);
});

test('[IN12] Debian and what descends from it are told from others', () => {
  expect(isDebian('NAME="Debian GNU/Linux"\nID=debian\n')).toBe(true);
  expect(isDebian('ID=ubuntu\nID_LIKE=debian\n')).toBe(true);
  expect(isDebian('ID=fedora\n')).toBe(false);
  expect(isDebian('')).toBe(false);
});

test('[IN11] the playout-delay plugin that setup compiles is one that GStreamer knows', async () => {
  const { built } = await import('#infra/config.ts');
  const { code, output } = await capture('gst-inspect-1.0', ['rtphdrextplayoutdelay'], {
    env: { GST_PLUGIN_PATH: built.gstreamerPlugins },
  });
  expect(code, output).toBe(0);
  expect(await readFile(`${built.playoutDelay}.sha256`, 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  expect(built.playoutDelay.startsWith(config.stateDir)).toBe(true);
});
