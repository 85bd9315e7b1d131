import { z } from 'zod';
import { Role } from '#shared/host.ts';
import { PeerId } from '#shared/ids.ts';

/** Additions: who is in control. A guest with the role `control` asks; who is in control, or the owner, gives; the owner takes back. */
export const ControlRequest = z.object({ type: z.literal('control::request'), data: z.unknown() });
export const ControlGive = z.object({ type: z.literal('control::give'), data: z.object({ peer: PeerId }) });
export const ControlTake = z.object({ type: z.literal('control::take'), data: z.unknown() });

/** What the host tells of control to a client that wants to hear of it, as `data` (JSON in JSON, as all that the host says). */
export const ControlState = z.object({
  you: PeerId,
  role: Role,
  controller: PeerId.nullable(),
  peers: z.array(z.object({ id: PeerId, role: Role })),
});
export type ControlState = z.output<typeof ControlState>;
/** To who is in control and to the owner: this client asks for control. */
export const ControlRequested = z.object({ peer: PeerId });
export type ControlRequested = z.output<typeof ControlRequested>;
