import type { SessionId } from '#shared/ids.ts';

/** How long a place that was offered is kept for its session. Milliseconds. */
export const reservationMs = 5000;

/** A host's slots: pure. A slot is free, reserved for a session until a time, or running one. */
export interface Slots {
  readonly total: number;
  readonly reserved: ReadonlyMap<SessionId, { until: number }>;
  readonly running: ReadonlySet<SessionId>;
}

export const emptySlots = (total: number): Slots => ({ total, reserved: new Map(), running: new Set() });

export const used = (slots: Slots): number => slots.reserved.size + slots.running.size;

export const hasFree = (slots: Slots): boolean => used(slots) < slots.total;

/** Drops the reservations whose time is over. `now`: milliseconds. */
export function expire(slots: Slots, now: number): Slots {
  const reserved = new Map([...slots.reserved].filter(([, { until }]) => until > now));
  return reserved.size === slots.reserved.size ? slots : { ...slots, reserved };
}

/** Reserves a slot. Asked again for the same session, it is the same slot. `null`: no slot is free. */
export function reserve(slots: Slots, session: SessionId, now: number): Slots | null {
  const fresh = expire(slots, now);
  if (fresh.running.has(session)) return fresh;
  if (!fresh.reserved.has(session) && !hasFree(fresh)) return null;
  return { ...fresh, reserved: new Map(fresh.reserved).set(session, { until: now + reservationMs }) };
}

/** Gives a reservation back; a session that runs keeps its slot. */
export function release(slots: Slots, session: SessionId): Slots {
  const reserved = new Map(slots.reserved);
  return reserved.delete(session) ? { ...slots, reserved } : slots;
}

/** A session runs: in the slot that was reserved for it, or in a free one. `null`: no slot is free. */
export function occupy(slots: Slots, session: SessionId, now: number): Slots | null {
  const kept = reserve(slots, session, now);
  if (kept === null) return null;
  return { ...release(kept, session), running: new Set(kept.running).add(session) };
}

/** A session is over. */
export function vacate(slots: Slots, session: SessionId): Slots {
  const running = new Set(slots.running);
  return running.delete(session) ? { ...slots, running } : slots;
}

/** Used slots over all, without the session's own: from 0 to 1. */
export function loadWithout(slots: Slots, session: SessionId): number {
  const own = slots.reserved.has(session) || slots.running.has(session) ? 1 : 0;
  return (used(slots) - own) / slots.total;
}
