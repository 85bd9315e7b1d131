import fc from 'fast-check';
import { type HostCall, hostCalls } from '#shared/host.ts';
import { ClientSignal } from '#shared/signal.ts';
import { bodyLike } from './bodies.ts';
import { deepJson, hostileBytes, hostileText, hostileValue } from './hostile.ts';
import { sdpBase64, sdpLike } from './sdp.ts';

/** What a client of good will might send, but for its session descriptions. */
const plausible: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(0, 1, 2).map((version) => JSON.stringify({ type: 'settings', api_version: version, data_channels: ['foo'] })),
  sdpBase64.map((sdp) => JSON.stringify({ type: 'answer', sdp })),
  sdpBase64.map((sdp) => JSON.stringify({ type: 'offer', sdp, dataChannels: ['foo'] })),
);

/** Frames for a signalling socket. None is a `discover`: the answer to one tells that all before it was answered. */
export const frameLike: fc.Arbitrary<string> = fc.oneof(
  plausible,
  hostileText,
  hostileValue.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    deepJson(10_000),
    `{"type":"settings","api_version":2,"video":${deepJson(10_000)}}`,
    '{"type":"answer","sdp":"%%%"}',
  ),
  fc.constantFrom(...ClientSignal.options.slice(1)).chain((signal) =>
    fc.tuple(bodyLike(signal), hostileValue, fc.constantFrom(...Object.keys(signal.shape))).map(([right, value, key]) => {
      const type = signal.shape.type.value;
      return JSON.stringify(Object.assign({}, right, { type }, key === 'type' ? {} : { [key]: value }));
    }),
  ),
);

export interface FuzzCall {
  readonly call: HostCall;
  readonly payload: Uint8Array;
}

/** Requests to a host over NATS, as a gateway with a defect, or somebody with its credentials, would send them. */
export const callLike = (sessions: readonly string[]): fc.Arbitrary<FuzzCall> =>
  fc.constantFrom(...(Object.keys(hostCalls) as HostCall[])).chain((call) => {
    const { request } = hostCalls[call];
    const wrong = fc.oneof(hostileValue, sdpLike);
    const nearly = fc
      .tuple(
        bodyLike(request),
        fc.constantFrom(...Object.keys(request.shape), 'sdp', 'x'),
        wrong,
        fc.constantFrom(...sessions, '0'.repeat(20)),
      )
      .map(([value, key, other, session]) =>
        // Nothing ends the session that the others need.
        Object.assign(
          {},
          value,
          { [key]: other },
          call === 'end' || call === 'launch' || key === 'session' ? {} : { session, peer: '0'.repeat(12) },
        ),
      )
      .map((value) => new TextEncoder().encode(JSON.stringify(value)));
    return fc.record({ call: fc.constant(call), payload: fc.oneof({ weight: 3, arbitrary: nearly }, hostileBytes) });
  });
