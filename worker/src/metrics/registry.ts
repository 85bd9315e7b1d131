import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { HostView } from '#shared/host.ts';
import type { SessionFigures } from '#worker/session/figures.ts';

/** What the page shows: the host as it tells of itself, and its sessions. */
export interface HostFigures {
  view: HostView;
  sessions: ReadonlyMap<string, SessionFigures>;
  /** The encoders that work here; `failure`: why one of them is passed over now. */
  encoders: readonly { name: string; codec: string; failure: string | null }[];
  /** How many of a session's clients come by a relay. */
  relayed(figures: SessionFigures): number;
}

/** The names of the original's, below our prefix. A session's series go with it: there are as many as slots at the most. */
const counters = {
  frames_encoded: ['Frames that were encoded.', ({ framesEncoded }) => framesEncoded],
  bytes_sent: ['Bytes of RTP that were sent to all clients.', ({ bytesSent }) => bytesSent],
  nack_count: ['NACKs that clients sent.', ({ nackCount }) => nackCount],
  pli_count: ['Requests for a keyframe that clients sent as PLI.', ({ pliCount }) => pliCount],
  fir_count: ['Requests for a keyframe that clients sent as FIR.', ({ firCount }) => firCount],
} as const satisfies Record<string, readonly [string, (figures: SessionFigures) => number]>;

const gauges = {
  target_bitrate: ['The bitrate that the encoders aim at, in bits a second.', ({ targetBitrateBps }) => targetBitrateBps],
  clients: ['Clients that are connected.', ({ remotes }) => remotes.length],
  low_clients: ['Guests that get the low stream, for their links do not carry the main one.', ({ layers }) => layers.guestsOnLow],
  low_streams: ['Low streams that are encoded.', ({ layers }) => layers.lowStreams],
} as const satisfies Record<string, readonly [string, (figures: SessionFigures) => number]>;

/** The metrics of one host. */
export class HostRegistry {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #counters = Object.entries(counters).map(([name, [help, of]]) => ({ of, metric: this.#counter(name, help, []) }));
  readonly #gauges = Object.entries(gauges).map(([name, [help, of]]) => ({
    of,
    metric: this.#gauge(`webrtc_${name}`, help, ['session']),
  }));
  readonly #relayed = this.#gauge('webrtc_relay_in_use', 'Clients whose media goes through a relay.', ['session']);
  readonly #moves = this.#counter(
    'low_moves',
    'Guests that were moved to the low stream (down), and back to the main one (up).',
    ['way'],
  );
  readonly #info = this.#gauge('host_info', 'Always 1.', ['host', 'region', 'version', 'incarnation']);
  readonly #slots = this.#gauge('host_slots', 'How many sessions may run at once.', []);
  readonly #used = this.#gauge('host_slots_used', 'Slots in which sessions run, or that are kept for one.', []);
  readonly #encoders = this.#gauge('host_encoder_passed_over', '1 while an encoder is passed over because it failed.', [
    'encoder',
    'codec',
  ]);
  readonly #warm = this.#gauge('host_warm', 'Stages that wait ready for sessions.', []);
  readonly #draining = this.#gauge('host_draining', '1 while the host takes no more sessions.', []);

  constructor() {
    this.contentType = this.#registry.contentType;
    collectDefaultMetrics({ register: this.#registry, prefix: 'farpane_host_' });
  }

  /** The text of the page. */
  async text({ view, sessions, encoders, relayed }: HostFigures): Promise<string> {
    const { host, region, version, incarnation } = view;
    this.#info.set({ host, region, version, incarnation }, 1);
    this.#slots.set(view.slots);
    this.#used.set(view.used);
    this.#draining.set(Number(view.draining));
    for (const { name, codec, failure } of encoders) this.#encoders.set({ encoder: name, codec }, Number(failure !== null));
    this.#warm.set(view.warm ?? 0);
    for (const { metric } of [...this.#counters, ...this.#gauges]) metric.reset();
    for (const metric of [this.#relayed, this.#moves]) metric.reset();
    for (const [session, figures] of sessions) {
      for (const { metric, of } of this.#counters) metric.inc({ session }, of(figures));
      for (const { metric, of } of this.#gauges) metric.set({ session }, of(figures));
      this.#relayed.set({ session }, relayed(figures));
      this.#moves.inc({ session, way: 'down' }, figures.layers.moves.low);
      this.#moves.inc({ session, way: 'up' }, figures.layers.moves.main);
    }
    return await this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<'session' | Label> {
    const labelNames = ['session', ...labels] as const;
    return new Counter({ name: `farpane_webrtc_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name: `farpane_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
