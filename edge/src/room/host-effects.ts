import type { WireError } from '#shared/errors.ts';
import { type CallDeps, callHost } from './calls.ts';
import type { HostEffect, RoomEvent } from './decide/events.ts';

/** What having a host do something needs of the room. */
export interface HostDeps extends CallDeps {
  /** Keeps the room awake until the work is done; nobody waits for it. */
  later(work: Promise<unknown>): void;
  /** What came of an effect is an event again. @returns what it was refused with, if it was. */
  dispatch(event: RoomEvent): Promise<WireError | undefined>;
}

/** Has a host do something. @returns the refusal for whoever caused it, if there is one. */
export async function performOnHost(effect: HostEffect, deps: HostDeps): Promise<WireError | undefined> {
  const { dispatch } = deps;
  const { session, host } = effect;
  switch (effect.type) {
    case 'settings': {
      const { from, settings } = effect;
      const { peer, role } = from;
      const reply = await callHost(deps, host, 'settings', { session, peer, role, settings });
      return await dispatch({ type: 'signal-replied', from, to: 'settings', outcome: reply });
    }
    case 'answer': {
      const { from, sdp } = effect;
      const reply = await callHost(deps, host, 'answer', { session, peer: from.peer, sdp });
      return await dispatch({ type: 'signal-replied', from, to: 'answer', outcome: reply });
    }
    case 'offer': {
      const { from, sdp, dataChannels } = effect;
      const { peer, role } = from;
      const reply = await callHost(deps, host, 'offer', { session, peer, role, keeps: false, sdp, dataChannels });
      return await dispatch({ type: 'signal-replied', from, to: 'offer', outcome: reply });
    }
    case 'ice-restart': {
      const { from } = effect;
      const reply = await callHost(deps, host, 'ice-restart', { session, peer: from.peer });
      const told = reply.ok ? { ...reply, data: { ice: reply.data, candidates: reply.data.candidates } } : reply;
      return await dispatch({ type: 'signal-replied', from, to: 'ice-restart', outcome: told });
    }
    case 'disconnect': {
      const { peers, reason } = effect;
      const reply = await callHost(deps, host, 'disconnect', { session, peers, reason });
      return await dispatch({ type: 'disconnected', peers, outcome: reply });
    }
    case 'make-room': {
      const { screen } = effect;
      const reply = await callHost(deps, host, 'join', screen === undefined ? { session } : { session, screen });
      return reply.ok ? undefined : reply.error;
    }
    case 'end-on-host': {
      const reply = callHost(deps, host, 'end', { session, reason: effect.reason });
      if (effect.isAwaited) return await dispatch({ type: 'end-replied', outcome: await reply });
      deps.later(reply);
      return undefined;
    }
    default:
      return effect satisfies never;
  }
}
