import { dirname } from 'node:path';
import { built } from '#infra/config.ts';
import { outwardAddress } from '#infra/start/outward-address.ts';
import { type AccountStack, openAccountStack } from '#tests/support/account-stack.ts';
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

/** The whole stack, and an account. */
export interface InteropWorld extends AccountStack {
  gateway: Gateway;
}

export async function startInteropWorld(): Promise<InteropWorld> {
  // Firefox reaches nobody on loopback. What is sent to the machine's own address stays in the machine all the same.
  const ip = (await outwardAddress()) ?? '127.0.0.1';
  const world = await openAccountStack('interop', { ip, turn: false, host: { drainSeconds: 0, applications: [application] } });
  return { ...world, gateway: new Gateway({ url: world.stack.url, token: world.token }) };
}
