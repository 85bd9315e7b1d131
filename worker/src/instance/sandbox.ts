import type { User } from './paths.ts';

/**
 * How an application is kept from its host:
 * - `sandbox`: bubblewrap, below it `user` where we are root, else ourselves;
 * - `user`: another user, but the host's files and network are seen;
 * - `none`: nothing.
 */
export type Isolation = { kind: 'sandbox'; user: User | undefined } | { kind: 'user'; user: User } | { kind: 'none' };

/** A program and its arguments. */
export interface CommandLine {
  command: string;
  arguments: string[];
}

/** What the sandbox shows at another place than the host has it, or at all. */
export interface Mount {
  from: string;
  to: string;
  access: 'read' | 'write' | 'device';
  /** Not there on every host: then it is left out. */
  optional?: boolean;
}

export interface SandboxOptions {
  /** The words before the command line that put the program into the instance's IPC namespace; empty: it gets one of its own. */
  enter: readonly string[];
  mounts: readonly Mount[];
  /** A path inside the sandbox. */
  workingDirectory: string;
  program: CommandLine;
}

/**
 * What an application may see of the host besides /usr: how libraries are found, fonts, the defaults of X and sound clients,
 * and graphics cards.
 */
export const hostMounts: readonly Mount[] = [
  ...[
    '/etc/alternatives',
    '/etc/fonts',
    '/etc/ld.so.cache',
    '/etc/ld.so.conf',
    '/etc/ld.so.conf.d',
    '/etc/localtime',
    '/etc/nsswitch.conf',
    '/etc/pulse',
    '/etc/vulkan',
    '/etc/X11',
    '/etc/xdg',
    '/var/cache/fontconfig',
  ].map((path): Mount => ({ from: path, to: path, access: 'read', optional: true })),
  ...['/dev/dri', '/dev/nvidia0', '/dev/nvidiactl', '/dev/nvidia-modeset', '/dev/nvidia-uvm'].map(
    (path): Mount => ({ from: path, to: path, access: 'device', optional: true }),
  ),
];

/** The largest /tmp of an application, in bytes: it is memory. */
const maxTemporaryBytes = 512 * 1024 * 1024;

/** The command line (bwrap(1), setpriv(1)) that runs `program` in isolation. */
export function isolate(isolation: Isolation, options: SandboxOptions): CommandLine {
  switch (isolation.kind) {
    case 'none':
      return options.program;
    case 'user':
      return after(options.enter, asUser(isolation.user, options.program, []));
    case 'sandbox':
      return after(options.enter, inSandbox(isolation.user, options));
    default:
      throw isolation satisfies never;
  }
}

/**
 * No files, processes, network or host name of the host. Root sets the sandbox up and only then becomes the user: so what is
 * mounted may be in places that the user can't reach, and no user namespaces are needed, which many hosts do not allow.
 */
function inSandbox(user: User | undefined, { enter, mounts, workingDirectory, program }: SandboxOptions): CommandLine {
  // The three that become another user and give up what is left; no others.
  const capabilities = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'];
  // Root without its capabilities can't go where only the user may: hence not by bwrap's own --chdir.
  const there = { command: '/usr/bin/env', arguments: [`--chdir=${workingDirectory}`, program.command, ...program.arguments] };
  const inner = user === undefined ? there : asUser(user, there, ['--inh-caps=-all', '--bounding-set=-all']);
  return {
    command: '/usr/bin/bwrap',
    arguments: [
      ...(user === undefined
        ? ['--unshare-user-try']
        : ['--cap-drop', 'ALL', ...capabilities.flatMap((name) => ['--cap-add', name])]),
      ...[
        '--unshare-pid',
        '--unshare-net',
        '--unshare-uts',
        '--unshare-cgroup-try',
        ...(enter.length > 0 ? [] : ['--unshare-ipc']),
      ],
      ...['--hostname', 'farpane', '--die-with-parent', '--new-session'],
      ...['--ro-bind', '/usr', '/usr'],
      ...['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
      ...['--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--size', String(maxTemporaryBytes), '--tmpfs', '/tmp'],
      ...['--perms', '1777', '--tmpfs', '/dev/shm', '--dir', '/var/tmp'],
      // bwrap makes missing directories as closed as what is mounted there: the user could not pass.
      ...parentsOf(mounts).flatMap((path) => ['--perms', '0755', '--dir', path]),
      ...mounts.flatMap(mountArguments),
      ...['--chdir', '/', '--', inner.command, ...inner.arguments],
    ],
  };
}

const after = ([first, ...words]: readonly string[], line: CommandLine): CommandLine =>
  first === undefined ? line : { command: first, arguments: [...words, line.command, ...line.arguments] };

/** Every directory above a mount but the root, each before what is in it. */
function parentsOf(mounts: readonly Mount[]): string[] {
  const parents = mounts.flatMap(({ to }) => {
    const names = to.split('/').slice(1, -1);
    return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
  });
  return [...new Set(parents)];
}

function mountArguments({ from, to, access, optional }: Mount): string[] {
  const option = { read: '--ro-bind', write: '--bind', device: '--dev-bind' }[access];
  return [optional === true ? `${option}-try` : option, from, to];
}

const asUser = ({ uid, gid }: User, { command, arguments: rest }: CommandLine, options: string[]): CommandLine => ({
  // Absolute, as an application may have a PATH of its own.
  command: '/usr/bin/setpriv',
  arguments: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs', ...options, '--', command, ...rest],
});
