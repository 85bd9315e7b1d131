import { runChecks } from './check/checks.ts';
import { readArgs, runCli } from './cli.ts';

const help = `
Checks format, lint, types and dead code. Changes nothing; \`biome check --write\` mends format.

  npm run check
`;

await runCli(async () => {
  readArgs(help, {});
  const { failed } = await runChecks();
  return failed === 0 ? 0 : 1;
});
