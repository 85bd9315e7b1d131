import fc from 'fast-check';
import { ticketTtlMs } from '#edge/room/decide/deadlines.ts';
import type { Client, RoomEvent } from '#edge/room/decide/events.ts';
import type { RoomShare } from '#edge/room/decide/sharing-state.ts';
import type { Place, Wish } from '#edge/room/decide/state.ts';
import { AppError } from '#shared/errors.ts';
import type { HostEvent, Role } from '#shared/host.ts';
import { Screen } from '#shared/screen.ts';
import { ClientSignal } from '#shared/signal.ts';

/** What can happen to a room, in any order, as fast-check makes it. */

export const session = 's'.repeat(20);

export const place: Place = { host: 'host', incarnation: '1'.repeat(12), region: 'here', instance: 'i' };

export const wish: Wish = {
  ...{ session, account: 'account', link: 'link-0', app: 'app', appVersion: 0, region: '', joinable: true, ephemeral: true },
  ...{ peerGraceMs: 10_000, extraData: null, screen: Screen.parse({}) },
};

export const create = (change: Partial<Wish> = {}): RoomEvent => ({
  type: 'create',
  wish: { ...wish, ...change },
  ticket: { hash: 'hash', expiresAtMs: ticketTtlMs },
});

/** The shares that events speak of. */
export const shareIds = ['a', 'b'].map((digit) => `${session}${digit.repeat(6)}`);

export const share = (id: string, change: Partial<RoomShare> = {}): RoomEvent => ({
  type: 'share',
  account: 'account',
  share: { id, type: 'view', hash: `hash of ${id}`, description: '', createdAtMs: 0, expiresAtMs: 60_000, ...change },
  limit: 2,
});

export const owner: Client = { peer: '0'.repeat(12), role: 'owner', share: null };
export const guest: Client = { peer: '1'.repeat(12), role: 'view', share: shareIds[0] ?? '' };

type News =
  | { type: 'active' }
  | Pick<Extract<HostEvent, { type: 'failed' }>, 'type' | 'error'>
  | { type: 'ended'; reason: string };
type Visit = { type: 'peer-joined'; peer: string; role: Role } | { type: 'peer-left'; peer: string; reason: string };

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
  ...[owner, guest].flatMap(({ peer, role }): Visit[] => [
    { type: 'peer-joined', peer, role },
    { type: 'peer-left', peer, reason: 'left' },
  ]),
);
const outcome = fc.constantFrom(
  { ok: true, data: {} } as const,
  { ok: true, data: { sdp: 'v=0 – not Latin-1' } } as const,
  { ok: false, error } as const,
  { ok: false, error: new AppError('unknown_session').toWire() } as const,
);
const signal = fc.constantFrom(
  ...[{ type: 'discover' }, ...[-1, 1, 2, 9].map((version) => ({ type: 'settings', api_version: version }))].map((raw) =>
    ClientSignal.parse(raw),
  ),
  ...['answer', 'offer'].flatMap((type) => ['%', 'dj0w'].map((sdp) => ClientSignal.parse({ type, sdp }))),
  ClientSignal.parse({ type: 'candidate', candidate: '%' }),
);
const account = fc.constantFrom('account', 'other');
const shareId = fc.constantFrom(...shareIds);
const client = fc.constantFrom(owner, guest, { ...guest, peer: '2'.repeat(12) });
const ticket = { hash: 'guest', expiresAtMs: ticketTtlMs };
const whep = { hash: 'w', tag: 't', ufrag: 'u' };

/** What shares and guests cause. */
const anySharing: fc.Arbitrary<RoomEvent> = fc.oneof(
  fc.tuple(shareId, fc.integer({ min: 0, max: 40_000 })).map(([id, expiresAtMs]) => share(id, { expiresAtMs })),
  shareId.map((id): RoomEvent => ({ type: 'change-share', account: 'account', id, change: { expiresAtMs: 20_000 } })),
  fc.tuple(account, shareId).map(([name, id]): RoomEvent => ({ type: 'revoke-share', account: name, id })),
  shareId.map((id): RoomEvent => ({ type: 'connect', tokenHash: `hash of ${id}`, role: 'view', ticket })),
  fc
    .tuple(client, shareId)
    .map(([{ peer }, id]): RoomEvent => ({ type: 'offer', peer, by: { tokenHash: `hash of ${id}` }, whep })),
  client.map(({ peer }): RoomEvent => ({ type: 'offer', peer, by: { account: 'account' }, whep })),
  client.map(({ peer }): RoomEvent => ({ type: 'restarted', peer, tag: 'next', ufrag: 'next' })),
  fc.tuple(client, fc.constantFrom('left', null)).map(([{ peer }, reason]): RoomEvent => ({ type: 'dismiss', peer, reason })),
  fc
    .tuple(fc.array(client.map(({ peer }) => peer)), outcome)
    .map(([peers, reply]): RoomEvent => ({ type: 'disconnected', peers, outcome: reply })),
);

export const anyEvent: fc.Arbitrary<RoomEvent> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.boolean(), fc.constantFrom(undefined, 1))
      .map(([ephemeral, waitMaxMin]) => create({ ephemeral, ...(waitMaxMin === undefined ? {} : { waitMaxMin }) })),
  },
  fc.constantFrom<RoomEvent>(
    { type: 'turn' },
    { type: 'in-line', place: 1 },
    { type: 'in-line', place: 2 },
    { type: 'owner-away' },
  ),
  { weight: 2, arbitrary: fc.constant<RoomEvent>({ type: 'placed', session, place }) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 9 }), anyNews, run)
      .map(([seq, what, incarnation]) => news(seq, what, { incarnation })),
  },
  fc.constant<RoomEvent>({ type: 'place-failed', error }),
  run.map((incarnation): RoomEvent => ({ type: 'host-lost', host: place.host, incarnation })),
  { weight: 5, arbitrary: anySharing },
  account.map((name): RoomEvent => ({ type: 'reopen', account: name, ticket })),
  account.map((name): RoomEvent => ({ type: 'join', account: name, screen: { width: 640 } })),
  fc.constant<RoomEvent>({ type: 'joined', ticket: { hash: 'next', expiresAtMs: ticketTtlMs }, screen: { fps: 30 } }),
  fc.tuple(account, fc.boolean()).map(([name, force]): RoomEvent => ({ type: 'end', account: name, reason: 'deleted', force })),
  outcome.map((reply): RoomEvent => ({ type: 'end-replied', outcome: reply })),
  fc
    .tuple(fc.constantFrom('hash', 'next', 'guest', 'wrong'), client)
    .map(([tokenHash, { peer }]): RoomEvent => ({ type: 'open', tokenHash, peer })),
  fc.tuple(client, signal).map(([from, each]): RoomEvent => ({ type: 'signal', from, signal: each })),
  fc
    .tuple(client, fc.constantFrom('settings', 'answer', 'offer'), outcome)
    .map(([from, to, reply]): RoomEvent => ({ type: 'signal-replied', from, to, outcome: reply })),
  fc.constantFrom('placing', 'created', 'active', 'gone').map((status): RoomEvent => ({ type: 'indexed', status, revision: 1 })),
  fc.constant<RoomEvent>({ type: 'deadline' }),
);
