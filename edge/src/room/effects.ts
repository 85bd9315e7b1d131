import type { WireError } from '#shared/errors.ts';
import type { SessionId } from '#shared/ids.ts';
import { inLine, overLink } from './calls.ts';
import type { Effect, SocketEffect } from './decide/events.ts';
import { type HostDeps, performOnHost } from './host-effects.ts';
import type { RoomSockets } from './sockets.ts';

/** What performing effects needs of the room. */
export interface EffectDeps extends HostDeps {
  readonly sockets: RoomSockets;
  /** Brings the account's index up to the state. */
  index(): Promise<void>;
  /** Deletes what is stored. */
  erase(): Promise<void>;
}

/** Does one effect. @returns the refusal for whoever caused it, if there is one. Never throws but for a defect. */
export async function perform(effect: Effect, deps: EffectDeps): Promise<WireError | undefined> {
  switch (effect.type) {
    case 'refuse':
      return effect.error;
    case 'send':
    case 'send-owners':
    case 'close':
    case 'close-all':
    case 'close-owners':
    case 'close-share':
    case 'admit':
      return performOnSockets(effect, deps.sockets);
    case 'settings':
    case 'answer':
    case 'offer':
    case 'ice-restart':
    case 'disconnect':
    case 'make-room':
    case 'end-on-host':
      return await performOnHost(effect, deps);
    case 'place':
      return await place(effect, deps);
    case 'enter-line':
      return await enterLine(deps, effect.line, effect.session);
    case 'leave-line':
      return void deps.later(inLine(deps, effect.line, (line) => line.leave(effect.session)));
    case 'forget':
      await overLink(deps, effect.link, async (stub) => ({ ok: true, data: await stub.forget(effect.session) }));
      return undefined;
    case 'index':
      return void (await deps.index());
    case 'soon':
      return void deps.later(performAll(effect.effects, deps));
    case 'delete':
      return void (await deps.erase());
    default:
      return effect satisfies never;
  }
}

async function performAll(effects: readonly Effect[], deps: EffectDeps): Promise<void> {
  for (const effect of effects) await perform(effect, deps);
}

function performOnSockets(effect: SocketEffect, sockets: RoomSockets): undefined {
  switch (effect.type) {
    case 'send':
      return void sockets.send(effect.peer, effect.signal);
    case 'send-owners':
      return void sockets.sendOwners(effect.signal);
    case 'close':
      return void sockets.close(effect.peer, effect.error);
    case 'close-all':
      return void sockets.closeAll(effect.error);
    case 'close-owners':
      return void sockets.closeOwners(effect.error);
    case 'close-share':
      return void sockets.closeShare(effect.share, effect.error);
    case 'admit':
      return void sockets.admit(effect.client, effect.as);
    default:
      return effect satisfies never;
  }
}

async function place(
  { link, order, region, account, near, inTurn }: Extract<Effect, { type: 'place' }>,
  deps: EffectDeps,
): Promise<WireError | undefined> {
  const placed = await overLink(deps, link, (stub) => stub.place(order, region, account, deps.trace, { near, inTurn }));
  if (!placed.ok) return await deps.dispatch({ type: 'place-failed', error: placed.error });
  return await deps.dispatch({ type: 'placed', session: order.session, place: placed.data });
}

/** Stands the session in line; what its turn failed with, where that came at once, is a refusal. */
async function enterLine(deps: EffectDeps, line: string, session: SessionId): Promise<WireError | undefined> {
  const entered = await inLine(deps, line, (stub) => stub.enter(session));
  // The alarm enters again.
  if (!entered.ok) return undefined;
  const { place: standing, error } = entered.data;
  return standing === null ? error : await deps.dispatch({ type: 'in-line', place: standing });
}
