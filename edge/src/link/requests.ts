/** A request that failed. `code`: as nats.ws has it, `503` where nobody serves the subject, `TIMEOUT`, `CLOSED`. */
export class RequestError extends Error {
  readonly code: '503' | 'TIMEOUT' | 'CLOSED';

  constructor(code: RequestError['code']) {
    super(`The request to a host ended with ${code}.`);
    this.code = code;
  }
}

interface Answer {
  string(): string;
}

/** What is needed of a NATS connection: nats.ws has it. */
export interface Requestable<Headers> {
  subscribe(
    subject: string,
    options: {
      callback: (error: Error | null, message: Answer & { subject: string; headers?: { code: number } }) => void;
    },
  ): unknown;
  publish(subject: string, data: string, options: { reply: string; headers?: Headers }): void;
  closed(): Promise<unknown>;
  close(): Promise<void>;
}

interface Waiting {
  readonly dueAtMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RequestError) => void;
}

/**
 * Requests over a connection, as its own `request` makes them, for a third of the cost: that one has a timer for each, and an error
 * with its stack for each, whether it fails or not. One inbox takes all replies, and one timer watches over all that wait.
 */
export class Requests<Headers> {
  readonly #connection: Requestable<Headers>;
  readonly #inbox: string;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  /** When the timer rings; undefined while there is none. */
  #ringsAtMs: number | undefined;

  /** @param inbox a subject that nobody else has. */
  constructor(connection: Requestable<Headers>, inbox: string) {
    this.#connection = connection;
    this.#inbox = inbox;
    connection.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        // Without its inbox the connection is of no use.
        if (error !== null) return void connection.close();
        const waiting = this.#take(message.subject);
        if (message.headers?.code === 503) waiting?.reject(new RequestError('503'));
        else waiting?.resolve(message);
      },
    });
    void connection.closed().then(() => {
      for (const subject of [...this.#waiting.keys()]) this.#take(subject)?.reject(new RequestError('CLOSED'));
    });
  }

  /** @throws RequestError; what the connection throws where it is closed. */
  request(subject: string, data: string, { timeout, headers }: { timeout: number; headers?: Headers }): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const reply = `${this.#inbox}.${this.#count++}`;
    const dueAtMs = Date.now() + timeout;
    this.#connection.publish(subject, data, headers === undefined ? { reply } : { reply, headers });
    this.#waiting.set(reply, { dueAtMs, resolve, reject });
    this.#watch(dueAtMs);
    return promise;
  }

  #take(subject: string): Waiting | undefined {
    const waiting = this.#waiting.get(subject);
    this.#waiting.delete(subject);
    return waiting;
  }

  /** Has the timer ring by then. One that rings in vain costs less than one a request. */
  #watch(dueAtMs: number): void {
    if (this.#ringsAtMs !== undefined && this.#ringsAtMs <= dueAtMs) return;
    this.#ringsAtMs = dueAtMs;
    setTimeout(() => this.#expire(dueAtMs), dueAtMs - Date.now());
  }

  #expire(ringsAtMs: number): void {
    // An earlier one was set meanwhile.
    if (this.#ringsAtMs !== ringsAtMs) return;
    this.#ringsAtMs = undefined;
    const now = Date.now();
    for (const [subject, { dueAtMs, reject }] of this.#waiting) {
      if (dueAtMs > now) continue;
      this.#waiting.delete(subject);
      reject(new RequestError('TIMEOUT'));
    }
    const next = Math.min(...Array.from(this.#waiting.values(), (waiting) => waiting.dueAtMs));
    if (next !== Number.POSITIVE_INFINITY) this.#watch(next);
  }
}
