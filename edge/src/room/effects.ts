import type { Config } from '#edge/config.ts';
import type { Env } from '#edge/env.ts';
import type { LineApi } from '#edge/line/api.ts';
import type { SessionCall } from '#edge/link/api.ts';
import { calling, lineNamed, linkNamed, linkOf } from '#edge/objects.ts';
import type { WireError } from '#shared/errors.ts';
import type { HostReply, HostRequest } from '#shared/host.ts';
import type { SessionId } from '#shared/ids.ts';
import type { Logger } from '#shared/log.ts';
import { type Outcome, outcome, unwrap } from '#shared/outcome.ts';
import type { TraceCarrier } from '#shared/trace.ts';
import type { Effect, RoomEvent } from './decide/events.ts';
import type { RoomSockets } from './sockets.ts';

/** What calling a host needs of the room. */
export interface CallDeps {
  readonly env: Env;
  readonly config: Config;
  readonly log: Logger;
  /** The trace that the session belongs to. */
  readonly trace: TraceCarrier | undefined;
}

/** What performing effects needs of the room. */
export interface EffectDeps extends CallDeps {
  readonly sockets: RoomSockets;
  /** Keeps the room awake until the work is done; nobody waits for it. */
  later(work: Promise<unknown>): void;
  /** Brings the account's index up to the state. */
  index(): Promise<void>;
  /** Deletes what is stored. */
  erase(): Promise<void>;
  /** What came of an effect is an event again. @returns what it was refused with, if it was. */
  dispatch(event: RoomEvent): Promise<WireError | undefined>;
}

/** Does one effect. @returns the refusal for whoever caused it, if there is one. Never throws but for a defect. */
export async function perform(effect: Effect, deps: EffectDeps): Promise<WireError | undefined> {
  const { sockets, dispatch } = deps;
  switch (effect.type) {
    case 'refuse':
      return effect.error;
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
    case 'place': {
      const { link, order, region, account, near, inTurn } = effect;
      const placed = await overLink(deps, link, (stub) => stub.place(order, region, account, deps.trace, { near, inTurn }));
      if (!placed.ok) return await dispatch({ type: 'place-failed', error: placed.error });
      return await dispatch({ type: 'placed', session: order.session, place: placed.data });
    }
    case 'enter-line':
      return await enterLine(deps, effect.line, effect.session);
    case 'leave-line':
      deps.later(inLine(deps, effect.line, (line) => line.leave(effect.session)));
      return undefined;
    case 'settings': {
      const { session, from, settings } = effect;
      const { peer, role } = from;
      const reply = await callHost(deps, effect.host, 'settings', { session, peer, role, settings });
      return await dispatch({ type: 'signal-replied', from, to: 'settings', outcome: reply });
    }
    case 'answer': {
      const { session, from, sdp } = effect;
      const reply = await callHost(deps, effect.host, 'answer', { session, peer: from.peer, sdp });
      return await dispatch({ type: 'signal-replied', from, to: 'answer', outcome: reply });
    }
    case 'offer': {
      const { session, from, sdp, dataChannels } = effect;
      const { peer, role } = from;
      const reply = await callHost(deps, effect.host, 'offer', { session, peer, role, keeps: false, sdp, dataChannels });
      return await dispatch({ type: 'signal-replied', from, to: 'offer', outcome: reply });
    }
    case 'ice-restart': {
      const { session, from } = effect;
      const reply = await callHost(deps, effect.host, 'ice-restart', { session, peer: from.peer });
      const told = reply.ok ? { ...reply, data: { ice: reply.data, candidates: reply.data.candidates } } : reply;
      return await dispatch({ type: 'signal-replied', from, to: 'ice-restart', outcome: told });
    }
    case 'disconnect': {
      const { session, peers, reason } = effect;
      const reply = await callHost(deps, effect.host, 'disconnect', { session, peers, reason });
      return await dispatch({ type: 'disconnected', peers, outcome: reply });
    }
    case 'make-room': {
      const { session, screen } = effect;
      const reply = await callHost(deps, effect.host, 'join', screen === undefined ? { session } : { session, screen });
      return reply.ok ? undefined : reply.error;
    }
    case 'end-on-host': {
      const reply = callHost(deps, effect.host, 'end', { session: effect.session, reason: effect.reason });
      if (effect.isAwaited) return await dispatch({ type: 'end-replied', outcome: await reply });
      deps.later(reply);
      return undefined;
    }
    case 'forget':
      await overLink(deps, effect.link, async (stub) => ({ ok: true, data: await stub.forget(effect.session) }));
      return undefined;
    case 'index':
      await deps.index();
      return undefined;
    case 'soon':
      deps.later(performAll(effect.effects, deps));
      return undefined;
    case 'delete':
      await deps.erase();
      return undefined;
    default:
      return effect satisfies never;
  }
}

async function performAll(effects: readonly Effect[], deps: EffectDeps): Promise<void> {
  for (const effect of effects) await perform(effect, deps);
}

/** Stands the session in line; what its turn failed with, where that came at once, is a refusal. */
async function enterLine(deps: EffectDeps, line: string, session: SessionId): Promise<WireError | undefined> {
  const entered = await inLine(deps, line, (stub) => stub.enter(session));
  // The alarm enters again.
  if (!entered.ok) return undefined;
  const { place, error } = entered.data;
  return place === null ? error : await deps.dispatch({ type: 'in-line', place });
}

function inLine<T>({ env, log }: CallDeps, line: string, ask: (stub: LineApi) => Promise<T>): Promise<Outcome<T>> {
  return outcome(
    () => calling(() => lineNamed(env, line), ask),
    (error) => log.warn('room.line-failed', { line, error }),
  );
}

/** Calls the host of a session by the session's link. */
export function callHost<K extends SessionCall>(
  deps: CallDeps,
  host: string,
  call: K,
  request: HostRequest<K> & { session: SessionId },
): Promise<Outcome<HostReply<K>>> {
  const link = linkOf(request.session, deps.config.links);
  return overLink(deps, link, (stub) => stub.call<K>(host, call, request, deps.trace));
}

/** Asks a link; that it can't be asked is an outcome too. */
function overLink<T>(
  { env, log }: CallDeps,
  link: string,
  ask: (stub: ReturnType<typeof linkNamed>) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  return outcome(
    async () => unwrap(await calling(() => linkNamed(env, link), ask)),
    (error) => log.error('room.link-failed', { link, error }),
  );
}
