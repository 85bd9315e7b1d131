import { decodeJson } from './decode.ts';
import { AppError } from './errors.ts';
import { type HostCall, type HostReply, type HostRequest, hostCalls } from './host.ts';
import { type Outcome, outcome, outcomeOf } from './outcome.ts';
import { carrierOf, parseTrace, type TraceCarrier } from './trace.ts';

/**
 * Request and reply between the edge and the hosts. Two things implement it: NATS, and a double in memory for tests; one
 * contract suite holds both.
 */
export interface Bus {
  /**
   * Sends `payload` to one of those who serve `subject`.
   *
   * @throws AppError `no_host` at once where nobody serves it, `timeout` where no answer came within `timeoutMs`,
   * `unavailable` where the bus itself is away.
   */
  request(subject: string, payload: string, options: BusOptions): Promise<string>;

  /** Serves `subject`; within a `queue` group each request goes to one member. Returns how to stop. */
  serve(subject: string, options: { queue?: string }, handler: BusHandler): () => void;
}

export interface BusOptions {
  readonly timeoutMs: number;
  /** Beside the payload: the trace that a request belongs to. */
  readonly headers?: BusHeaders;
}

export type BusHeaders = Readonly<Record<string, string>>;
export type BusHandler = (payload: string, headers: BusHeaders) => Promise<string>;

/** The answers to calls as they come: made once, for to make a schema costs more than to read by it. */
const answers = {
  place: outcomeOf(hostCalls.place.reply),
  release: outcomeOf(hostCalls.release.reply),
  launch: outcomeOf(hostCalls.launch.reply),
  settings: outcomeOf(hostCalls.settings.reply),
  answer: outcomeOf(hostCalls.answer.reply),
  offer: outcomeOf(hostCalls.offer.reply),
  'ice-restart': outcomeOf(hostCalls['ice-restart'].reply),
  disconnect: outcomeOf(hostCalls.disconnect.reply),
  join: outcomeOf(hostCalls.join.reply),
  end: outcomeOf(hostCalls.end.reply),
} as const satisfies Record<HostCall, unknown>;

/** Calls a host and reads its answer. Never throws: a failure of the bus is an outcome too. */
export function callHost<K extends HostCall>(
  bus: Bus,
  subject: string,
  call: K,
  request: HostRequest<K>,
  options: { timeoutMs: number },
): Promise<Outcome<HostReply<K>>> {
  return outcome(async () => {
    const raw = await bus.request(subject, JSON.stringify(request), options);
    const reply = decodeJson(answers[call], raw, `${call} reply`, 'internal') as Outcome<HostReply<K>>;
    if (!reply.ok) throw AppError.fromWire(reply.error);
    return reply.data;
  });
}

/** Serves a call: reads the request, runs `handler`, answers with its outcome. What is not an AppError goes to `unexpected`. */
export function serveCall<K extends HostCall>(
  bus: Bus,
  subject: string,
  call: K,
  options: { queue?: string; unexpected: (error: unknown) => void },
  handler: (request: HostRequest<K>, trace: TraceCarrier | undefined) => Promise<HostReply<K>>,
): () => void {
  const { unexpected, ...serveOptions } = options;
  return bus.serve(subject, serveOptions, async (raw, headers) => {
    const result = await outcome(
      () => handler(decodeJson(hostCalls[call].request, raw, `${call} request`) as HostRequest<K>, traceIn(headers)),
      unexpected,
    );
    return JSON.stringify(result);
  });
}

function traceIn(headers: BusHeaders): TraceCarrier | undefined {
  const context = parseTrace((name) => headers[name]);
  return context && carrierOf(context);
}
