import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Bus, callHost, serveCall } from '#shared/bus.ts';
import { AppError } from '#shared/errors.ts';
import { newSessionId } from '#shared/ids.ts';

export interface BusUnderTest {
  readonly bus: Bus;
  /** Resolves when what was served before is known to those who ask. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const soon = { timeoutMs: 5000 };
const end = (session: string) => ({ session, reason: 'test' });
const unexpected = (error: unknown): void => {
  throw error;
};

/** What every bus must do. Rules BUS. */
export function busContract(open: () => Promise<BusUnderTest>): void {
  let under: BusUnderTest;
  let count = 0;
  let subject = '';
  beforeAll(async () => {
    under = await open();
  });
  afterAll(() => under.close());
  beforeEach(() => {
    count += 1;
    subject = `farpane.v1.host.contract${count}.end`;
  });

  test('[BUS1] a request reaches who serves the subject, and its reply comes back', async () => {
    using _server = served(under.bus.serve(subject, {}, async (payload) => `${payload}!`));
    await under.settled();
    expect(await under.bus.request(subject, 'grüße', soon)).toBe('grüße!');
  });

  test('[BUS2] where nobody serves the subject the answer is no_host, at once', async () => {
    const startedMs = performance.now();
    await expect(under.bus.request(subject, '', { timeoutMs: 10_000 })).rejects.toMatchObject({ code: 'no_host' });
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  test('[BUS3] a reply that does not come in time is timeout', async () => {
    using _server = served(under.bus.serve(subject, {}, () => new Promise(() => undefined)));
    await under.settled();
    await expect(under.bus.request(subject, '', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('[BUS4] who stopped serving gets nothing more', async () => {
    const stop = under.bus.serve(subject, {}, async () => 'here');
    await under.settled();
    expect(await under.bus.request(subject, '', soon)).toBe('here');
    stop();
    await under.settled();
    await expect(under.bus.request(subject, '', soon)).rejects.toMatchObject({ code: 'no_host' });
  });

  test('[BUS5] each request goes to one member of a queue group, and all members get some', async () => {
    const taken = [0, 0, 0];
    using _servers = served(
      ...taken.map((_, i) =>
        under.bus.serve(subject, { queue: 'group' }, async () => {
          taken[i] = (taken[i] ?? 0) + 1;
          return String(i);
        }),
      ),
    );
    await under.settled();
    await Promise.all(Array.from({ length: 120 }, () => under.bus.request(subject, '', soon)));
    expect(taken.reduce((sum, n) => sum + n)).toBe(120);
    expect(Math.min(...taken)).toBeGreaterThan(0);
  });

  test('[BUS6] requests that overlap get each its own reply', async () => {
    using _server = served(
      under.bus.serve(subject, {}, async (payload) => {
        await new Promise((resolve) => setTimeout(resolve, payload === 'slow' ? 50 : 0));
        return payload;
      }),
    );
    await under.settled();
    const replies = await Promise.all(['slow', 'quick'].map((payload) => under.bus.request(subject, payload, soon)));
    expect(replies).toEqual(['slow', 'quick']);
  });

  test('[BUS7] a call gives its handler the request and its caller the reply', async () => {
    const session = newSessionId();
    const seen: string[] = [];
    using _server = served(
      serveCall(under.bus, subject, 'end', { unexpected }, async (request) => {
        seen.push(request.session);
        return {};
      }),
    );
    await under.settled();
    expect(await callHost(under.bus, subject, 'end', end(session), soon)).toEqual({ ok: true, data: {} });
    expect(seen).toEqual([session]);
  });

  test('[BUS8] an error of the handler reaches the caller with its code and its message', async () => {
    using _server = served(
      serveCall(under.bus, subject, 'end', { unexpected }, async () => {
        throw new AppError('unknown_session', { message: 'No session here.' });
      }),
    );
    await under.settled();
    const answer = await callHost(under.bus, subject, 'end', end(newSessionId()), soon);
    expect(answer).toEqual({ ok: false, error: { code: 'unknown_session', message: 'No session here.' } });
  });

  test('[BUS9] what breaks in a handler is told to nobody but its own log', async () => {
    const logged: unknown[] = [];
    const secret = new Error('the password is swordfish');
    using _server = served(
      serveCall(under.bus, subject, 'end', { unexpected: (error) => logged.push(error) }, async () => {
        throw secret;
      }),
    );
    await under.settled();
    const answer = await callHost(under.bus, subject, 'end', end(newSessionId()), soon);
    expect(answer).toEqual({ ok: false, error: { code: 'internal', message: 'Something went wrong here.' } });
    expect(logged).toEqual([secret]);
  });

  test('[BUS10] a request that is not of the schema never reaches the handler, and the answer names the field', async () => {
    using _server = served(serveCall(under.bus, subject, 'end', { unexpected }, () => Promise.reject(new Error('reached'))));
    await under.settled();
    const answer = await callHost(under.bus, subject, 'end', end('not an id'), soon);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_request', message: expect.stringContaining('session') } });
  });

  test('[BUS11] a reply that is not of the schema is internal, never data', async () => {
    using _server = served(under.bus.serve(subject, {}, async () => '{"ok":true,"data":{"host":1}}'));
    await under.settled();
    const request = { session: newSessionId(), app: 'xterm' };
    expect(await callHost(under.bus, subject, 'place', request, soon)).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  test('[BUS14] a request’s headers reach who serves it, and one without any has none', async () => {
    using _server = served(under.bus.serve(subject, {}, async (_, headers) => JSON.stringify(headers)));
    await under.settled();
    const headers = { traceparent: 'one', tracestate: 'two' };
    expect(JSON.parse(await under.bus.request(subject, '', { ...soon, headers }))).toEqual(headers);
    expect(await under.bus.request(subject, '', soon)).toBe('{}');
  });

  test('[BUS12] a call never throws: no host and no answer are outcomes too', async () => {
    const nobody = await callHost(under.bus, subject, 'end', end(newSessionId()), soon);
    expect(nobody).toMatchObject({ ok: false, error: { code: 'no_host' } });
  });
}

/** Stops serving at the end of the block. */
const served = (...stops: (() => void)[]): Disposable => ({
  [Symbol.dispose]: () => {
    for (const stop of stops) stop();
  },
});
