import type { types } from 'mediasoup';
import { type MediaDescription, write } from 'sdp-transform';
import type { Candidate } from '#shared/signal.ts';

/** One m-line of media. */
export interface OfferedStream {
  kind: 'audio' | 'video';
  /** Who may send, as the host sees it. Default: only the host. */
  direction?: 'sendonly' | 'sendrecv' | 'recvonly';
  /** At most 8 characters: it travels in a header extension too. */
  mid: string;
  rtpParameters: types.RtpParameters;
}

export interface OfferOptions {
  /** `o=`: a number below 2^63 (RFC 8829 section 5.2.1). */
  sessionId: string;
  /** One more at each offer of the same session. */
  version: number;
  ice: types.IceParameters;
  fingerprint: types.DtlsFingerprint;
  /** Sound first, then video: the order of the m-lines. */
  streams: readonly OfferedStream[];
  /** The m-line of the data channels, which is always there: a client may have created its channels already. */
  data: { mid: string; sctpPort: number; maxMessageBytes: number };
}

/**
 * Writes the offer of an ICE-lite server (RFC 8829, RFC 8840, RFC 8841): all on one transport. Its
 * candidates are told apart (RFC 8838): a client that had them with the offer would connect before its answer is here.
 *
 * Sound and video are in different media streams on purpose: within one, browsers hold the video back until the sound of the same
 * moment plays, which is 40 to 70 ms later.
 */
export function writeOffer(options: OfferOptions): string {
  const { ice, fingerprint, streams, data } = options;
  const transport = {
    connection: { version: 4, ip: '0.0.0.0' },
    iceUfrag: ice.usernameFragment,
    icePwd: ice.password,
    fingerprint: { type: fingerprint.algorithm, hash: fingerprint.value },
    setup: 'actpass',
  } as const;
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: options.sessionId,
      sessionVersion: options.version,
      netType: 'IN',
      ipVer: 4,
      address: '127.0.0.1',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    groups: [{ type: 'BUNDLE', mids: [...streams.map(({ mid }) => mid), data.mid].join(' ') }],
    media: [
      ...streams.map((stream) => ({ ...describeStream(stream), ...transport })),
      {
        type: 'application',
        port: 9,
        protocol: 'UDP/DTLS/SCTP',
        payloads: 'webrtc-datachannel',
        rtp: [],
        fmtp: [],
        mid: data.mid,
        sctpPort: data.sctpPort,
        maxMessageSize: data.maxMessageBytes,
        ...transport,
      },
    ],
  });
}

/** The m-line of a stream. */
export function describeStream({ kind, mid, direction = 'sendonly', rtpParameters }: OfferedStream) {
  const { codecs, headerExtensions = [], encodings = [], rtcp } = rtpParameters;
  const ssrcs = encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx?.ssrc]).filter((ssrc) => ssrc !== undefined);
  return {
    type: kind,
    port: 9,
    protocol: 'UDP/TLS/RTP/SAVPF',
    payloads: codecs.map(({ payloadType }) => payloadType).join(' '),
    rtp: codecs.map(({ payloadType, mimeType, clockRate, channels = 1 }) => ({
      payload: payloadType,
      codec: mimeType.slice(mimeType.indexOf('/') + 1),
      rate: clockRate,
      ...(channels > 1 ? { encoding: channels } : {}),
    })),
    fmtp: codecs.flatMap(({ payloadType, parameters = {} }) => {
      const config = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
      return config.length === 0 ? [] : [{ payload: payloadType, config: config.join(';') }];
    }),
    rtcpFb: codecs.flatMap(({ payloadType, rtcpFeedback = [] }) =>
      rtcpFeedback.map(({ type, parameter }) => ({ payload: payloadType, type, ...(parameter ? { subtype: parameter } : {}) })),
    ),
    ext: headerExtensions.map(({ id, uri }) => ({ value: id, uri })),
    mid,
    direction,
    // A stream id of its own: the picture does not wait for the sound (docs/decisions/0043). Never `-`: a track without a stream.
    ...(direction === 'recvonly' ? {} : { msid: [{ id: `stream-${kind}`, appdata: `track-${kind}` }] }),
    rtcpMux: 'rtcp-mux',
    rtcpRsize: 'rtcp-rsize',
    ...(ssrcs.length > 1 ? { ssrcGroups: [{ semantics: 'FID', ssrcs: ssrcs.join(' ') }] } : {}),
    ssrcs: ssrcs.map((id) => ({ id, attribute: 'cname', value: rtcp?.cname ?? 'farpane' })),
  } satisfies MediaDescription;
}

/** The m-line that a candidate is of. */
export type CandidateLine = Pick<Candidate, 'sdpMid' | 'sdpMLineIndex'>;

/**
 * The m-line that all others are bundled with: the first that was not refused (RFC 9143 section 7.3.2). Browsers pass over the
 * candidates of any other.
 */
export function bundleLine(mids: readonly string[], refused: ReadonlySet<string>): CandidateLine {
  const sdpMLineIndex = mids.findIndex((mid) => !refused.has(mid));
  const sdpMid = mids[sdpMLineIndex];
  if (sdpMid === undefined) throw new Error('every m-line is refused');
  return { sdpMid, sdpMLineIndex };
}

/** A candidate as browsers take it (RFC 8839 section 5.1). `line`: the one that all others are bundled with. */
export function describeCandidate(candidate: types.IceCandidate, line: CandidateLine): Candidate {
  const { foundation, protocol, priority, address, port, type, tcpType } = candidate;
  const text = `candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}`;
  return { candidate: tcpType === undefined ? text : `${text} tcptype ${tcpType}`, ...line };
}
