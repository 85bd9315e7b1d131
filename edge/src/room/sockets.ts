import { z } from 'zod';
import { AppError, type WireError } from '#shared/errors.ts';
import { PeerId } from '#shared/ids.ts';
import { keepAlive, type ServerSignal } from '#shared/signal.ts';
import { errorSignal } from './signalling.ts';

/** What a socket carries through hibernation. */
const Identity = z.object({ peer: PeerId });

/** A room's client sockets. They outlive the room's sleep: the platform holds them, and answers keep-alives by itself. */
export class RoomSockets {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(keepAlive.ping, keepAlive.pong));
  }

  /** Takes a client's socket. @returns the answer to its upgrade. */
  accept(peer: PeerId): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [peer]);
    server.serializeAttachment({ peer } satisfies z.output<typeof Identity>);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Whose socket it is, or undefined where that is not known. */
  peerOf(socket: WebSocket): PeerId | undefined {
    return Identity.safeParse(socket.deserializeAttachment()).data?.peer;
  }

  /** Does nothing where the peer has closed its socket, which clients do as soon as they are connected. */
  send(peer: PeerId, signal: ServerSignal): void {
    for (const socket of this.#ctx.getWebSockets(peer)) sendQuietly(socket, signal);
  }

  close(peer: PeerId, error: WireError): void {
    for (const socket of this.#ctx.getWebSockets(peer)) closeWithError(socket, error);
  }

  closeAll(error: WireError): void {
    for (const socket of this.#ctx.getWebSockets()) closeWithError(socket, error);
  }
}

/** Answers an upgrade with a socket that says why it is refused and closes: a client sees nothing of an HTTP status. */
export function refuseSocket(error: WireError): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  closeWithError(server, error);
  return new Response(null, { status: 101, webSocket: client });
}

/** Clients of the protocol do not look at how a socket was closed: they are told first. */
export function closeWithError(socket: WebSocket, error: WireError): void {
  sendQuietly(socket, errorSignal(error));
  closeQuietly(socket, AppError.fromWire(error).close, error.code);
}

function sendQuietly(socket: WebSocket, signal: ServerSignal): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  try {
    socket.send(JSON.stringify(signal));
  } catch {
    // It closed meanwhile: there is nobody to tell.
  }
}

/** Closes a socket that may be closed already. The reason is at most 123 bytes (RFC 6455 section 5.5). */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // Closed already.
  }
}
