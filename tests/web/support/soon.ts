import { expect } from 'vitest';

/** Expects what `read` gives to become so within 15 seconds: a loaded machine is slow. */
export const soon = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 15_000 });
