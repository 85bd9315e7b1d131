import { expect, vi } from 'vitest';
import { keyCodes } from '#shared/keys.ts';
import { jsonLogger } from '#shared/log.ts';
import { test as base, type Started } from '#tests/worker/instance/support.ts';
import { openConnection } from '#worker/input/connection.ts';
import { type Input, openInput } from '#worker/input/input.ts';
import { atTheKeyboard, terminalProgram as terminal } from './support.ts';

const lines: string[] = [];
const log = jsonLogger((line) => lines.push(line), 'warn');

/** By name. */
const codes: Readonly<Record<string, number>> = keyCodes;

interface Opened {
  input: Input;
  onFailure: ReturnType<typeof vi.fn<(error: Error) => void>>;
  press: (key: string, pressed: boolean) => void;
  type: (...keys: string[]) => void;
}

/** Opens the input of instances, and closes it before they end. */
const test = base.extend<{ open: (started: Started) => Promise<Opened> }>({
  open: async ({ start: _first }, use) => {
    const inputs: Input[] = [];
    await use(async ({ instance }) => {
      const onFailure = vi.fn<(error: Error) => void>();
      const input = await openInput({ display: instance.display, log, onFailure });
      inputs.push(input);
      const press: Opened['press'] = (key, pressed) => {
        input.handle({ type: 'input::key', data: { code: codes[key] ?? 0, pressed } });
      };
      return {
        input,
        onFailure,
        press,
        type(...keys) {
          for (const key of keys) {
            press(key, true);
            press(key, false);
          }
        },
      };
    });
    for (const input of inputs) input.close();
  },
});

test('[IP7] keys reach an application that nobody has pointed at', async ({ start, open }) => {
  const started = await start(terminal);
  const { type, press } = await open(started);
  await atTheKeyboard(started);
  type('KeyH', 'KeyI', 'Space', 'Digit1', 'Minus', 'Semicolon', 'Quote', 'Backslash', 'Backquote', 'Comma');
  press('Shift', true);
  type('KeyA', 'Quote');
  press('Shift', false);
  type('ArrowUp', 'Delete', 'PageDown', 'F5', 'Enter');
  const text = `READY\nhi 1-;'\\\`,A"\u001b[A\u001b[3~\u001b[6~\u001b[15~\r`;
  await vi.waitFor(() => expect(started.output().endsWith(text)).toBe(true), 5000);
});

test('[IP5] the display repeats a key that is held, and stops when all is released', async ({ start, open }) => {
  const started = await start(terminal);
  const { input, press, type } = await open(started);
  await atTheKeyboard(started);
  press('KeyX', true);
  await vi.waitFor(() => expect(started.output()).toMatch(/READY\nxxx/), 5000);
  input.releaseAll();
  type('KeyE');
  await vi.waitFor(() => expect(started.output()).toMatch(/READY\nx+e$/), 5000);
});

test('[IP7] the keyboard goes to the window that is clicked, and to what is left when a window goes', async ({ start, open }) => {
  const script = (name: string, place: string) =>
    `xterm -geometry 20x5${place} -e sh -c "stty raw -echo; (echo ${name}; head -c 1) > ~/${name}"`;
  const both = `mkfifo ~/one ~/two; cat ~/one & cat ~/two & ${script('one', '+0+0')} & ${script('two', '+300+300')} & sleep 1000`;
  const started = await start({ command: 'sh', arguments: ['-c', both] });
  const { input, type } = await open(started);
  await vi.waitFor(() => expect(started.output()).toMatch(/one\n[\s\S]*two\n|two\n[\s\S]*one\n/), 10_000);
  const connection = await openConnection({
    display: started.instance.display,
    onLost: () => undefined,
    onRefused: () => undefined,
  });
  const focused = () => new Promise<number>((resolve) => connection.client.GetInputFocus((_, { focus }) => resolve(focus)));
  const pointed = () =>
    new Promise<number>((resolve) => connection.client.QueryPointer(connection.root, (_, { child }) => resolve(child)));
  input.handle({ type: 'input::mouse-move', data: { x: 20, y: 20, rx: 0, ry: 0 } });
  await vi.waitFor(async () => expect(await pointed()).toBeGreaterThan(1), 5000);
  await vi.waitFor(async () => expect(await focused()).toBeGreaterThan(1), 5000);
  const clicked = await pointed();
  for (const pressed of [true, false]) input.handle({ type: 'input::mouse-button', data: { button: 1, pressed } });
  await vi.waitFor(async () => expect(await focused()).toBe(clicked), 5000);
  // The first terminal ends after one key; the other has the keyboard then, though the pointer is not there.
  type('KeyA');
  await vi.waitFor(async () => {
    const now = await focused();
    expect(now).toBeGreaterThan(1);
    expect(now).not.toBe(clicked);
  }, 5000);
  // Each comes out of a pipe of its own: what was typed first is not there first unless it is waited for.
  const typed = () => started.output().replaceAll(/one\n|two\n/g, '');
  await vi.waitFor(() => expect(typed()).toMatch(/a$/), 5000);
  type('KeyB');
  await vi.waitFor(() => expect(typed()).toMatch(/ab$/), 5000);
  connection.close();
});

test('[IP1] the pointer is where it was moved to, also by relative moves', async ({ start, open }) => {
  const started = await start({});
  const { input } = await open(started);
  const { client, root, close } = await openConnection({
    display: started.instance.display,
    onLost: () => undefined,
    onRefused: () => undefined,
  });
  const pointer = () => new Promise((resolve) => client.QueryPointer(root, (_, { rootX, rootY }) => resolve([rootX, rootY])));
  expect(await pointer()).toEqual([320, 240]);
  input.handle({ type: 'input::mouse-move', data: { x: 100, y: 50, rx: 0, ry: 0 } });
  await vi.waitFor(async () => expect(await pointer()).toEqual([100, 50]), 5000);
  input.handle({ type: 'input::mouse-move', data: { rx: -30, ry: 200 } });
  await vi.waitFor(async () => expect(await pointer()).toEqual([70, 250]), 5000);
  close();
});

test('[IP8] a display that goes is told of once, and input is nothing then', async ({ start, open }) => {
  const started = await start({});
  const { input, onFailure, type } = await open(started);
  lines.length = 0;
  await started.instance.close();
  type('KeyA');
  await vi.waitFor(() => expect(onFailure).toHaveBeenCalledOnce(), 5000);
  type('KeyB');
  input.releaseAll();
  input.close();
  expect(lines).toHaveLength(1);
  expect(onFailure).toHaveBeenCalledOnce();
});

test('[IP8] a display that is not there, or a cookie that is wrong, is an error', async ({ start }) => {
  const { instance } = await start({});
  const other = await start({}, { id: 'other' });
  const authority = other.instance.display.authority;
  await expect(openInput({ display: { name: instance.display.name, authority }, log })).rejects.toThrow(
    /Invalid MIT-MAGIC-COOKIE-1 key/,
  );
  await expect(openInput({ display: { name: ':9999', authority }, log })).rejects.toThrow(/ENOENT/);
  await expect(openInput({ display: { name: ':9999', authority: '/no/such' }, log })).rejects.toThrow(/ENOENT/);
});
