import { AppError, type WireError } from '#shared/errors.ts';
import type { PeerId } from '#shared/ids.ts';
import type { ShareId } from '#shared/shares.ts';
import { keepAlive, type ServerSignal } from '#shared/signal.ts';
import type { Client } from './decide/events.ts';
import { errorSignal } from './decide/signalling.ts';
import { Visitor } from './decide/state.ts';

/** The tag of the owner's sockets; those of guests have their share's id. */
const ownerTag = 'owner';

/** A room's client sockets. They outlive the room's sleep: the platform holds them, and answers keep-alives by itself. */
export class RoomSockets {
  readonly #ctx: DurableObjectState;
  /** The answers to the upgrades that were taken and are not answered yet. */
  readonly #admitted = new Map<PeerId, Response>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(keepAlive.ping, keepAlive.pong));
  }

  /** Takes a client's socket; {@link answerTo} has the answer to its upgrade, by the id `as` that it was asked for with. */
  admit({ peer, role, share }: Client, as: PeerId): void {
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [peer, share ?? ownerTag]);
    server.serializeAttachment({ peer, role, share } satisfies Client);
    this.#admitted.set(as, new Response(null, { status: 101, webSocket: client }));
  }

  /** The answer to the upgrade of a client that was admitted. */
  answerTo(as: PeerId): Response | undefined {
    const answer = this.#admitted.get(as);
    this.#admitted.delete(as);
    return answer;
  }

  /** Whose socket it is, or undefined where that is not known. */
  clientOf(socket: WebSocket): Client | undefined {
    return Visitor.safeParse(socket.deserializeAttachment()).data;
  }

  /** Does nothing where the peer has closed its socket, which clients do as soon as they are connected. */
  send(peer: PeerId, signal: ServerSignal): void {
    for (const socket of this.#ctx.getWebSockets(peer)) sendQuietly(socket, signal);
  }

  sendOwners(signal: ServerSignal): void {
    this.send(ownerTag, signal);
  }

  /** Whether an owner has a socket open, apart from this one. */
  hasOwnerBesides(socket: WebSocket): boolean {
    return this.#ctx.getWebSockets(ownerTag).some((other) => other !== socket && other.readyState === WebSocket.OPEN);
  }

  close(peer: PeerId, error: WireError): void {
    for (const socket of this.#ctx.getWebSockets(peer)) closeWithError(socket, error);
  }

  closeOwners(error: WireError): void {
    this.close(ownerTag, error);
  }

  closeShare(share: ShareId, error: WireError): void {
    this.close(share, error);
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
