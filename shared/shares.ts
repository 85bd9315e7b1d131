import { z } from 'zod';
import { newSessionId, SessionId } from './ids.ts';

/** The HTTP API, version 1.0: shares, by which others come to a session beside its owner. */

/** A share's id: its session's id and 6 digits more, so that whoever has it finds the session. */
export const ShareId = z.string().regex(/^[0-9a-v]{26}$/, 'must be 26 characters of 0-9 and a-v');
export type ShareId = z.output<typeof ShareId>;

export const newShareId = (session: SessionId): ShareId => `${session}${newSessionId().slice(0, 6)}`;
export const sessionOfShare = (share: ShareId): SessionId => share.slice(0, 20);

/** What the protocol knows; `adb` is for Android, and no application here has it. */
export const ShareType = z.enum(['view', 'control', 'adb']);
/** What a share lets its holder be: a guest of this role. */
export const GuestRole = z.enum(['view', 'control']);
export type GuestRole = z.output<typeof GuestRole>;

/** Half of a surrogate pair is no character, and would not come back as it was sent. */
const Description = z
  .string()
  .max(200)
  .regex(/^\P{Surrogate}*$/u, 'has half a surrogate pair, which is no character');
/** Seconds since 1970. */
const UnixSeconds = z.int().min(0).max(1e11);

/** `POST /1.0/sessions/{id}/share`. `expiry_min` is the older form of `expiry_at`, which goes first. */
export const SharePost = z.object({
  type: ShareType.describe('What its guests may do: watch, or be given control. No application here has `adb`.'),
  description: Description.default('').describe('For you: what it is for.'),
  expiry_at: UnixSeconds.optional().describe('When it ends, in seconds since 1970. Goes before `expiry_min`.'),
  expiry_min: z.int().min(1).max(1e6).optional().describe('The same in minutes from now.'),
});
export type SharePost = z.output<typeof SharePost>;

/** The answer: the only time that `url`, which has the share's token, is shown. */
export const SharePostData = z.object({ id: ShareId, type: GuestRole, url: z.url(), expiry_at: UnixSeconds });
export type SharePostData = z.output<typeof SharePostData>;

/** `PATCH /1.0/shares/{id}`: what is not named stays. */
export const SharePatch = z.object({
  description: Description.optional().describe('For you: what it is for.'),
  expiry_at: UnixSeconds.optional().describe('When it ends, in seconds since 1970.'),
});
export type SharePatch = z.output<typeof SharePatch>;

/** A share as it is shown. */
export const Share = z.object({
  id: ShareId,
  session_id: SessionId,
  type: GuestRole,
  description: Description,
  created_at: UnixSeconds,
  expiry_at: UnixSeconds,
});
export type Share = z.output<typeof Share>;
