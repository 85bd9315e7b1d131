import fc from 'fast-check';
import { ticketTtlMs } from '#edge/room/deadlines.ts';
import type { RoomEvent } from '#edge/room/events.ts';
import type { Place, Wish } from '#edge/room/state.ts';
import { AppError } from '#shared/errors.ts';
import type { HostEvent } from '#shared/host.ts';
import { Screen } from '#shared/screen.ts';
import { ClientSignal } from '#shared/signal.ts';

/** What can happen to a room, in any order, as fast-check makes it. */

export const session = 's'.repeat(20);
const peer = '0'.repeat(12);

export const place: Place = { host: 'host', incarnation: '1'.repeat(12), region: 'here', instance: 'i' };

export const wish: Wish = {
  ...{ session, account: 'account', link: 'link-0', app: 'app', region: '', joinable: true, ephemeral: true },
  ...{ extraData: null, screen: Screen.parse({}) },
};

export const create = (change: Partial<Wish> = {}): RoomEvent => ({
  type: 'create',
  wish: { ...wish, ...change },
  ticket: { hash: 'hash', expiresAtMs: ticketTtlMs },
});

type News =
  | { type: 'active' }
  | Pick<Extract<HostEvent, { type: 'failed' }>, 'type' | 'error'>
  | { type: 'ended'; reason: string };
type Visit = { type: 'peer-joined'; peer: string } | { type: 'peer-left'; peer: string; reason: string };

export const news = (
  seq: number,
  what: News | Visit,
  from: Partial<Pick<HostEvent, 'host' | 'incarnation'>> = {},
): RoomEvent => ({
  type: 'host-event',
  event: { session, host: place.host, incarnation: place.incarnation, ...from, seq, ...what },
});

const error = new AppError('timeout').toWire();
const run = fc.constantFrom(place.incarnation, '2'.repeat(12));
const anyNews = fc.constantFrom<News | Visit>(
  { type: 'active' },
  { type: 'failed', error },
  { type: 'ended', reason: 'idle' },
  { type: 'peer-joined', peer },
  { type: 'peer-left', peer, reason: 'left' },
);
const outcome = fc.constantFrom(
  { ok: true, data: {} } as const,
  { ok: true, data: { sdp: 'v=0 – not Latin-1' } } as const,
  { ok: false, error } as const,
  { ok: false, error: new AppError('unknown_session').toWire() } as const,
);
const signal = fc.constantFrom(
  ...[{ type: 'discover' }, { type: 'settings', api_version: 2 }, { type: 'settings', api_version: 9 }].map((raw) =>
    ClientSignal.parse(raw),
  ),
  ...['answer', 'offer'].flatMap((type) => ['%', 'dj0w'].map((sdp) => ClientSignal.parse({ type, sdp }))),
  ClientSignal.parse({ type: 'candidate', candidate: '%' }),
);
const account = fc.constantFrom('account', 'other');

export const anyEvent: fc.Arbitrary<RoomEvent> = fc.oneof(
  { weight: 2, arbitrary: fc.boolean().map((ephemeral) => create({ ephemeral })) },
  { weight: 2, arbitrary: fc.constant<RoomEvent>({ type: 'placed', session, place }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 9 }), anyNews, run)
      .map(([seq, what, incarnation]) => news(seq, what, { incarnation })),
  },
  fc.constant<RoomEvent>({ type: 'place-failed', error }),
  run.map((incarnation): RoomEvent => ({ type: 'host-lost', host: place.host, incarnation })),
  account.map((name): RoomEvent => ({ type: 'join', account: name, screen: { width: 640 } })),
  fc.constant<RoomEvent>({ type: 'joined', ticket: { hash: 'next', expiresAtMs: ticketTtlMs }, screen: { fps: 30 } }),
  account.map((name): RoomEvent => ({ type: 'end', account: name, reason: 'deleted' })),
  outcome.map((reply): RoomEvent => ({ type: 'end-replied', outcome: reply })),
  fc.constantFrom('hash', 'next', 'wrong').map((tokenHash): RoomEvent => ({ type: 'open', tokenHash })),
  signal.map((each): RoomEvent => ({ type: 'signal', peer, signal: each })),
  outcome.map((reply): RoomEvent => ({ type: 'signal-replied', peer, outcome: reply })),
  fc.constantFrom('placing', 'created', 'active', 'gone').map((status): RoomEvent => ({ type: 'indexed', status })),
  fc.constant<RoomEvent>({ type: 'deadline' }),
);
