import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { test as base, type Started } from '#tests/worker/instance/support.ts';
import { internAtoms } from '#worker/input/clipboard/atoms.ts';
import { ClipboardOwner } from '#worker/input/clipboard/owner.ts';
import { openConnection } from '#worker/input/connection.ts';
import { type Input, openInput } from '#worker/input/input.ts';
import { endsWithUs } from '#worker/process/ends-with-us.ts';

const run = promisify(execFile);
const lines: string[] = [];
const log = jsonLogger((line) => lines.push(line), 'info');

interface Opened {
  input: Input;
  /** What the application was told to have copied. */
  copied: string[];
  /** Reads the clipboard as an application does. */
  paste: (target?: string) => Promise<string>;
  /** Copies as an application does. */
  copy: (text: string) => void;
}

/** Opens the clipboard of instances; xclip is the application. */
const test = base.extend<{ open: (started: Started) => Promise<Opened> }>({
  open: async ({ start: _first }, use) => {
    const inputs: Input[] = [];
    const children: ReturnType<typeof spawn>[] = [];
    await use(async ({ instance }) => {
      const copied: string[] = [];
      const { display } = instance;
      const input = await openInput({ display, log });
      input.watchClipboard((text) => copied.push(text));
      inputs.push(input);
      const env = { PATH: process.env['PATH'] ?? '', DISPLAY: display.name, XAUTHORITY: display.authority };
      const options = { env, timeout: 20_000, maxBuffer: 10_000_000 };
      return {
        input,
        copied,
        paste: async (target = 'UTF8_STRING') =>
          (await run('xclip', ['-o', '-selection', 'clipboard', '-t', target], options)).stdout,
        copy(text) {
          const child = spawn(...endsWithUs('xclip', ['-i', '-quiet', '-selection', 'clipboard']), {
            env,
            stdio: ['pipe', 'ignore', 'ignore'],
          });
          children.push(child);
          child.stdin?.end(text);
        },
      };
    });
    for (const child of children) child.kill();
    for (const input of inputs) input.close();
  },
});

const text = 'héllo 漢字 😀\n';
const large = Array.from({ length: 50_000 }, (_, i) => `${i} é\n`).join('');
const soon = { timeout: 20_000, interval: 50 };

test('[CB1] a text that is set is pasted, under every name that texts have', async ({ start, open }) => {
  const { input, paste, copied } = await open(await start({}));
  input.setClipboard(text);
  expect(await paste()).toBe(text);
  expect(await paste('text/plain;charset=utf-8')).toBe(text);
  expect((await paste('TARGETS')).split('\n')).toEqual(expect.arrayContaining(['UTF8_STRING', 'STRING', 'TARGETS']));
  await expect(paste('image/png')).rejects.toThrow();
  input.setClipboard('another');
  expect(await paste()).toBe('another');
  // What we set ourselves nobody has copied.
  expect(copied).toEqual([]);
});

test('[CB2] what the application copies is told of, once each', async ({ start, open }) => {
  const { copied, copy } = await open(await start({}));
  copy(text);
  await vi.waitFor(() => expect(copied).toEqual([text]), soon);
  copy('next');
  await vi.waitFor(() => expect(copied).toEqual([text, 'next']), soon);
});

test('[CB3] texts that no single request can carry go both ways', async ({ start, open }) => {
  const { input, copied, paste, copy } = await open(await start({}));
  expect(Buffer.byteLength(large)).toBeGreaterThan(400_000);
  input.setClipboard(large);
  expect((await paste()) === large).toBe(true);
  copy(`x${large}`);
  await vi.waitFor(() => expect(copied).toHaveLength(1), soon);
  expect(copied[0] === `x${large}`).toBe(true);
});

test('[CB3] a text that is larger than a megabyte is not told of, and the next one is', async ({ start, open }) => {
  const { copied, copy } = await open(await start({}));
  lines.length = 0;
  copy('x'.repeat(3_000_000));
  await vi.waitFor(() => expect(lines.filter((line) => line.includes('clipboard.not-read'))).toHaveLength(1), soon);
  copy('small');
  await vi.waitFor(() => expect(copied).toEqual(['small']), soon);
});

test('[CB8] an application that copies and is busy for a while is asked again', async ({ start, open }) => {
  const started = await start({});
  const { copied } = await open(started);
  const { display } = started.instance;
  const connection = await openConnection({ display, onLost: () => undefined, onRefused: () => undefined });
  onTestFinished(() => connection.close());
  const { client, root } = connection;
  const atoms = await internAtoms(connection);
  const window = client.AllocID();
  client.CreateWindow(window, root, 0, 0, 1, 1, 0, 0, 0, 0, { eventMask: 0 });
  // It takes no note of the first who asks.
  let asked = 0;
  client.on('event', (event) => {
    if (event.name === 'SelectionRequest') asked += 1;
    if (event.name === 'SelectionRequest' && asked === 1) event.owner = 0;
  });
  new ClipboardOwner(connection, window, atoms).take('late');
  await vi.waitFor(() => expect(copied).toEqual(['late']), soon);
  expect(asked).toBeGreaterThan(1);
});
