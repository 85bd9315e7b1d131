import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { capture } from '#infra/setup/command.ts';
import { loadConfig } from '#worker/config/load.ts';

const good = `host: { id: host-1, region: local, slots: 2, stateDirectory: /var/lib/farpane }
nats: { url: "ws://127.0.0.1:4280" }
media: { workers: 3, gstreamerPlugins: /usr/lib/farpane, listen: [{ ip: 127.0.0.1, port: 40000 }] }
applications: [{ name: doom, command: chocolate-doom }]
`;

async function fileWith(content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'farpane-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'host.yaml');
  await writeFile(file, content);
  return file;
}

const host = (...args: string[]) => capture(process.execPath, ['worker/src/main.ts', ...args]);

/** What is said of a file, without the file's name. */
async function saidOf(content: string | Buffer): Promise<string> {
  const file = await fileWith(content);
  const said = await loadConfig(file).then(
    () => 'right',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return said.replaceAll(file, 'FILE');
}

test('[CF11] what can’t be read as text is named, and why', async () => {
  await expect(loadConfig('/nowhere/host.yaml')).rejects.toThrow('/nowhere/host.yaml: there is no such file or folder.');
  await expect(loadConfig('/etc')).rejects.toThrow('/etc: is a folder, not a file.');
  await expect(loadConfig('/dev/zero')).rejects.toThrow('/dev/zero: is larger than 1 MiB');
  const latin1 = Buffer.concat([Buffer.from(good), Buffer.from('# fran\xe7ais\n', 'latin1')]);
  for (const bytes of [latin1, Buffer.from(`\ufeff${good}`, 'utf16le'), Buffer.from(good, 'utf16le'), Buffer.alloc(16)]) {
    expect(await saidOf(bytes)).toBe('FILE: is no text in UTF-8: save it in this encoding.');
  }
  expect([await saidOf(''), await saidOf('# later\n')]).toEqual(Array(2).fill('FILE:1: the file has no settings'));
  expect(await saidOf('just words')).toMatch(/^FILE:1: the file has no settings by name/);
  expect([await saidOf(`\ufeff${good}`), await saidOf(good.replaceAll('\n', '\r\n'))]).toEqual(['right', 'right']);
});

test('[CF12] YAML that leads nowhere, or too far, is a mistake with its line', async () => {
  expect(await saidOf(`${good}---\n${good}`)).toMatch(/^FILE:5: a second document begins here/);
  expect(await saidOf(`${good}logLevel: *level\n`)).toMatch(/^FILE:5: .*level/);
  const tens = Array.from(
    { length: 9 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(', ')}]`,
  );
  expect(await saidOf(`a0: &a0 [x]\n${tens.join('\n')}\n`)).toMatch(/^FILE:\d+: [^\n]+$/);
  expect(await saidOf('['.repeat(100_000))).toMatch(/^FILE:1: [^\n]+$/);
  expect(await saidOf(good.replace('nats', '\tnats'))).toMatch(/^FILE:2: Tabs are not allowed/);
});

test('[CF13] a port from which the workers’ ports go past the last one is a mistake', async () => {
  expect(await saidOf(good.replace('40000', '65533'))).toBe('right');
  expect(await saidOf(good.replace('40000', '65534'))).toBe(
    'FILE:3: media.listen.0.port: is too high: 3 workers take the ports up to 65536, and 65535 is the last',
  );
});

test('[CF14] the command line and the file are told apart by the exit code, in words and without a stack', async () => {
  const file = await fileWith(good);
  expect(await host('--help')).toMatchObject({ code: 0, output: expect.stringContaining('--config FILE'), errors: '' });
  expect(await host('--config', file, '--check')).toMatchObject({ code: 0, errors: '' });
  for (const [args, said] of [
    [[], '--config FILE is missing.'],
    [['--config'], "Option '--config <value>' argument missing"],
    [['--confg', file], "Unknown option '--confg'"],
    [['--config', file, 'more'], "Unexpected argument 'more'"],
  ] as const) {
    const { code, output, errors } = await host(...args);
    expect({ code, output }).toEqual({ code: 64, output: '' });
    expect(errors).toContain(said);
    expect(errors).not.toMatch(/^ {4}at /m);
  }
  const wrong = await host('--config', await fileWith(good.replace('slots: 2', 'slots: no')));
  expect(wrong).toMatchObject({
    code: 78,
    output: '',
    errors: expect.stringMatching(/host\.yaml:1: host\.slots: expected number/),
  });
});

test('[CF14] a state directory that can’t be made is named', async () => {
  const file = await fileWith('');
  await writeFile(file, good.replace('/var/lib/farpane', `${file}/state`));
  const { code, errors } = await host('--config', file);
  expect({ code, errors }).toEqual({ code: 1, errors: `${file}/state: a part of this path is a file, not a folder.\n` });
});
