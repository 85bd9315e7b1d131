import { resolve } from 'node:path';
import { runChecks } from './check/checks.ts';
import { CliError, runCli } from './cli.ts';
import { config } from './config.ts';
import { capture } from './setup/command.ts';
import { runSetup } from './setup/setup.ts';
import { runVitest } from './test/vitest.ts';

/**
 * `npm test`: what is missing, the checks, the web, every test; last a line `N passed, N failed`. With arguments, which go
 * to vitest, the checks are left out.
 */
await runCli(async () => {
  const args = process.argv.slice(2);
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
