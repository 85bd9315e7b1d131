import type { PeerId } from '#shared/ids.ts';
import type { RunningState } from '#worker/session/state.ts';

/**
 * Whose link the encoder of a stream follows: that of who is in control, else the owner's, else that of who came first. Others get what
 * suits that one.
 *
 * @param holders those who get the stream, in the order in which they came.
 */
export function leaderOf(
  holders: readonly PeerId[],
  state: Pick<RunningState, 'controller' | 'owner'> | null,
): PeerId | undefined {
  const first = [state?.controller, state?.owner?.id].find((id) => id != null && holders.includes(id));
  return first ?? holders[0];
}
