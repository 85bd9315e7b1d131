import { ControlMessage } from '#shared/control.ts';
import { decodeJson } from '#shared/decode.ts';
import type { Logger } from '#shared/log.ts';

/**
 * Reads what comes over a peer's control channel. What can't be read is counted, logged once, and never fatal: clients of
 * other versions send what this one does not know.
 */
export function controlReader(log: Logger, accept: (message: ControlMessage) => void): (text: string) => void {
  let unread = 0;
  return (text) => {
    let message: ControlMessage;
    try {
      message = decodeJson(ControlMessage, text, 'control message');
    } catch (error) {
      unread += 1;
      if (unread === 1) log.warn('control.unread', { reason: error instanceof Error ? error.message : 'unknown' });
      return;
    }
    accept(message);
  };
}
