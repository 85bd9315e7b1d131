import { z } from 'zod';

/** Minutes; 0 = for ever, null = the session ends with its client. At most a week. */
const IdleTimeMin = z.int().min(0).max(10_080).nullable();

const items = {
  'session.default_idle_time_min': IdleTimeMin.describe(
    'For how many minutes a session outlives its last client where its creation does not say. 0: for ever; null: not at all.',
  ),
  'session.joinable_idle_time_min': IdleTimeMin.describe('The same for a joinable session.'),
  'share.default_expiry_h': z.int().min(1).max(720).describe('How many hours a share lives where its creation does not say.'),
  'share.max_per_session': z.int().min(0).max(20).describe('How many live shares a session may have.'),
};

/** `GET /1.0/config`: what an account may set of the gateway, for its own sessions; what it has not set is as it says here. */
export const GatewayConfig = z.object({
  'session.default_idle_time_min': items['session.default_idle_time_min'].default(null),
  'session.joinable_idle_time_min': items['session.joinable_idle_time_min'].default(30),
  'share.default_expiry_h': items['share.default_expiry_h'].default(12),
  'share.max_per_session': items['share.max_per_session'].default(5),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;

/** `PATCH /1.0/config`: only what changes. */
export const ConfigPatch = z.strictObject(items).partial();
export type ConfigPatch = z.output<typeof ConfigPatch>;
