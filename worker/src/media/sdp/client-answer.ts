import type { types } from 'mediasoup';
import { type MediaDescription, write } from 'sdp-transform';
import type { ClientCodec, ClientLine, ClientOffer, ClientStreamLine } from './client-offer.ts';
import { describeStream, type OfferedStream } from './offer.ts';

/** The part that the answer takes in DTLS: it waits for the client's handshake unless the client waits too (RFC 8842 section 5.3). */
export interface AnswerOptions {
  offer: ClientOffer;
  /** `o=`: a number below 2^63 (RFC 8829 section 5.2.1). */
  sessionId: string;
  ice: types.IceParameters;
  candidates: readonly types.IceCandidate[];
  fingerprint: types.DtlsFingerprint;
  /** What is sent, by the mid of the client's m-line. */
  streams: readonly OfferedStream[];
  data: { sctpPort: number; maxMessageBytes: number };
}

/**
 * Writes the answer of an ICE-lite server to a client's offer (RFC 3264 section 6, RFC 8829, RFC 9143): an m-line for each of its own,
 * in its order; all on one transport, whose candidates are in the first of those that are taken.
 */
export function writeAnswer(options: AnswerOptions): string {
  const { offer, ice, candidates, fingerprint, streams, data } = options;
  const transport = {
    connection: { version: 4, ip: '0.0.0.0' },
    iceUfrag: ice.usernameFragment,
    icePwd: ice.password,
    fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value },
    setup: offer.dtlsRole === 'client' ? 'passive' : 'active',
  } as const;
  const lines = offer.lines.map((line) => ({ line, media: describeLine(line, streams, data) }));
  const taken = lines.flatMap(({ line, media }) => (line.use === 'none' || media.port === 0 ? [] : [line.mid]));
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: options.sessionId,
      sessionVersion: 1,
      netType: 'IN',
      ipVer: 4,
      address: '127.0.0.1',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    groups: [{ type: 'BUNDLE', mids: taken.join(' ') }],
    media: lines.map(({ line, media }) => {
      if (line.use === 'none' || media.port === 0) return media;
      const first = line.mid === taken[0];
      return {
        ...media,
        ...transport,
        ...(first ? { candidates: candidates.map(describe), endOfCandidates: 'end-of-candidates' } : {}),
      };
    }),
  });
}

type Media = MediaDescription & { port: number };

function describeLine(line: ClientLine, streams: readonly OfferedStream[], data: AnswerOptions['data']): Media {
  switch (line.use) {
    case 'none':
      return refused(line.type, line.protocol, line.payloads);
    case 'data':
      return {
        type: 'application',
        port: 9,
        protocol: line.protocol,
        payloads: 'webrtc-datachannel',
        rtp: [],
        fmtp: [],
        mid: line.mid,
        sctpPort: data.sctpPort,
        maxMessageSize: data.maxMessageBytes,
      };
    case 'audio':
    case 'video': {
      const stream = streams.find(({ mid }) => mid === line.mid);
      return stream === undefined ? describeUnused(line) : { ...describeStream(stream), protocol: line.protocol };
    }
    default:
      return line satisfies never;
  }
}

const refused = (type: string, protocol: string, payloads: string): Media => ({
  type,
  port: 0,
  protocol,
  payloads,
  rtp: [],
  fmtp: [],
  connection: { version: 4, ip: '0.0.0.0' },
});

/**
 * Nothing is sent, nor taken: a camera, a microphone, sound of an application that has none. Refused where the client's codecs
 * can't be told.
 */
function describeUnused(line: ClientStreamLine): Media {
  const [codec] = line.codecs;
  if (codec === undefined) return refused(line.use, line.protocol, '0');
  return {
    type: line.use,
    port: 9,
    protocol: line.protocol,
    payloads: String(codec.payloadType),
    rtp: [
      {
        payload: codec.payloadType,
        codec: codec.name.toLowerCase() === 'opus' ? 'opus' : codec.name,
        rate: codec.clockRate,
        ...channels(codec),
      },
    ],
    fmtp: config(codec),
    mid: line.mid,
    direction: 'inactive',
    rtcpMux: 'rtcp-mux',
  };
}

const channels = (codec: ClientCodec) => (codec.channels > 1 ? { encoding: codec.channels } : {});

function config({ payloadType, parameters }: ClientCodec): { payload: number; config: string }[] {
  const written = [...parameters].filter(([key]) => key !== '').map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  return written.length === 0 ? [] : [{ payload: payloadType, config: written.join(';') }];
}

const describe = ({ foundation, protocol, priority, address, port, type, tcpType }: types.IceCandidate) => ({
  foundation,
  component: 1,
  transport: protocol,
  priority,
  ip: address,
  port,
  type,
  ...(tcpType === undefined ? {} : { tcptype: tcpType }),
});
