import type { types } from 'mediasoup';

export type PeerState = 'connected' | 'disconnected' | 'closed';

interface Layers {
  ice: types.IceState;
  dtls: types.DtlsState;
}

/** What a client's connection is, by the states of its layers; null before it was connected for the first time. */
export function judge({ ice, dtls }: Layers): PeerState | null {
  switch (dtls) {
    case 'closed':
    case 'failed':
      return 'closed';
    case 'new':
    case 'connecting':
      return null;
    case 'connected':
      return ice === 'connected' || ice === 'completed' ? 'connected' : 'disconnected';
    default:
      return dtls satisfies never;
  }
}

/**
 * Watches a transport and reports each change once. A transport that is closed from this side reports nothing; one whose worker has
 * died reports `closed`.
 */
export class ConnectionState {
  readonly #transport: types.WebRtcTransport;
  readonly #report: (state: PeerState) => void;
  #last: PeerState | null = null;

  constructor(transport: types.WebRtcTransport, report: (state: PeerState) => void) {
    this.#transport = transport;
    this.#report = report;
    transport.on('icestatechange', () => this.update());
    transport.on('dtlsstatechange', () => this.update());
    transport.on('routerclose', () => this.#move('closed'));
    transport.on('listenserverclose', () => this.#move('closed'));
  }

  update(): void {
    if (this.#transport.closed) return;
    const state = judge({ ice: this.#transport.iceState, dtls: this.#transport.dtlsState });
    if (state !== null) this.#move(state);
  }

  #move(state: PeerState): void {
    if (state === this.#last || this.#last === 'closed') return;
    this.#last = state;
    this.#report(state);
  }
}
