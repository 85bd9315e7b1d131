import type { types } from 'mediasoup';
import type { Source } from './ingest.ts';

/** Where the peers of a router get their streams and their data channels. */
export interface Outlet {
  router: types.Router;
  /** Messages of all peers' data channels come out here. */
  direct: types.DirectTransport;
  /** A data producer that never sends: all that is sent to peers goes through consumers of it (see channels.ts). */
  silence: types.DataProducer;
  /** @throws AppError where the source is of another room, or has ended. */
  producerOf: (source: Source) => Promise<types.Producer>;
}

export async function openOutlet(router: types.Router, producerOf: Outlet['producerOf']): Promise<Outlet> {
  const direct = await router.createDirectTransport();
  return { router, direct, silence: await direct.produceData(), producerOf };
}
