import { existsSync } from 'node:fs';
import { getuid } from 'node:process';
import { expect, test as pure, vi } from 'vitest';
import { jsonLogger } from '#shared/log.ts';
import { findIsolation } from '#worker/instance/isolation.ts';
import { findProgram } from '#worker/instance/program.ts';
import { isolate } from '#worker/instance/sandbox.ts';
import { withEnvironment } from '#worker/process/tree.ts';
import { test } from './support.ts';

const program = { command: '/usr/bin/game', arguments: ['--level', '1'] };
const nobody = { uid: 65_534, gid: 65_534 };
const options = {
  enter: [],
  mounts: [{ from: '/state/home', to: '/home/nobody', access: 'write' as const }],
  workingDirectory: '/home/nobody',
  program,
};

pure('[IS9] without isolation the program is run as it is', () => {
  expect(isolate({ kind: 'none' }, options)).toEqual(program);
});

pure('[IS9] as another user, the program can win no privileges', () => {
  expect(isolate({ kind: 'user', user: nobody }, options).arguments).toEqual([
    ...['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', '--', '/usr/bin/game', '--level', '1'],
  ]);
});

pure('[IS9] a sandbox shows what is mounted and can be entered by the user', () => {
  const text = isolate({ kind: 'sandbox', user: nobody }, options).arguments.join(' ');
  for (const part of ['--unshare-pid', '--unshare-net', '--unshare-ipc', '--die-with-parent', '--cap-drop ALL']) {
    expect(text).toContain(part);
  }
  expect(text).toContain('--perms 0755 --dir /home --bind /state/home /home/nobody');
  expect(text).toMatch(/--bounding-set=-all -- \/usr\/bin\/env --chdir=\/home\/nobody \/usr\/bin\/game --level 1$/);
});

pure('[IS9] our own user needs no other user', () => {
  const text = isolate({ kind: 'sandbox', user: undefined }, options).arguments.join(' ');
  expect(text).toContain('--unshare-user-try');
  expect(text).not.toContain('setpriv');
});

pure('[IS10] a program that shares memory with its display enters that namespace first, and gets none of its own', () => {
  const enter = ['nsenter', '--ipc=/proc/7/ns/ipc', '--'];
  const inSandbox = isolate({ kind: 'sandbox', user: nobody }, { ...options, enter });
  expect([inSandbox.command, ...inSandbox.arguments].slice(0, 4)).toEqual([...enter, '/usr/bin/bwrap']);
  expect(inSandbox.arguments).not.toContain('--unshare-ipc');
  const asUser = isolate({ kind: 'user', user: nobody }, { ...options, enter });
  expect([asUser.command, ...asUser.arguments].slice(0, 4)).toEqual([...enter, '/usr/bin/setpriv']);
});

pure('[IS3] a command is found in PATH, or is an absolute path', () => {
  expect(findProgram('sh', '/nowhere:/usr/bin')).toBe('/usr/bin/sh');
  expect(findProgram('/usr/bin/sh', '')).toBe('/usr/bin/sh');
  expect(findProgram('/etc/passwd', '')).toBeUndefined();
  expect(findProgram('./sh', '/usr/bin')).toBeUndefined();
});

const isolation = await findIsolation(jsonLogger(() => undefined, 'error'));

test.runIf(isolation.kind === 'sandbox')(
  '[IS9] the application sees neither files, processes nor network of the host',
  async ({ start }) => {
    const script = [
      'echo "uid $(id -u)"',
      'echo "etc $(ls /etc | tr "\\n" " ")"',
      `ls -d ${process.cwd()} /root /home/* 2>/dev/null`,
      'echo "processes $(ls -d /proc/[0-9]* | wc -l)"',
      'echo "interfaces $(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " ")"',
      'echo "capabilities $(grep -E "Cap(Prm|Eff|Bnd|Amb)" /proc/self/status | grep -vc 0000000000000000)"',
      'touch /usr/x /x /etc/x 2>/dev/null; touch ~/x /tmp/x && echo writable',
      'echo done; sleep 1000',
    ].join('; ');
    const { output } = await start({ command: 'sh', arguments: ['-c', script] });
    await vi.waitFor(() => expect(output()).toContain('done\n'), 5000);
    const text = output();
    expect(text).toMatch(new RegExp(`^uid ${isolation.kind === 'sandbox' && isolation.user ? 65_534 : getuid?.()}$`, 'm'));
    expect(text).not.toMatch(/^etc .*(shadow|hostname|ssh)/m);
    expect(text).not.toContain(process.cwd());
    expect(text).toMatch(/^\/home\/nobody$/m);
    expect(Number(/processes (\d+)/.exec(text)?.[1])).toBeLessThan(10);
    expect(text).toMatch(/^interfaces lo$/m);
    expect(text).toMatch(/^capabilities 0$/m);
    expect(text).toMatch(/^writable$/m);
    expect(existsSync('/usr/x')).toBe(false);
  },
);

for (const isolated of [{ kind: 'none' }, { kind: 'user', user: nobody }] as const) {
  const possible = isolated.kind === 'none' || getuid?.() === 0;
  test.runIf(possible)(
    `[IS9] with isolation "${isolated.kind}", the application runs all the same and leaves nothing`,
    async ({ start }) => {
      const script =
        'setsid sleep 1000 & xdpyinfo | grep dimensions; pactl info; touch ~/x; cat "$FARPANE_EXTRA_DATA"; sleep 1000';
      const application = { command: 'sh', arguments: ['-c', script] };
      const { instance, output, files } = await start(application, {
        id: `kind-${isolated.kind}`,
        isolation: isolated,
        extraData: 'extra',
      });
      await vi.waitFor(() => expect(output()).toMatch(/dimensions: +640x480[\s\S]*Default Sink: farpane\n[\s\S]*"extra"$/), 5000);
      expect(withEnvironment('FARPANE_SESSION', `kind-${isolated.kind}`).length).toBeGreaterThan(1);
      await instance.close();
      await vi.waitFor(() => expect(withEnvironment('FARPANE_SESSION', `kind-${isolated.kind}`)).toEqual([]), 5000);
      expect(files()).toEqual([]);
    },
  );
}
