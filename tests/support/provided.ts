import 'vitest';

declare module 'vitest' {
  /** What tests/support/nats-global.ts provides to the tests that run in workerd. */
  interface ProvidedContext {
    /** `ws://` address of the nats-server that all of them share. */
    natsUrl: string;
    /** `http://` address that starts, stops and ends further nats-servers for a test: workerd can't start processes. */
    natsControl: string;
  }
}
