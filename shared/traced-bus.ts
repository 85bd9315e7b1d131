import type { Bus, BusHeaders } from './bus.ts';
import { type Scope, type TraceCarrier, traced } from './trace.ts';

/** A bus whose requests are spans of a trace, and carry it on to whoever answers them. */
export const tracedBus = (bus: Bus, scope: Scope): Bus => ({
  serve: bus.serve,
  request(subject, payload, options) {
    if (scope.carrier === undefined) return bus.request(subject, payload, options);
    const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': subject };
    return traced(scope, `call ${callOf(subject)}`, { kind: 'client', attributes }, ({ carrier }) =>
      bus.request(subject, payload, carrier === undefined ? options : { ...options, headers: headersOf(carrier) }),
    );
  },
});

/** `farpane.v1.place.REGION.APP`, `farpane.v1.host.HOST.CALL`. */
function callOf(subject: string): string {
  const tokens = subject.split('.');
  return (tokens[2] === 'host' ? tokens[4] : tokens[2]) ?? '';
}

const headersOf = ({ traceparent, tracestate }: TraceCarrier): BusHeaders =>
  tracestate === undefined ? { traceparent } : { traceparent, tracestate };
