import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { built } from '#infra/config.ts';
import { type Stack, startStack } from '#infra/stack/stack.ts';
import { Gateway } from '#web/farpane-client.ts';

/** A picture that says what it is, and a sine of 440 Hz and amplitude 0.5. */
const application = {
  name: 'interop',
  command: '/bin/sh',
  arguments: [
    '-c',
    `gst-launch-1.0 -q audiotestsrc is-live=true freq=440 volume=0.5 ! pulsesink & exec ${built.timecode} --tag 7 --fps 30`,
  ],
  workingDirectory: dirname(built.timecode),
  sound: true,
};

/**
 * An address of this machine: Firefox reaches none on loopback, as it uses the one of the default route only. What is sent to it stays
 * in the machine all the same.
 */
const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';

/** The whole stack, and an account. */
export interface InteropWorld extends AsyncDisposable {
  stack: Stack;
  token: string;
  gateway: Gateway;
}

export async function startInteropWorld(): Promise<InteropWorld> {
  await using owned = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'farpane-interop-'));
  owned.defer(() => rm(stateDir, { recursive: true, force: true }));
  const stack = await startStack({
    stateDir,
    ip: ownAddress(),
    turn: false,
    host: { drainSeconds: 0, applications: [application] },
  });
  owned.defer(() => stack.close());
  const { token } = await stack.createAccount('interop');
  const kept = owned.move();
  return {
    stack,
    token,
    gateway: new Gateway({ url: stack.url, token }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
