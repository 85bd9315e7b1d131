import { resolve } from 'node:path';
import { runChecks } from './check/checks.ts';
import { CliError, printHelp, runCli } from './cli.ts';
import { config } from './config.ts';
import { capture } from './setup/command.ts';
import { runSetup } from './setup/setup.ts';
import { runVitest } from './test/vitest.ts';

const help = `
Puts in place what is missing, then runs the checks and every test; last a line "N passed, N failed".

  npm test                                      everything
  npm test -- tests/web                         the tests of a folder or file, without the checks
  npm test -- tests/edge/line.test.ts -t LN3    one of them, by a part of its title

Arguments go to vitest, which has more of them: https://vitest.dev/guide/cli
`;

await runCli(async () => {
  const args = process.argv.slice(2);
  if (args.some((argument) => argument === '--help' || argument === '-h')) printHelp(help);
  const total = { passed: 0, failed: 0 };
  try {
    await runSetup({ tests: true });
    const parts = [args.length === 0 ? await runChecks() : { passed: 0, failed: 0 }, await testAll(args)];
    for (const { passed, failed } of parts) {
      total.passed += passed;
      total.failed += failed;
    }
  } catch (error) {
    total.failed += 1;
    throw error;
  } finally {
    process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  }
  return total.failed === 0 ? 0 : 1;
});

async function testAll(args: readonly string[]): Promise<{ passed: number; failed: number }> {
  await buildWeb();
  return runVitest(args);
}

/** The tests of the edge serve what is built of edge/web. */
async function buildWeb(): Promise<void> {
  const { code, output, errors } = await capture(process.execPath, [resolve(config.root, 'edge/web/build.ts')], {
    cwd: config.root,
    timeoutMs: 120_000,
  });
  if (code !== 0) throw new CliError(`edge/web/build.ts failed:\n${output}${errors}`);
}
