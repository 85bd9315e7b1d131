import type { types } from 'mediasoup';
import type { Logger } from '#shared/log.ts';

/** Calls back once, when the first keyframe goes to the client. The media server tells of each: it is asked for no more after that. */
export function onceFirstFrame(consumer: types.Consumer, listener: () => void, log: Logger): void {
  const watch = (events: types.ConsumerTraceEventType[]): void => {
    if (consumer.closed) return;
    consumer.enableTraceEvent(events).catch((error: unknown) => log.debug('peer.not-watched', { error }));
  };
  consumer.once('trace', () => {
    watch([]);
    listener();
  });
  watch(['keyframe']);
}
