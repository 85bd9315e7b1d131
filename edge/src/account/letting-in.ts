import type { Quota } from '#shared/account.ts';
import type { CreationStore } from './creations.ts';
import { decide, quotaError } from './quota.ts';
import type { Asked, SessionIndex } from './session-index.ts';

/** A creation that was let in and not heard of for so long is asked after: no room takes longer to begin. */
export const pendingMs = 60_000;

/**
 * Lets one more session in, and keeps a place for it, which is pending until the session is heard of. One that has its place is let in
 * again and not counted twice.
 *
 * @param nowMs milliseconds since 1970.
 * @throws AppError `rate_limited` that says which quota is used up.
 */
export function letIn(sessions: SessionIndex, creations: CreationStore, asked: Asked, quota: Quota, nowMs: number): void {
  const decision = decide(quota, { live: sessions.taken(), creations: creations.read() }, nowMs);
  if (decision.ok) {
    if (sessions.admit(asked, nowMs + pendingMs)) creations.write(decision.creations);
  } else if (!sessions.has(asked.id)) throw quotaError(decision, quota);
}
