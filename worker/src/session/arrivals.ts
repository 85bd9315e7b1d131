import type { PeerId } from '#shared/ids.ts';
import type { Scope, Span } from '#shared/trace.ts';

interface Arrival {
  scope: Scope;
  span: Span;
  isConnected: boolean;
}

/** Clients on their way, in their traces: from the answer until they are connected, and from there to the first frame they are sent. */
export class Arrivals {
  readonly #coming = new Map<PeerId, Arrival>();

  /** The client has all that it needs to connect. A further answer, for another codec, is no other arrival. */
  begin(peer: PeerId, scope: Scope): void {
    if (!scope.isRecording || this.#coming.has(peer)) return;
    this.#coming.set(peer, { scope, span: scope.start('connect', { attributes: { peer } }), isConnected: false });
  }

  connected(peer: PeerId): void {
    const arrival = this.#coming.get(peer);
    if (arrival === undefined || arrival.isConnected) return;
    arrival.span.end();
    arrival.isConnected = true;
    arrival.span = arrival.scope.start('first frame', { attributes: { peer } });
  }

  firstFrame(peer: PeerId): void {
    this.#coming.get(peer)?.span.end();
    this.#coming.delete(peer);
  }

  /** It left, or gave up: what it did not reach is no span. */
  gone(peer: PeerId): void {
    this.#coming.delete(peer);
  }
}
