import type { Bus, BusHandler, BusOptions } from '#shared/bus.ts';
import { AppError } from '#shared/errors.ts';

interface Server {
  readonly queue: string | undefined;
  readonly handler: BusHandler;
}

/** The bus within one process, for tests. Held by the same contract suite as the one over NATS. */
export class MemoryBus implements Bus {
  readonly #servers = new Map<string, Set<Server>>();
  #turn = 0;

  async request(subject: string, payload: string, { timeoutMs, headers = {} }: BusOptions): Promise<string> {
    const servers = [...(this.#servers.get(subject) ?? [])];
    if (servers.length === 0) throw new AppError('no_host');
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new AppError('timeout')), timeoutMs);
    try {
      return await Promise.race([late, ...this.#takers(servers).map(({ handler }) => handler(payload, headers))]);
    } finally {
      clearTimeout(timer);
    }
  }

  serve(subject: string, { queue }: { queue?: string }, handler: BusHandler): () => void {
    const server: Server = { queue, handler };
    const servers = this.#servers.get(subject) ?? new Set();
    this.#servers.set(subject, servers.add(server));
    return () => {
      servers.delete(server);
      if (servers.size === 0 && this.#servers.get(subject) === servers) this.#servers.delete(subject);
    };
  }

  /** Those without a queue, and one of each queue group, in turn. */
  #takers(servers: readonly Server[]): Server[] {
    const groups = Map.groupBy(servers, ({ queue }) => queue);
    this.#turn += 1;
    return [...groups].flatMap(([queue, members]) => {
      const one = members[this.#turn % members.length];
      return queue === undefined || one === undefined ? members : [one];
    });
  }
}
