import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { CliError } from '#infra/cli.ts';
import { built, config } from '#infra/config.ts';
import { readIfThere } from '#infra/stack/secrets.ts';
import { capture } from './command.ts';
import type { Step } from './step.ts';

export interface CompileOptions {
  name: string;
  without?: string;
  /** From the root of the checkout: the C files, and the headers that they have of their own. */
  sources: readonly string[];
  output: string;
  flags: readonly string[];
  /** Libraries that pkg-config knows, and others. */
  pkgConfig: readonly string[];
  libraries: readonly string[];
}

/** Compiles C files, again whenever they, the flags, or the versions of the libraries have changed: the hash of all is kept beside the output. */
export function compileStep({ name, without, sources, output, flags, pkgConfig, libraries }: CompileOptions): Step {
  const stamp = `${output}.sha256`;
  const wanted = async (): Promise<string> => {
    const hash = createHash('sha256').update(JSON.stringify([sources, flags, pkgConfig, libraries]));
    for (const source of sources) {
      const text = await readIfThere(resolve(config.root, source));
      if (text === undefined) throw new CliError(`${name} can't be compiled: ${source} is not there.`);
      hash.update(text);
    }
    // Where one is missing `run` says which.
    if (pkgConfig.length > 0) hash.update((await capture('pkg-config', ['--modversion', ...pkgConfig])).output);
    return hash.digest('hex');
  };
  return {
    name,
    ...(without === undefined ? {} : { without }),
    async check() {
      const hash = await wanted();
      const there = await access(output).then(
        () => true,
        () => false,
      );
      if (!there) return 'not compiled yet';
      return (await readFile(stamp, 'utf8').catch(() => '')) === hash
        ? undefined
        : `${sources[0]}, or what it needs, has changed`;
    },
    async run({ run }) {
      const hash = await wanted();
      const found = pkgConfig.length === 0 ? [] : await pkgConfigFlags(pkgConfig);
      await mkdir(dirname(output), { recursive: true });
      const next = `${output}.${process.pid}.tmp`;
      const files = sources.filter((source) => source.endsWith('.c')).map((source) => resolve(config.root, source));
      const code = files.map((file) => relative(config.root, file));
      await run('gcc', ['-O2', ...flags, '-o', next, ...code, ...found, ...libraries], { cwd: config.root });
      await rename(next, output);
      await writeFile(stamp, hash);
    },
  };
}

async function pkgConfigFlags(names: readonly string[]): Promise<string[]> {
  const { code, output, errors } = await capture('pkg-config', ['--cflags', '--libs', ...names]);
  if (code !== 0) throw new CliError(`pkg-config does not know ${names.join(' ')}: ${errors.trim()}`);
  return output.trim().split(/\s+/);
}

/** GStreamer 1.22 has no element for the playout-delay header extension. Its name must be the one in the file's name. */
export const playoutDelay = compileStep({
  name: 'playout-delay plugin',
  sources: ['worker/native/playout-delay.c'],
  output: built.playoutDelay,
  flags: ['-shared', '-fPIC'],
  pkgConfig: ['gstreamer-1.0', 'gstreamer-rtp-1.0'],
  libraries: [],
});

/** What sets properties that the binding to GStreamer has no values for. */
export const propertyText = compileStep({
  name: 'property plugin',
  sources: ['worker/native/property-text.c'],
  output: built.propertyText,
  flags: ['-shared', '-fPIC'],
  pkgConfig: ['gstreamer-1.0'],
  libraries: [],
});

/** The capture of a display when something was drawn. */
export const screenSource = compileStep({
  name: 'screen source plugin',
  without: 'displays are captured by ximagesrc, on a clock of its own, which costs 8 ms on average.',
  sources: [
    ...['element.c', 'boxes.c', 'boxes.h', 'convert.c', 'convert.h', 'cursor.c', 'cursor.h'],
    ...['pacing.c', 'pacing.h', 'picture.c', 'picture.h', 'screen.c', 'screen.h'],
  ].map((file) => `worker/native/screen/${file}`),
  output: built.screenSource,
  flags: ['-shared', '-fPIC', '-O3'],
  pkgConfig: [
    ...['gstreamer-1.0', 'gstreamer-base-1.0', 'gstreamer-video-1.0'],
    ...['xcb', 'xcb-damage', 'xcb-shm', 'xcb-xfixes', 'xcb-xinput'],
  ],
  libraries: [],
});

/** Xorg's driver of pens. Its name must be the one in the file's name. */
export const penDriver = compileStep({
  name: 'pen driver',
  without: 'pens are the pointer, without pressure and tilt, for all applications.',
  sources: ['driver.c', 'message.c', 'message.h', 'serials.c', 'serials.h', 'socket.c', 'socket.h'].map(
    (file) => `worker/native/pen/${file}`,
  ),
  output: built.penDriver,
  flags: ['-shared', '-fPIC'],
  pkgConfig: ['xorg-server'],
  libraries: [],
});

/** What plugs gamepads in. */
export const gamepad = compileStep({
  name: 'gamepad helper',
  sources: ['worker/native/gamepad.c'],
  output: built.gamepad,
  flags: [],
  pkgConfig: [],
  libraries: [],
});

/** The application of the tests and benches whose picture says when it was drawn. */
export const timecode = compileStep({
  name: 'test application',
  sources: ['tests/native/timecode.c'],
  output: built.timecode,
  flags: [],
  pkgConfig: [],
  libraries: ['-lX11', '-lXext', '-lm'],
});

/** The program of the tests that draws what it is told. */
export const painter = compileStep({
  name: 'test painter',
  sources: ['tests/native/painter.c'],
  output: built.painter,
  flags: [],
  pkgConfig: ['xcb', 'xcb-randr', 'xcb-xtest'],
  libraries: [],
});

/** The application of the benches that flashes and beeps at once. */
export const flashBeep = compileStep({
  name: 'flash and beep',
  sources: ['tests/native/flashbeep.c'],
  output: built.flashBeep,
  flags: [],
  pkgConfig: ['libpulse-simple'],
  libraries: ['-lX11', '-lm'],
});

/** What the bench `glass` learns the stages of a frame from. */
export const glassTracer = compileStep({
  name: 'test tracer',
  sources: ['tests/native/glass-tracer.c'],
  output: built.glassTracer,
  flags: ['-shared', '-fPIC'],
  pkgConfig: ['gstreamer-1.0', 'gstreamer-rtp-1.0'],
  libraries: [],
});

/** The application of the bench of the input: it tells when it gets each key. */
export const keyclock = compileStep({
  name: 'key clock',
  sources: ['tests/native/keyclock.c'],
  output: built.keyclock,
  flags: [],
  pkgConfig: [],
  libraries: ['-lX11'],
});

/** What asks the capture's own code when it takes pictures. */
export const pacing = compileStep({
  name: 'test of the pacing',
  sources: ['tests/native/pacing.c', 'worker/native/screen/pacing.c', 'worker/native/screen/pacing.h'],
  output: built.pacing,
  flags: [],
  pkgConfig: [],
  libraries: [],
});
