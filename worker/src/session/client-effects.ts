import type { Parts } from './launch.ts';
import type { SessionEffect } from './state.ts';

/** The effects that need a session's parts. */
export type ClientEffect = Extract<SessionEffect, { type: 'close-peer' | 'release-input' | 'tell-control' | 'tell-request' }>;

/** Does what a decision wants of a session's parts. */
export async function actOn(
  effect: ClientEffect,
  { peers, desk, channels, devices, gamepads, microphones, input }: Parts,
): Promise<void> {
  switch (effect.type) {
    case 'close-peer':
      desk.remove(effect.peer);
      channels.remove(effect.peer);
      devices.remove(effect.peer);
      microphones?.remove(effect.peer);
      return peers.close(effect.peer);
    case 'release-input':
      gamepads.releaseAll();
      return input.releaseAll();
    case 'tell-control':
      devices.settle();
      // Who is in control may be another one now.
      microphones?.settle();
      return desk.tellAll();
    case 'tell-request':
      return desk.tellRequest(effect.peer, effect.to);
    default:
      return effect satisfies never;
  }
}
