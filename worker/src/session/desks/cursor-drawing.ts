import type { CursorShape, RemoteCursorShape } from '#shared/control/cursor.ts';
import type { PeerId } from '#shared/ids.ts';

/** What is known of the clients and of the pointer. */
export interface Onlookers {
  /** Those who are there. */
  there: readonly PeerId[];
  controller: PeerId | null;
  /** Those who draw their own pointer while they are in control. */
  local: ReadonlySet<PeerId>;
  /** Those who draw the pointer of others. */
  remote: ReadonlySet<PeerId>;
  /** What it looks like; `in-picture`: as no client can draw it. */
  shape: Exclude<CursorShape, { kind: 'not-yours' }>;
}

/** Who draws the pointer, and what each is to know for it. */
export interface Drawing {
  /** Whether it is in the picture, which all see. */
  inPicture: boolean;
  local: ReadonlyMap<PeerId, CursorShape>;
  remote: ReadonlyMap<PeerId, RemoteCursorShape>;
  /** Those who are told where it is. */
  followers: readonly PeerId[];
}

/**
 * One picture is for all. So the pointer is in it unless every client that is there draws it: who is in control its own, and the others
 * that one's.
 */
export function drawingOf({ there, controller, local, remote, shape }: Onlookers): Drawing {
  const draws = (peer: PeerId): boolean => (peer === controller ? local : remote).has(peer);
  const drawn = there.length > 0 && there.every(draws) && shape.kind !== 'in-picture';
  const own = (peer: PeerId): CursorShape => {
    if (peer !== controller) return { kind: 'not-yours' };
    return drawn ? shape : { kind: 'in-picture' };
  };
  const others = (peer: PeerId): RemoteCursorShape =>
    drawn && shape.kind === 'image' && peer !== controller && there.includes(peer) ? shape : { kind: 'hidden' };
  const told = new Map([...remote].map((peer) => [peer, others(peer)]));
  return {
    inPicture: !drawn,
    local: new Map([...local].map((peer) => [peer, own(peer)])),
    remote: told,
    followers: [...told].flatMap(([peer, { kind }]) => (kind === 'image' ? [peer] : [])),
  };
}
