import { connect, headers } from 'nats.ws';
import { describe, expect, test } from 'vitest';
import { natsBus } from '#shared/nats-bus.ts';
import { busContract } from '#tests/contract/bus.ts';
import { startNats } from '#tests/support/nats-server.ts';

describe('the bus over NATS', () => {
  busContract(async () => {
    const server = await startNats();
    const [asks, serves] = await Promise.all([connect({ servers: server.wsUrl }), connect({ servers: server.wsUrl })]);
    const [asking, serving] = [natsBus(asks, headers), natsBus(serves)];
    return {
      // Both ends over connections of their own, as the edge and a host have.
      bus: { request: asking.request, serve: serving.serve },
      settled: () => serves.flush(),
      close: async () => {
        await Promise.all([asks.close(), serves.close()]);
        await server.close();
      },
    };
  });

  test('[BUS13] a request over a connection that is closed is unavailable', async () => {
    await using server = await startNats();
    const connection = await connect({ servers: server.wsUrl });
    await connection.close();
    await expect(natsBus(connection).request('farpane.v1.host.x.end', '', { timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
