import type { Parts } from './parts.ts';
import type { SessionEffect } from './state.ts';

/** The effects that need a session's parts. */
export type ClientEffect = Extract<SessionEffect, { type: 'close-peer' | 'release-input' | 'tell-control' | 'tell-request' }>;

/** Does what a decision wants of a session's parts. */
export function actOn(effect: ClientEffect, { peers, desk, channels, devices, gamepads, upLinks, cursors, input }: Parts): void {
  switch (effect.type) {
    case 'close-peer':
      desk.remove(effect.peer);
      channels.remove(effect.peer);
      devices.remove(effect.peer);
      upLinks.remove(effect.peer);
      cursors.remove(effect.peer);
      peers.close(effect.peer);
      return;
    case 'release-input':
      gamepads.releaseAll();
      input.releaseAll();
      return;
    case 'tell-control':
      devices.settle();
      // Who is in control may be another one now.
      upLinks.settle();
      cursors.settle();
      desk.tellAll();
      return;
    case 'tell-request':
      desk.tellRequest(effect.peer, effect.to);
      return;
    default:
      effect satisfies never;
      return;
  }
}
