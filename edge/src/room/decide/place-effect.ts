import { deadlinesOf } from './deadlines.ts';
import type { Effect } from './events.ts';
import type { Wish } from './state.ts';

/** Has the link find a host for a session. */
export function placeEffect(wish: Wish): Effect {
  const { session, account, link, region, near, app, screen, extraData, appVersion } = wish;
  const order = { session, account, app, appVersion, screen, extraData, deadlines: deadlinesOf(wish) };
  // Who may wait is placed in a turn of its line, and never else.
  return { type: 'place', link, region, near, inTurn: wish.waitMaxMin !== undefined, account, order };
}
