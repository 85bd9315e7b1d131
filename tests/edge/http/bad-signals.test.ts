import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decode } from '#shared/decode.ts';
import { ClientSignal, ServerSignal } from '#shared/signal.ts';
import { unique } from '#tests/edge/link/support.ts';
import { newAccount, newSession, openSocket, origin, serveAnswers, startHost } from '#tests/edge/support.ts';
import { frameLike } from '#tests/fuzz/frames.ts';
import { hostileText } from '#tests/fuzz/hostile.ts';

const ErrorSignal = z.object({
  type: z.literal('error'),
  code: z.union([z.literal(2), z.literal(5)]),
  message: z.string().min(5),
});

test('[FZ7] whatever comes over the socket is answered with an error that says what is wrong, or does what it says; the socket stays', async () => {
  const { token } = await newAccount();
  const name = unique('app');
  await using own = await startHost({ app: name, region: unique('region') });
  await using _answers = await serveAnswers(own, async () => ({ candidates: [] }));
  const { url } = await newSession(token, name);
  const socket = await openSocket(url);
  /** What comes until the answer to a `discover` that is sent behind. */
  const answersTo = async (text: string): Promise<ServerSignal[]> => {
    socket.send(text);
    socket.send('{"type":"discover"}');
    const heard: ServerSignal[] = [];
    for (;;) {
      const next = decode(ServerSignal, await socket.next(), 'frame');
      if (next.type === 'resp:discover') return heard;
      heard.push(next);
    }
  };
  await fc.assert(
    fc.asyncProperty(frameLike, async (text) => {
      const heard = await answersTo(text);
      const read = readable(text);
      if (!read)
        expect(
          heard.some((it) => ErrorSignal.safeParse(it).success),
          JSON.stringify(heard),
        ).toBe(true);
    }),
    { numRuns: 150 },
  );
  expect(await answersTo('x'.repeat(1024 * 1024))).toEqual([{ type: 'error', code: 2, message: 'The message is too large.' }]);
});

function readable(text: string): boolean {
  try {
    return ClientSignal.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

test('[FZ8] a socket that may not be opened is told why before it closes, whatever its address is made of', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, async (id, token) => {
      const segment = encodeURIComponent(id.toWellFormed()).replaceAll('.', '%2e').slice(0, 4000);
      const query = encodeURIComponent(token.toWellFormed()).slice(0, 3000);
      const socket = await openSocket(`${origin}/1.0/sessions/${segment || 'x'}/sockets/slave?token=${query}`);
      expect(ErrorSignal.safeParse(await socket.next()).success).toBe(true);
      expect((await socket.closed).code).toBe(4404);
    }),
    { numRuns: 40 },
  );
});
