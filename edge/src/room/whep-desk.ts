import type { Config } from '#edge/config.ts';
import { randomText, sha256 } from '#edge/digest.ts';
import type { SessionCall } from '#edge/link/api.ts';
import { AppError } from '#shared/errors.ts';
import type { HostReply, HostRequest } from '#shared/host.ts';
import { newPeerId, type SessionId } from '#shared/ids.ts';
import { type Outcome, unwrap } from '#shared/outcome.ts';
import type { Offerer, WhepAnswer, WhepPeer, WhepRestart } from './api.ts';
import { whepGuestOf } from './decide/connecting.ts';
import type { RoomEvent } from './decide/events.ts';
import { guestOf } from './decide/guests.ts';
import type { Guest, Whep } from './decide/sharing-state.ts';
import type { RoomState, Running } from './decide/state.ts';
import { isRunning } from './decide/transitions.ts';
import { stunServers } from './turn.ts';

/** What answering a client of WHEP needs of the room. */
export interface WhepRoom {
  readonly config: Config;
  state(): RoomState;
  /** @throws AppError what the event was refused with. */
  expect(event: RoomEvent): Promise<void>;
  call<K extends SessionCall>(
    host: string,
    call: K,
    request: HostRequest<K> & { session: SessionId },
  ): Promise<Outcome<HostReply<K>>>;
}

const newTag = (): string => randomText(9);

/** Lets a guest in, and has the host answer its offer. @throws AppError what the host says, `unauthorized`, `not_found`. */
export async function answerOffer(
  room: WhepRoom,
  by: Offerer,
  { sdp, ufrag }: { sdp: string; ufrag: string },
): Promise<WhepAnswer> {
  const [peer, token, tag] = [newPeerId(), randomText(24), newTag()];
  const offerer = 'account' in by ? by : { tokenHash: await sha256(by.token) };
  await room.expect({ type: 'offer', peer, by: offerer, whep: { hash: await sha256(token), tag, ufrag } });
  const { wish, place, sharing } = running(room.state());
  const { session } = wish;
  const role = guestOf(sharing, peer)?.role ?? 'view';
  // Whoever came with the account's own token is no visitor: the session is there for it.
  const keeps = 'account' in by;
  const reply = await room.call(place.host, 'offer', { session, peer, role, keeps, sdp, dataChannels: [] });
  const after = room.state();
  if (!reply.ok) {
    // A host that was only slow has the guest by now.
    const reason = reply.error.code === 'timeout' ? 'Its offer was answered too late.' : null;
    await room.expect({ type: 'dismiss', peer, reason });
  } else if (!isRunning(after) || guestOf(after.sharing, peer) === undefined) {
    // The share was revoked meanwhile: the host may have heard of that before it heard of the guest.
    await room.call(place.host, 'disconnect', { session, peers: [peer], reason: 'The share is over.' });
    throw new AppError('unauthorized', { message: 'The share was revoked.' });
  }
  const answer = unwrap(reply);
  return { peer, token, tag, sdp: answer.sdp, stunServers: await stunServers(room.config.turn, session, Date.now()) };
}

/** The guest, to whoever has the token of its address. @throws AppError `not_found`. */
export async function whepGuest(room: WhepRoom, { peer, token }: WhepPeer): Promise<Guest & { whep: Whep }> {
  const guest = whepGuestOf(room.state(), peer, await sha256(token));
  if (guest === undefined) throw new AppError('not_found', { message: 'There is no such WHEP session, or it is over.' });
  return guest;
}

/** Has the host make new ICE credentials for a guest. @throws AppError what the host says, `not_found`. */
export async function restartIce(room: WhepRoom, whep: WhepPeer, ufrag: string): Promise<WhepRestart> {
  const { peer } = await whepGuest(room, whep);
  const { wish, place } = running(room.state());
  const fresh = unwrap(await room.call(place.host, 'ice-restart', { session: wish.session, peer }));
  const tag = newTag();
  await room.expect({ type: 'restarted', peer, tag, ufrag });
  return { tag, ...fresh };
}

function running(state: RoomState): Running {
  if (!isRunning(state)) throw new AppError('session_ended');
  return state;
}
