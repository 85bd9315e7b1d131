const never = new AbortController().signal;

/** Waits `ms` milliseconds, or until `signal` aborts: it resolves then too. */
export function pause(ms: number, signal: AbortSignal = never): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
