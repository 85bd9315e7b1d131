import { decodeBase64, encodeBase64 } from '#shared/base64.ts';
import { decodeJson } from '#shared/decode.ts';
import { AppError, type ErrorCode, type WireError } from '#shared/errors.ts';
import { ClientSignal, maxApiVersion, maxSignalLength, type ServerSignal } from '#shared/signal.ts';
import { noteVisitor } from './connecting.ts';
import type { Client, Effect, Resume, RoomEvent, SignalReply, Step } from './events.ts';
import type { In, RoomState, Running } from './state.ts';
import { isRunning, stay, wire } from './transitions.ts';
import { held } from './waiting.ts';

type Event<T extends RoomEvent['type']> = Extract<RoomEvent, { type: T }>;

/** After these a client has nothing to hope for on its socket. */
const hopeless: readonly ErrorCode[] = ['unknown_session', 'session_ended', 'host_lost', 'replaced'];

/** The protocol's code of a bad request, which old clients take as a reason to fall back, and that of any other failure. */
const protocolCode = { badRequest: 5, failed: 2 } as const;

/** An error as clients of the protocol read it. */
export const errorSignal = (error: WireError): ServerSignal => ({
  type: 'error',
  code: AppError.fromWire(error).status === 400 ? protocolCode.badRequest : protocolCode.failed,
  message: error.message,
});

/**
 * Reads a frame of a client.
 *
 * @throws AppError `too_large`, `invalid_request`.
 */
export function readSignal(frame: string | ArrayBuffer): ClientSignal {
  if (typeof frame !== 'string') throw new AppError('invalid_request', { message: 'The message is binary: text is expected.' });
  if (frame.length > maxSignalLength) throw new AppError('too_large', { message: 'The message is too large.' });
  return decodeJson(ClientSignal, frame, 'message');
}

/** A client says something. Who came by a share that is no more is told so. */
export function onSignal(state: RoomState, { from, signal, resume }: Event<'signal'>, now: number): Step<RoomState> {
  const { peer } = from;
  if (state.status === 'waiting') return mayResume(whileWaiting(state, from, signal), from, resume);
  if (!isRunning(state)) {
    const error = state.status === 'error' ? state.error : wire('session_ended');
    return stay(state, { type: 'close', peer, error });
  }
  const noted = noteVisitor(state, from, now);
  const refusal = noted.effects.find((effect) => effect.type === 'refuse');
  if (refusal !== undefined) return stay(state, { type: 'close', peer, error: refusal.error });
  const effects = [onMessage(state, from, signal)].flat();
  return mayResume({ state: noted.state, effects }, from, resume);
}

/** A client that wants it gets a token for further sockets, in the place of the one that it had; it stays good when a wait ends. */
function mayResume(then: Step<RoomState>, { peer, role, share }: Client, resume: Resume | undefined): Step<RoomState> {
  const { state, effects } = then;
  if (resume === undefined || !(isRunning(state) || state.status === 'waiting')) return then;
  const { token, ticket } = resume;
  const others = state.tickets.filter((other) => other.peer !== peer);
  const own = { ...ticket, use: 'fresh', role, share, peer } as const;
  return {
    state: { ...state, tickets: [...others, own] },
    effects: [
      { type: 'send', peer, signal: { type: 'resume', token, reconnect_sec: state.wish.peerGraceMs / 1000 } },
      ...effects,
    ],
  };
}

/** What only a host can answer, or what it can do besides, is kept until there is one. */
function whileWaiting(state: In<'waiting'>, from: Client, signal: ClientSignal): Step<RoomState> {
  const isForHost = signal.type === 'discover' || signal.type === 'settings' || signal.type === 'offer';
  return stay(isForHost ? held(state, from, signal) : state);
}

/** @returns what is to be done for the message of a client. */
export function onMessage(state: Running, from: Client, signal: ClientSignal): Effect | Effect[] {
  const { peer } = from;
  const fail = (error: WireError): Effect => ({ type: 'send', peer, signal: errorSignal(error) });
  const { session } = state.wish;
  const { host } = state.place;
  switch (signal.type) {
    case 'discover':
      return { type: 'send', peer, signal: discovered(state) };
    case 'settings':
      if (signal.api_version > maxApiVersion) return fail(wire('server_too_old'));
      if (signal.api_version < 0) return fail(wire('client_too_old'));
      // A client of version 0 or 1 offers by itself, and waits for nothing before.
      return signal.api_version < maxApiVersion ? [] : { type: 'settings', host, session, from, settings: signal };
    case 'answer': {
      const sdp = decodeBase64(signal.sdp);
      return sdp === undefined ? fail(notBase64()) : { type: 'answer', host, session, from, sdp };
    }
    case 'offer': {
      const sdp = decodeBase64(signal.sdp);
      const { dataChannels = [] } = signal;
      return sdp === undefined ? fail(notBase64()) : { type: 'offer', host, session, from, sdp, dataChannels };
    }
    case 'ice-restart':
      return { type: 'ice-restart', host, session, from };
    case 'candidate':
      // The host is ICE-lite (RFC 8445 section 2.5): it needs none of the client's candidates.
      return decodeBase64(signal.candidate) === undefined ? fail(wire('invalid_request', 'The candidate is not base64.')) : [];
    default:
      return signal satisfies never;
  }
}

const notBase64 = (): WireError => wire('bad_sdp', 'The session description is not base64.');

const discovered = ({ wish, place }: Running): ServerSignal => ({
  type: 'resp:discover',
  max_api_version: maxApiVersion,
  fps: wish.screen.fps,
  capabilities: [...(place.capabilities ?? [])],
});

/** The host has answered a client's signal. */
export function onSignalReplied(state: RoomState, { from, to, outcome }: Event<'signal-replied'>): Step<RoomState> {
  if (!isRunning(state)) return stay(state);
  const { peer, share } = from;
  if (share !== null && !state.sharing.shares.some(({ id }) => id === share)) {
    // It was revoked meanwhile: the host may have heard of that before it heard of the client.
    const { host } = state.place;
    return stay(state, { type: 'disconnect', host, session: state.wish.session, peers: [peer], reason: 'The share is over.' });
  }
  if (outcome.ok) return stay(state, ...toldBy(outcome.data, to).map((signal) => ({ type: 'send' as const, peer, signal })));
  if (hopeless.includes(outcome.error.code)) return stay(state, { type: 'close', peer, error: outcome.error });
  return stay(state, { type: 'send', peer, signal: errorSignal(outcome.error) });
}

/** Candidates belong to what was answered: they come before what is offered anew. */
function toldBy({ sdp, candidates = [], ice }: SignalReply, to: Event<'signal-replied'>['to']): ServerSignal[] {
  const type = to === 'offer' ? 'answer' : 'offer';
  return [
    ...(ice === undefined ? [] : [{ type: 'ice-restart', ufrag: ice.ufrag, pwd: ice.pwd } as const]),
    ...candidates.map((it) => ({ type: 'candidate' as const, ...it, candidate: encodeBase64(it.candidate) })),
    ...(sdp === undefined ? [] : [{ type, sdp: encodeSdp(sdp) } as const]),
  ];
}

/** Clients read Latin-1; SDP is ASCII but for the free text of session names, where `?` does as well. */
const encodeSdp = (sdp: string): string => encodeBase64(sdp.replaceAll(/[^\0-\xff]/g, '?'));
