import { bundled, type Description, parseDescription, payloadTypes, quote, refuse, type Section } from './parse.ts';
import { type ClientTransport, readTransport } from './transport.ts';

/** What the offer said of an m-line. */
export type OfferedSection =
  | {
      kind: 'audio' | 'video';
      mid: string;
      direction: 'sendonly' | 'sendrecv' | 'recvonly';
      /** One of which the client must take. */
      codecs: readonly { payloadType: number; name: string }[];
      otherPayloadTypes: readonly number[];
    }
  | { kind: 'application'; mid: string };

/** What an answer decides. */
export interface Answer {
  /** The client's part in DTLS: `active` begins the handshake, and uses the even data channel ids (RFC 8832 section 6). */
  setup: 'active' | 'passive';
  fingerprint: ClientTransport['fingerprint'];
  /** The mids of the m-lines that the client takes. */
  accepted: ReadonlySet<string>;
  /** Of those, the ones that the client may send on. */
  sending: ReadonlyMap<string, Accepted>;
  /** The mids of those that it can't take. What is in neither set it could take, and does not want. */
  refused: ReadonlySet<string>;
}

/** How a client sends. */
export interface Accepted {
  /** In its order of preference. */
  payloadTypes: readonly number[];
  /** Of its stream, where it says so. */
  ssrc: number | undefined;
}

/**
 * Judges a client's answer against what was offered (RFC 3264, RFC 8829, RFC 8843). Candidates in it are not needed: the client
 * begins all checks, for this server is ICE-lite (RFC 8445 section 2.5).
 *
 * A stream that the client refuses is no error.
 *
 * @throws AppError `bad_sdp`, and nothing else, whatever the text; the message names the first rule that is broken.
 */
export function readAnswer(sdp: string, offered: readonly OfferedSection[]): Answer {
  const answer = parseDescription(sdp, 'answer');
  if (answer.media.length !== offered.length) {
    throw refuse(`The answer has ${answer.media.length} m-lines; the offer has ${offered.length}.`);
  }
  const sections = offered.map((offer, index) => {
    const section = answer.media[index];
    if (section === undefined) throw refuse(`The answer lacks m-line ${index}.`);
    checkLine(section, offer, index);
    return { section, offer };
  });
  const those = (wanted: Verdict) => sections.filter(({ section, offer }) => judge(section, offer) === wanted);
  const taken = those('accepted');
  if (!taken.some(({ offer }) => offer.kind === 'application'))
    throw refuse('The answer refuses the data channels (m=application).');
  const mids = taken.map(({ offer }) => offer.mid);
  checkBundle(answer, mids);
  for (const { section, offer } of taken) checkSection(section, offer);
  const { setup, fingerprint } = readTransport(
    answer,
    taken.map(({ section }) => section),
    'answer',
  );
  if (setup !== 'active' && setup !== 'passive') {
    throw refuse(`The answer's a=setup is ${quote(setup)}; it must be active or passive.`);
  }
  const sending = taken
    .filter(({ section, offer }) => offer.kind !== 'application' && /^send/.test(section.direction))
    .map(({ section, offer }) => [offer.mid, { payloadTypes: payloadTypes(section), ssrc: section.ssrcs[0]?.id }] as const);
  const accepted = new Set(mids);
  return {
    setup,
    fingerprint,
    accepted,
    sending: new Map(sending),
    refused: new Set(those('refused').map(({ offer }) => offer.mid)),
  };
}

function checkLine(section: Section, offer: OfferedSection, index: number): void {
  const name = `m-line ${index}`;
  if (section.type !== offer.kind)
    throw refuse(`The answer's ${name} is ${quote(section.type)}; the offer's is '${offer.kind}'.`);
  // RFC 8829 section 5.3.1 lets a refused m-line go without a mid.
  if (section.mid === undefined && section.port === 0) return;
  if (section.mid !== offer.mid)
    throw refuse(`The answer's ${name} has the mid ${quote(section.mid)}; the offer's is '${offer.mid}'.`);
  const protocol = offer.kind === 'application' ? /^(UDP|TCP)\/DTLS\/SCTP$/ : /^(UDP|TCP)\/TLS\/RTP\/SAVPF$/;
  if (!protocol.test(section.protocol)) throw refuse(`The answer's ${name} has the unknown protocol ${quote(section.protocol)}.`);
}

type Verdict = 'accepted' | 'refused' | 'unwanted';

/** What the client makes of an m-line: port 0, or nothing of the codec, refuses it (RFC 3264 section 6). */
function judge(section: Section, offer: OfferedSection): Verdict {
  if (section.port === 0) return 'refused';
  if (offer.kind === 'application') return 'accepted';
  const taken = payloadTypes(section);
  if (!offer.codecs.some(({ payloadType }) => taken.includes(payloadType))) return 'refused';
  return section.direction === 'inactive' ? 'unwanted' : 'accepted';
}

/** What a client may answer to a direction, besides `inactive` (RFC 3264 section 6.1). */
const answers = { sendonly: ['recvonly'], recvonly: ['sendonly'], sendrecv: ['recvonly', 'sendrecv', 'sendonly'] };

function checkSection(section: Section, offer: OfferedSection): void {
  if (offer.kind === 'application') {
    if (section.payloads.trim() !== 'webrtc-datachannel')
      throw refuse("The answer's m=application is not for 'webrtc-datachannel'.");
    return;
  }
  const name = `m=${offer.kind}`;
  const allowed = answers[offer.direction];
  if (!allowed.includes(section.direction))
    throw refuse(`The answer's ${name} is ${section.direction}; it must be ${allowed.join(', ')} or inactive.`);
  const known = new Set([...offer.codecs.map(({ payloadType }) => payloadType), ...offer.otherPayloadTypes]);
  const unknown = payloadTypes(section).find((payloadType) => !known.has(payloadType));
  if (unknown !== undefined) throw refuse(`The answer's ${name} takes payload type ${unknown}, which was not offered.`);
  for (const { payloadType, name: offered } of offer.codecs) {
    if (!payloadTypes(section).includes(payloadType)) continue;
    const codec = section.rtp.find(({ payload }) => payload === payloadType)?.codec;
    if (codec?.toUpperCase() !== offered.toUpperCase()) {
      throw refuse(`The answer's ${name} maps payload type ${payloadType} to ${quote(codec)}; it was offered as '${offered}'.`);
    }
  }
  if (section.rtcpMux === undefined) throw refuse(`The answer's ${name} lacks a=rtcp-mux.`);
}

/** All that the client takes must be on the one transport (RFC 8843 section 7.3). */
function checkBundle(answer: Description, mids: readonly string[]): void {
  const bundle = bundled(answer);
  const missing = mids.find((mid) => !bundle.includes(mid));
  if (missing !== undefined) throw refuse(`The answer's BUNDLE group lacks the mid '${missing}'.`);
}
