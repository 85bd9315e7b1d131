import type { types } from 'mediasoup';
import { bundled, type Description, parseDescription, payloadTypes, quote, refuse, type Section } from './parse.ts';
import { type ClientTransport, readTransport } from './transport.ts';

/** A format of an m-line that a client can take. */
export interface ClientCodec {
  payloadType: number;
  /** In upper case: H264, OPUS. */
  name: string;
  clockRate: number;
  channels: number;
  /** As they are written in `a=fmtp`. */
  parameters: ReadonlyMap<string, string>;
  feedback: types.RtcpFeedback[];
}

export interface ClientStreamLine {
  use: 'audio' | 'video';
  mid: string;
  protocol: string;
  /** Whether the client wants to receive. */
  receives: boolean;
  /** The preferred one first. */
  codecs: readonly ClientCodec[];
  /** The ids that the client has given the header extensions (RFC 8285 section 5). */
  extensions: readonly { id: number; uri: string }[];
}

export type ClientLine =
  | ClientStreamLine
  | { use: 'data'; mid: string; protocol: string }
  /** It is refused: closed by the client, or nothing that is known here. */
  | { use: 'none'; type: string; protocol: string; payloads: string };

/** What a client offers, in the order of its m-lines. */
export interface ClientOffer {
  lines: readonly ClientLine[];
  /** The client's part in DTLS: it begins the handshake unless it asked not to. */
  dtlsRole: 'client' | 'server';
  fingerprint: ClientTransport['fingerprint'];
}

/** The payload types that RTCP can't be told apart from when it is on the same port (RFC 5761 section 4). */
const isReserved = (payloadType: number): boolean => payloadType > 127 || (payloadType >= 64 && payloadType <= 95);

/**
 * Reads a client's offer (RFC 3264, RFC 8829, RFC 9143): all that is to be answered must be in one BUNDLE group.
 *
 * @throws AppError `bad_sdp`, and nothing else, whatever the text; the message names the first rule that is broken.
 */
export function readOffer(sdp: string): ClientOffer {
  const offer = parseDescription(sdp, 'offer');
  if (offer.icelite !== undefined)
    throw refuse('The offer is of an ICE-lite client; this server is ICE-lite, so nobody would connect.');
  const lines: ClientLine[] = [];
  const live: Section[] = [];
  for (const [index, section] of offer.media.entries()) {
    const use = useOf(section, lines);
    if (use === 'none') {
      lines.push({ use, type: section.type, protocol: section.protocol, payloads: section.payloads });
      continue;
    }
    const mid = readMid(section, index, lines);
    lines.push(use === 'data' ? { use, mid, protocol: section.protocol } : readStream(section, use, mid));
    live.push(section);
  }
  if (live.length === 0) throw refuse('The offer has no m-line that this server knows.');
  checkBundle(offer, lines);
  // The first of a bundle speaks for all (RFC 9143 section 7.3.1): what others say of the transport would be for one of their own.
  const { setup, fingerprint } = readTransport(offer, live.slice(0, 1), 'offer');
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') {
    throw refuse(`The offer's a=setup is ${quote(setup)}; it must be actpass, active or passive.`);
  }
  return { lines, dtlsRole: setup === 'passive' ? 'server' : 'client', fingerprint };
}

function useOf(section: Section, before: readonly ClientLine[]): ClientLine['use'] {
  const { type, protocol } = section;
  // Port 0 closes an m-line, unless it says that it has no port of its own (RFC 9143 section 6).
  if (section.port === 0 && section.bundleOnly === undefined) return 'none';
  if ((type === 'audio' || type === 'video') && /^(UDP|TCP)\/TLS\/RTP\/SAVPF$/.test(protocol)) return type;
  const isData = type === 'application' && /^(UDP|TCP)\/DTLS\/SCTP$/.test(protocol);
  if (!isData || section.payloads.trim() !== 'webrtc-datachannel' || before.some(({ use }) => use === 'data')) return 'none';
  if ((section.sctpPort ?? 5000) !== 5000) throw refuse(`The offer's a=sctp-port is ${section.sctpPort}; it must be 5000.`);
  return 'data';
}

function readMid({ mid }: Section, index: number, before: readonly ClientLine[]): string {
  if (mid === undefined || !/^[!#-'*+.0-9A-Z^-~-]{1,64}$/.test(mid)) {
    throw refuse(`The offer's m-line ${index} has the mid ${quote(mid)}; it must be a token of at most 64 characters.`);
  }
  if (before.some((line) => line.use !== 'none' && line.mid === mid))
    throw refuse(`The offer has the mid '${mid.slice(0, 40)}' twice.`);
  return mid;
}

function readStream(section: Section, use: 'audio' | 'video', mid: string): ClientStreamLine {
  if (section.rtcpMux === undefined) throw refuse(`The offer's m=${use} lacks a=rtcp-mux.`);
  const { direction, protocol } = section;
  return {
    use,
    mid,
    protocol,
    receives: direction === 'recvonly' || direction === 'sendrecv',
    codecs: readCodecs(section),
    extensions: section.ext.map(({ value, uri }) => ({ id: value, uri })),
  };
}

/** Formats without a mapping, or with payload types that can't be used, are passed over. */
function readCodecs(section: Section): ClientCodec[] {
  return payloadTypes(section).flatMap((payloadType) => {
    const map = section.rtp.find(({ payload }) => payload === payloadType);
    if (map?.rate === undefined || isReserved(payloadType)) return [];
    return [
      {
        payloadType,
        name: map.codec.toUpperCase(),
        clockRate: map.rate,
        channels: map.encoding ?? 1,
        parameters: readParameters(section.fmtp.find(({ payload }) => payload === payloadType)?.config ?? ''),
        feedback: section.rtcpFb
          .filter(({ payload }) => payload === '*' || payload === String(payloadType))
          .map(({ type, subtype }) => ({ type, ...(subtype === undefined ? {} : { parameter: subtype }) })),
      },
    ];
  });
}

const readParameters = (config: string): Map<string, string> =>
  new Map(
    config
      .split(';')
      .map((part) => part.trim().split('=', 2))
      .map(([key = '', value = '']) => [key.toLowerCase(), value]),
  );

/** All must share one transport. A single m-line needs no group for that. */
function checkBundle(offer: Description, lines: readonly ClientLine[]): void {
  const mids = lines.flatMap((line) => (line.use === 'none' ? [] : [line.mid]));
  const bundle = bundled(offer);
  if (mids.length === 1 && bundle.length === 0) return;
  const missing = mids.find((mid) => !bundle.includes(mid));
  if (missing !== undefined) throw refuse(`The offer's BUNDLE group lacks the mid '${missing}'.`);
}
