import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '#infra/cli.ts';
import { CommandFailed, capture } from './command.ts';
import type { Step, StepTools } from './step.ts';

/** Which of these packages are not installed. */
export async function missingPackages(names: readonly string[]): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format of dpkg-query has such placeholders of its own.
  const { output } = await capture('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...names]);
  const installed = new Set(
    output
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  );
  return names.filter((name) => !installed.has(name));
}

/** Sees to it that the packages are installed, from Debian, with apt. */
export function aptStep(name: string, names: readonly string[]): Step {
  return {
    name,
    async check() {
      const missing = await missingPackages(names);
      return missing.length === 0 ? undefined : missing.join(', ');
    },
    run: (tools) => installPackages(names, tools),
  };
}

/**
 * Installs those of the packages that are missing.
 *
 * @throws CliError that lists them where this is no Debian, or this user may not install.
 */
export async function installPackages(names: readonly string[], { run, note }: StepTools): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return;
  const byHand = `Install them by hand, then start again:\n  ${missing.join(' ')}`;
  if (!isDebian(await readFile('/etc/os-release', 'utf8').catch(() => ''))) {
    throw new CliError(`Packages are missing, and only Debian's can be installed from here. ${byHand}`);
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  if (sudo.length > 0 && (await capture('sudo', ['--version'])).code !== 0) {
    throw new CliError(
      `Packages are missing, and installing them takes root or sudo. As root:\n  apt-get install ${missing.join(' ')}`,
    );
  }
  const asRoot = (...args: string[]): Promise<void> => {
    const words = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', ...args];
    return run(words[0] ?? 'env', words.slice(1), { finishes: true });
  };
  const apt = (...args: string[]) => asRoot('apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args);
  const install = () => apt('install', '-y', '--no-install-recommends', ...missing);
  note('apt-get update');
  await apt('update');
  note(`apt-get install: ${missing.length} packages`);
  try {
    await install();
  } catch (error) {
    if (!(error instanceof CommandFailed && (await dpkgBrokeOff()))) throw error;
    note('dpkg --configure -a: an installation before this one broke off');
    await asRoot('dpkg', '--configure', '-a');
    await install();
  }
}

/** Whether a dpkg was killed at its work, or the machine was switched off: apt then installs nothing before that is mended. */
export async function dpkgBrokeOff(adminDir = '/var/lib/dpkg'): Promise<boolean> {
  const unwritten = await readdir(resolve(adminDir, 'updates')).catch(() => []);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format of dpkg-query has such placeholders of its own.
  const { output } = await capture('dpkg-query', ['--admindir', adminDir, '-W', '-f', '${db:Status-Status}\n']);
  return unwritten.length > 0 || /^(unpacked|half-configured|triggers-(awaited|pending))$/m.test(output);
}

/** Whether /etc/os-release is that of Debian or of one that descends from it. */
export const isDebian = (osRelease: string): boolean => /^ID(_LIKE)?=.*\bdebian\b/m.test(osRelease);
