import { z } from 'zod';
import { ControlRequested, ControlState } from '#shared/control/roles.ts';
import type { ControlMessage } from '#shared/control.ts';
import { decodeJson } from '#shared/decode.ts';

export type ControlInput = z.input<typeof ControlMessage>;

/** Movements and readings are left out while more bytes than this wait to be sent. */
const busyBytes = 16 * 1024;

/** What the host says: `data` is handed on untouched. */
const HostMessage = z.object({ type: z.string(), data: z.unknown().optional() });
export type HostMessage = z.output<typeof HostMessage>;

/** What is needed of a data channel. */
export interface SendingChannel {
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  send(text: string): void;
}

/** What the next one of its kind makes up for. */
const passing: readonly ControlInput['type'][] = ['input::mouse-move', 'input::touch-move', 'sensor:event'];

/** Sends on the control channel while it is open; before and after, there is nobody to hear. @returns whether it was sent. */
export function sendControl(channel: SendingChannel, message: ControlInput): boolean {
  if (channel.readyState !== 'open') return false;
  if (passing.includes(message.type) && channel.bufferedAmount > busyBytes) return false;
  channel.send(JSON.stringify(message));
  return true;
}

/** @returns what the host said, or undefined where it is not a message of the protocol. */
export function readHostMessage(raw: unknown): HostMessage | undefined {
  if (typeof raw !== 'string') return undefined;
  try {
    return decodeJson(HostMessage, raw, 'control message');
  } catch {
    return undefined;
  }
}

/** What a client hears of control: how it stands, or that another client asks for it. */
export type ControlNews =
  | { readonly type: 'state'; readonly state: ControlState }
  | { readonly type: 'requested'; readonly peer: string };

/** @returns what a message says of control, or undefined where it says something else, or nothing that can be read. */
export function readControlNews({ type, data }: HostMessage): ControlNews | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    if (type === 'control::state') return { type: 'state', state: decodeJson(ControlState, data, type) };
    if (type === 'control::requested') return { type: 'requested', peer: decodeJson(ControlRequested, data, type).peer };
    return undefined;
  } catch {
    return undefined;
  }
}
