import { z } from 'zod';
import { Name } from './ids.ts';
import { whole } from './whole.ts';

/** The administration of accounts over HTTP, with the admin secret. Fields that are not known are refused: they are mistakes. */

/** One quota: a whole number, 0 = nothing at all. */
export const QuotaCount = z.int().min(0).max(1_000_000);

/** What an account may do: sessions at once, and creations in any minute. */
export const Quota = z.object({ sessions: QuotaCount, creations_per_minute: QuotaCount });
export type Quota = z.output<typeof Quota>;

/** `PATCH /1.0/accounts/{name}`: only what is given changes; `null` takes the gateway's own quota again. */
export const AccountPatch = z.strictObject({
  disabled: z.boolean().optional().describe('Whether its token is refused.'),
  quota: z
    .strictObject({
      sessions: QuotaCount.nullable()
        .optional()
        .describe('How many sessions it may have at once; null: as many as the gateway says.'),
      creations_per_minute: QuotaCount.nullable()
        .optional()
        .describe('How many sessions it may create in any minute; null: as many as the gateway says.'),
    })
    .optional()
    .describe('What it may do.'),
});
export type AccountPatch = z.output<typeof AccountPatch>;

/** How long a token is valid, in days. */
export const ExpiryDays = z.int().min(1).max(3650);

/** `POST /1.0/accounts/{name}/rotate`; the body may be absent. Answered like a creation. */
export const RotatePost = z.strictObject({
  expiry_days: ExpiryDays.default(365).describe('For how many days the new token is valid.'),
});

/** `disabled`: its token is refused. `expired`: so is it, until it is rotated. `deleting`: its last sessions are being ended. */
export const AccountStatus = z.enum(['active', 'disabled', 'expired', 'deleting']);
export type AccountStatus = z.output<typeof AccountStatus>;

/** An account as it is shown. Times are seconds since 1970; `sessions`: those that count against its quota. */
export const AccountView = z.object({
  name: Name,
  status: AccountStatus,
  sessions: z.int().min(0),
  quota: Quota,
  created_at: z.int(),
  expiry_at: z.int(),
});
export type AccountView = z.output<typeof AccountView>;

/** The query of `GET /1.0/accounts`: pages in the order of the names. */
export const AccountQuery = z.object({
  limit: whole(z.int().min(1).max(100)).default(100).describe('How many at the most.'),
  offset: whole(z.int().min(0)).default(0).describe('How many are left out before them.'),
});
