import { z } from 'zod';
import { PeerId } from '#shared/ids.ts';
import { GuestRole, ShareId } from '#shared/shares.ts';

/** A share: whoever has its token may come beside the session's owner. Only the token's hash is kept. Times in ms since 1970. */
export const RoomShare = z.object({
  id: ShareId,
  type: GuestRole,
  hash: z.string(),
  description: z.string(),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
});
export type RoomShare = z.output<typeof RoomShare>;

/** What is kept of a client that came by WHEP. `hash`: of its address's token; `tag`, `ufrag`: its ICE session, and its own name for it. */
const Whep = z.object({ hash: z.string(), tag: z.string(), ufrag: z.string() });
export type Whep = z.output<typeof Whep>;

/** A client beside the owner. `share` is null where it came with the account's token. */
export const Guest = z.object({
  peer: PeerId,
  role: GuestRole,
  share: ShareId.nullable(),
  /** The host has told that it is connected. */
  joined: z.boolean(),
  sinceMs: z.int(),
  whep: Whep.nullable(),
});
export type Guest = z.output<typeof Guest>;

/** The shares of a session and who came by them. A guest whose share is no more is one that the host still has to disconnect. */
export const Sharing = z.object({
  shares: z.array(RoomShare),
  guests: z.array(Guest),
  /** Counts the changes of `shares`, and how many of them the account's index has. */
  revision: z.int(),
  indexed: z.int(),
  /** When the host is asked again to disconnect guests. */
  disconnectAtMs: z.int().nullable(),
});
export type Sharing = z.output<typeof Sharing>;

export const noSharing: Sharing = { shares: [], guests: [], revision: 0, indexed: 0, disconnectAtMs: null };
