import { decodeBase64, encodeBase64 } from '#shared/base64.ts';
import { decodeJson } from '#shared/decode.ts';
import { AppError, type ErrorCode, type WireError } from '#shared/errors.ts';
import { ClientSignal, maxApiVersion, maxSignalLength, type ServerSignal } from '#shared/signal.ts';
import type { RoomEvent, Step } from './events.ts';
import type { RoomState, Running } from './state.ts';
import { isRunning, stay, wire } from './transitions.ts';

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

export function onSignal(state: RoomState, { peer, signal }: Event<'signal'>): Step<RoomState> {
  if (!isRunning(state)) {
    const error = state.status === 'error' ? state.error : wire('session_ended');
    return stay(state, { type: 'close', peer, error });
  }
  const fail = (error: WireError): Step<RoomState> => stay(state, { type: 'send', peer, signal: errorSignal(error) });
  const { session } = state.wish;
  const { host } = state.place;
  switch (signal.type) {
    case 'discover':
      return stay(state, { type: 'send', peer, signal: discovered(state) });
    case 'settings':
      // Only version 2, in which the server offers, is served.
      if (signal.api_version > maxApiVersion) return fail(wire('server_too_old'));
      if (signal.api_version < maxApiVersion) return fail(wire('client_too_old'));
      return stay(state, { type: 'settings', host, session, peer, settings: signal });
    case 'answer': {
      const sdp = decodeBase64(signal.sdp);
      if (sdp === undefined) return fail(wire('bad_sdp', 'The session description is not base64.'));
      return stay(state, { type: 'answer', host, session, peer, sdp });
    }
    case 'offer':
      return fail(wire('client_too_old'));
    case 'candidate':
      // The host is ICE-lite (RFC 8445 section 2.5): it needs none of the client's candidates.
      return decodeBase64(signal.candidate) === undefined
        ? fail(wire('invalid_request', 'The candidate is not base64.'))
        : stay(state);
    default:
      return signal satisfies never;
  }
}

const discovered = ({ wish }: Running): ServerSignal => ({
  type: 'resp:discover',
  max_api_version: maxApiVersion,
  fps: wish.screen.fps,
  capabilities: [],
});

/** The host has answered a client's signal. */
export function onSignalReplied(state: RoomState, { peer, outcome }: Event<'signal-replied'>): Step<RoomState> {
  if (!isRunning(state)) return stay(state);
  if (outcome.ok) {
    const { sdp, candidates = [] } = outcome.data;
    const signals: ServerSignal[] = [
      ...candidates.map((it) => ({ type: 'candidate' as const, ...it, candidate: encodeBase64(it.candidate) })),
      ...(sdp === undefined ? [] : [{ type: 'offer' as const, sdp: encodeSdp(sdp) }]),
    ];
    return stay(state, ...signals.map((signal) => ({ type: 'send' as const, peer, signal })));
  }
  if (hopeless.includes(outcome.error.code)) return stay(state, { type: 'close', peer, error: outcome.error });
  return stay(state, { type: 'send', peer, signal: errorSignal(outcome.error) });
}

/** Clients read Latin-1; SDP is ASCII but for the free text of session names, where `?` does as well. */
const encodeSdp = (sdp: string): string => encodeBase64(sdp.replaceAll(/[^\0-\xff]/g, '?'));
