import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, vi } from 'vitest';
import { isRunning } from '#worker/process/tree.ts';
import { processOf, type Started, test } from './support.ts';

const run = promisify(execFile);
const path = '/usr/bin:/bin';

const environmentOf = ({ instance }: Started) => ({
  PATH: path,
  DISPLAY: instance.display.name,
  XAUTHORITY: instance.display.authority,
  PULSE_SERVER: instance.sound?.server ?? '',
});

test('[IS1] display and sound of its own are up when the start resolves', async ({ start }) => {
  const started = await start({});
  const env = environmentOf(started);
  expect((await run('xdpyinfo', [], { env })).stdout).toMatch(/dimensions:\s+640x480 pixels/);
  const { stdout } = await run('pactl', ['list', 'short', 'sources'], { env });
  expect(stdout.split('\t')[1]).toBe(started.instance.sound?.source);
});

test('[IS1] an application without sound has no sound server', async ({ start }) => {
  const started = await start({ sound: false });
  expect(started.instance.sound).toBeNull();
  expect(() => processOf(started, 'pulseaudio')).toThrow();
});

test('[IS2] the application finds display, sound, session and extra data', async ({ start }) => {
  const script =
    'cat "$FARPANE_EXTRA_DATA"; echo; echo "$FARPANE_SESSION $LANG $GREETING"; pwd; ls -A "$HOME"; xdpyinfo | grep dim; pactl info; sleep 1000';
  const { output } = await start(
    { command: 'sh', arguments: ['-c', script], environment: { GREETING: 'hello' } },
    { id: 'session1', extraData: { level: 3 } },
  );
  await vi.waitFor(() => expect(output()).toContain('Default Source: microphone'), 10_000);
  expect(output()).toContain('Default Sink: farpane');
  expect(output()).toMatch(/^\{"level":3\}\nsession1 C\.UTF-8 hello\n\/\S+\n\s+dimensions: +640x480/);
});

test('[IS3] a command that is not there is named', async ({ start }) => {
  const message = "The application 'test' could not be started: the command 'no-such-game' was not found";
  await expect(start({ command: 'no-such-game' })).rejects.toMatchObject({ code: 'application_failed', message });
});

test('[IS3] a working directory that is not there is named', async ({ start }) => {
  const message = "The application 'test' could not be started: its working directory '/no/such/place' does not exist";
  await expect(start({ workingDirectory: '/no/such/place' })).rejects.toMatchObject({ code: 'application_failed', message });
});

test('[IS4] an application that exits is a failure, told with its last line after all has been ended', async ({ start }) => {
  const script = 'sleep 0.5; echo "cannot open level 9" >&2; exit 3';
  const started = await start({ command: 'sh', arguments: ['-c', script] });
  const pids = started.instance.pids();
  await vi.waitFor(() => expect(started.onFailure).toHaveBeenCalledOnce(), 5000);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(started.files()).toEqual([]);
  expect(started.onFailure.mock.calls[0]?.[0]).toMatchObject({
    code: 'application_exited',
    message: expect.stringMatching(/^The application 'test' exited with code 3 after \d\.\d s: cannot open level 9$/),
  });
  expect(started.onEnded).not.toHaveBeenCalled();
});

test('[IS4] an application that exits at once fails the start, or is told of like one that exits later', async ({ start }) => {
  const result = await start({ command: 'sh', arguments: ['-c', 'echo no licence >&2; exit 1'] }).then(
    async ({ onFailure }) => {
      await vi.waitFor(() => expect(onFailure).toHaveBeenCalledOnce(), 5000);
      return onFailure.mock.calls[0]?.[0];
    },
    (error: unknown) => error,
  );
  expect(result).toMatchObject({
    code: 'application_exited',
    message: expect.stringMatching(/^The application 'test' exited with code 1 after \d\.\d s: no licence$/),
  });
});

test('[IS5] an application that exits with 0 has ended, and everything with it', async ({ start }) => {
  const started = await start({ command: 'true', arguments: [] });
  await vi.waitFor(() => expect(started.onEnded).toHaveBeenCalledOnce(), 5000);
  expect(started.onFailure).not.toHaveBeenCalled();
  expect(started.instance.pids().filter(isRunning)).toEqual([]);
  expect(started.files()).toEqual([]);
});

for (const [program, code, message] of [
  ['Xvfb', 'display_failed', /^The display server was ended by SIGKILL after/],
  ['pulseaudio', 'sound_failed', /^The sound server was ended by SIGKILL after/],
] as const) {
  test(`[IS6] when ${program} dies, all is ended, and the reason told`, async ({ start }) => {
    const started = await start({ command: 'xterm', arguments: [] });
    const pids = started.instance.pids();
    process.kill(processOf(started, program), 'SIGKILL');
    await vi.waitFor(() => expect(started.onFailure).toHaveBeenCalledOnce(), 5000);
    expect(started.onFailure.mock.calls[0]?.[0]).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(started.files()).toEqual([]);
  });
}

test('[IS7] close leaves no process and no file, calls nothing back, and may be called again', async ({ start }) => {
  const script = "trap 'echo saved > saved; exit 5' TERM; setsid sleep 1000 & while :; do sleep 0.1; done";
  const started = await start({ command: 'sh', arguments: ['-c', script] });
  const pids = started.instance.pids();
  expect(pids.length).toBeGreaterThanOrEqual(3);
  expect(started.files()).toHaveLength(3);
  await Promise.all([started.instance.close(), started.instance.close()]);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(started.files()).toEqual([]);
  expect(started.onFailure).not.toHaveBeenCalled();
  expect(started.onEnded).not.toHaveBeenCalled();
});

test('[IS8] a display lets nobody in who has not its cookie', async ({ start }) => {
  const [one, other] = await Promise.all([start({}, { id: 'one' }), start({}, { id: 'other' })]);
  expect(one.instance.display.name).not.toBe(other.instance.display.name);
  const env = { ...environmentOf(one), XAUTHORITY: other.instance.display.authority };
  await expect(run('xdpyinfo', [], { env })).rejects.toThrow(/unable to open display/);
});
