import type { Role } from '#shared/host.ts';
import type { PeerId } from '#shared/ids.ts';
import type { ControlEvent, RunningState } from './state.ts';

/** A client that is connected, or was and may come back. */
export interface Present {
  id: PeerId;
  role: Role;
}

/** Those who are there, the owner first. */
export function present({ owner, guests }: Pick<RunningState, 'owner' | 'guests'>): Present[] {
  const all = [...(owner === null ? [] : [{ ...owner, role: 'owner' as const }]), ...guests];
  return all.filter(({ connection }) => connection !== 'offered').map(({ id, role }) => ({ id, role }));
}

/**
 * Who is in control after clients came or went: an owner that comes takes it, and it falls back to the owner when who has it goes.
 *
 * @param before those who were there. @param now those who are.
 */
export function settle(controller: PeerId | null, before: readonly Present[], now: readonly Present[]): PeerId | null {
  const owner = ownerOf(now);
  if (owner !== null && owner !== ownerOf(before)) return owner;
  return controller !== null && now.some(({ id }) => id === controller) ? controller : owner;
}

export interface Decision {
  controller: PeerId | null;
  /** Those who are to hear that the client asks for control. */
  ask: readonly PeerId[];
}

/** What becomes of control by what a client says. What it may not say, or says too late, changes nothing. */
export function decide(controller: PeerId | null, there: readonly Present[], event: ControlEvent): Decision {
  const stay: Decision = { controller, ask: [] };
  const to = (id: PeerId): Decision => ({ controller: id, ask: [] });
  const owner = ownerOf(there);
  switch (event.type) {
    case 'control-given': {
      const receiver = there.find(({ id }) => id === event.to);
      const mayGive = there.some(({ id }) => id === event.by) && (event.by === controller || event.by === owner);
      return mayGive && receiver !== undefined && receiver.role !== 'view' ? to(receiver.id) : stay;
    }
    case 'control-taken':
      return mayTake(controller, there, event.by) ? to(event.by) : stay;
    case 'control-requested': {
      const asking = there.find(({ id }) => id === event.peer);
      if (asking === undefined || asking.role === 'view' || asking.id === controller) return stay;
      if (mayTake(controller, there, asking.id)) return to(asking.id);
      return { controller, ask: [...new Set([controller, owner])].filter((id) => id !== null) };
    }
    default:
      return event satisfies never;
  }
}

/** The owner takes control whenever it likes; others where nobody has it, and no owner is there to ask. */
function mayTake(controller: PeerId | null, there: readonly Present[], by: PeerId): boolean {
  const role = there.find(({ id }) => id === by)?.role;
  return role === 'owner' || (role === 'control' && controller === null && ownerOf(there) === null);
}

const ownerOf = (there: readonly Present[]): PeerId | null => there.find(({ role }) => role === 'owner')?.id ?? null;
