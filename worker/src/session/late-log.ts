import type { LogFields, Logger } from '#shared/log.ts';

/** A logger for what is started before it is known for whom. */
export interface LateLog {
  readonly log: Logger;
  /** From now on the lines of it, and of all that came of it by `child`, go to `next`. */
  become(next: Logger): void;
}

export function lateLog(first: Logger): LateLog {
  let current = first;
  return {
    log: forwarding(() => current),
    become: (next) => {
      current = next;
    },
  };
}

const forwarding = (to: () => Logger): Logger => ({
  debug: (event, fields) => to().debug(event, fields),
  info: (event, fields) => to().info(event, fields),
  warn: (event, fields) => to().warn(event, fields),
  error: (event, fields) => to().error(event, fields),
  child: (fields: LogFields) => forwarding(() => to().child(fields)),
});
