import { readArgs, runCli } from './cli.ts';
import { runSetup } from './setup/setup.ts';

const help = `
Puts in place what this checkout needs and does not have: Debian packages, what is compiled, the media server.
The other commands do this by themselves.

  npm run setup -- [--tests]

  --tests   what only tests and benches need, too
`;

await runCli(async () => {
  const { values } = readArgs(help, { tests: { type: 'boolean', default: false } });
  await runSetup({ tests: values.tests });
  return 0;
});
