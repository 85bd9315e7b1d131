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
  /** The one source file, from the root of the checkout. */
  source: string;
  output: string;
  flags: readonly string[];
  /** Libraries that pkg-config knows, and others. */
  pkgConfig: readonly string[];
  libraries: readonly string[];
}

/** Compiles one C file, again whenever it or the flags have changed: the hash of both is kept beside the output. */
export function compileStep({ name, source, output, flags, pkgConfig, libraries }: CompileOptions): Step {
  const file = resolve(config.root, source);
  const stamp = `${output}.sha256`;
  const wanted = async (): Promise<string> => {
    const text = await readIfThere(file);
    if (text === undefined) throw new CliError(`${name} can't be compiled: ${source} is not there.`);
    return createHash('sha256')
      .update(text)
      .update(JSON.stringify([flags, pkgConfig, libraries]))
      .digest('hex');
  };
  return {
    name,
    async check() {
      const hash = await wanted();
      const there = await access(output).then(
        () => true,
        () => false,
      );
      if (!there) return 'not compiled yet';
      return (await readFile(stamp, 'utf8').catch(() => '')) === hash ? undefined : `${source} has changed`;
    },
    async run({ run }) {
      const hash = await wanted();
      const found = pkgConfig.length === 0 ? [] : await pkgConfigFlags(pkgConfig);
      await mkdir(dirname(output), { recursive: true });
      const next = `${output}.${process.pid}.tmp`;
      await run('gcc', ['-O2', ...flags, '-o', next, relative(config.root, file), ...found, ...libraries], { cwd: config.root });
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
  source: 'worker/native/playout-delay.c',
  output: built.playoutDelay,
  flags: ['-shared', '-fPIC'],
  pkgConfig: ['gstreamer-1.0', 'gstreamer-rtp-1.0'],
  libraries: [],
});

/** The application of the tests and benches whose picture says when it was drawn. */
export const timecode = compileStep({
  name: 'test application',
  source: 'tests/native/timecode.c',
  output: built.timecode,
  flags: [],
  pkgConfig: [],
  libraries: ['-lX11', '-lXext', '-lm'],
});
