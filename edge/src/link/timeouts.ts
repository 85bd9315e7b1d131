import type { SessionCall } from './api.ts';

/** How long the answer to a call may take. `settings` and `offer` wait for the instance to run, `end` for its processes to be gone. */
export const callTimeoutsMs: Readonly<Record<SessionCall, number>> = {
  settings: 20_000,
  offer: 20_000,
  answer: 10_000,
  'ice-restart': 5000,
  disconnect: 5000,
  join: 5000,
  end: 20_000,
};
