import { readArgs, runCli } from './cli.ts';
import { describeFinding, type Finding, missing } from './doctor/finding.ts';

const help = `
Says what this machine can do: each part is run. Exit code 1 where something that is needed is missing.

  npm run doctor -- [--json]

  --json   the findings as JSON
`;

await runCli(async () => {
  const { values } = readArgs(help, { json: { type: 'boolean', default: false } });
  const findings = await examine((found) => {
    if (!values.json) process.stdout.write(found.map((finding) => `${describeFinding(finding)}\n`).join(''));
  });
  const lacking = findings.filter(({ state }) => state === 'missing');
  if (values.json) process.stdout.write(`${JSON.stringify({ ok: lacking.length === 0, findings }, null, 2)}\n`);
  else process.stdout.write(lacking.length === 0 ? '\n  Nothing is missing.\n' : `\n  ${lacking.length} missing.\n`);
  return lacking.length === 0 ? 0 : 1;
});

/** One group after the other, so that what each takes is not the others' load. */
async function examine(show: (findings: readonly Finding[]) => void): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const group of [machine, gstreamer, servers]) {
    const found = await group().catch((error: unknown) => [unexamined(error)]);
    show(found);
    all.push(...found);
  }
  return all;
}

// Loaded when its turn comes: what one of them imports must not keep the others from speaking.
async function machine(): Promise<Finding[]> {
  return (await import('./doctor/machine.ts')).machineFindings();
}
async function gstreamer(): Promise<Finding[]> {
  return (await import('./doctor/gstreamer.ts')).gstreamerFindings();
}
async function servers(): Promise<Finding[]> {
  return (await import('./doctor/servers.ts')).serverFindings();
}

function unexamined(error: unknown): Finding {
  return missing('examination', error instanceof Error ? error.message : String(error), 'run npm run setup');
}
