import { runCli } from '#infra/cli.ts';
import { listenForInterruption } from '#infra/interruption.ts';
import { compileStep } from '#infra/setup/compile.ts';
import { runSteps } from '#infra/setup/setup.ts';

/** Compiles a program as set-up does: `node compile.ts SOURCE OUTPUT LOGS`. */
const [source = '', output = '', logDir = ''] = process.argv.slice(2);
await runCli(async () => {
  using interruption = listenForInterruption('Set-up');
  const step = compileStep({ name: 'thing', sources: [source], output, flags: [], pkgConfig: [], libraries: [] });
  await runSteps([step], { logDir, ofCheckout: logDir, signal: interruption.signal });
  return 0;
});
