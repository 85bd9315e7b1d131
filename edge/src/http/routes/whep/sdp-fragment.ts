import { AppError } from '#shared/errors.ts';
import type { Candidate } from '#shared/signal.ts';

/** What a client's `application/trickle-ice-sdpfrag` (RFC 8840 section 9) says. Each is undefined where it says nothing of it. */
export interface SdpFragment {
  readonly ufrag: string | undefined;
  readonly pwd: string | undefined;
  /** The first media line, and its `mid`. */
  readonly media: string | undefined;
  readonly mid: string | undefined;
  readonly candidates: number;
}

const attribute = (lines: readonly string[], name: string): string | undefined =>
  lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3);

/** ice-char (RFC 8839 section 5.4): a user fragment has 4 to 256 of them, a password 22 to 256. */
const isUfrag = (text: string): boolean => /^[A-Za-z0-9+/]{4,256}$/.test(text);
const isPwd = (text: string): boolean => /^[A-Za-z0-9+/]{22,256}$/.test(text);

/** @throws AppError `invalid_request` that says what is wrong. */
export function parseSdpFragment(text: string): SdpFragment {
  const bad = (message: string): AppError =>
    new AppError('invalid_request', { message: `The SDP fragment is not valid: ${message}.` });
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const wrong = lines.findIndex((line) => !/^[am]=\P{Cc}+$/u.test(line));
  if (lines.length === 0) throw bad('it is empty');
  if (wrong !== -1) throw bad(`line ${wrong + 1} is no "a=" and no "m="`);
  const [ufrag, pwd] = [attribute(lines, 'ice-ufrag'), attribute(lines, 'ice-pwd')];
  if (ufrag !== undefined && !isUfrag(ufrag)) throw bad('ice-ufrag');
  if (pwd !== undefined && !isPwd(pwd)) throw bad('ice-pwd');
  const candidates = lines.filter((line) => line.startsWith('a=candidate:')).length;
  if (candidates === 0 && ufrag === undefined && !lines.includes('a=end-of-candidates')) {
    throw bad('it has neither candidates nor ICE credentials');
  }
  const media = lines.find((line) => line.startsWith('m='))?.slice(2);
  return { ufrag, pwd, media, mid: attribute(lines, 'mid'), candidates };
}

/** The fragment that answers a restart: the server's new credentials and its candidates, for the client's first media line. */
export function restartFragment(
  { media, mid }: Pick<SdpFragment, 'media' | 'mid'>,
  { ufrag, pwd, candidates }: { ufrag: string; pwd: string; candidates: readonly Candidate[] },
): string {
  const lines = [
    'a=ice-lite',
    `m=${media ?? 'audio 9 UDP/TLS/RTP/SAVPF 0'}`,
    `a=mid:${mid ?? candidates[0]?.sdpMid ?? '0'}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    ...candidates.map(({ candidate }) => `a=${candidate.replace(/^a=/, '')}`),
    'a=end-of-candidates',
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** The client's user fragment of an offer: the first one, for all that is bundled shares it. @throws AppError `bad_sdp`. */
export function ufragOfOffer(sdp: string): string {
  if (!/^v=0\r?\n/.test(sdp))
    throw new AppError('bad_sdp', { message: 'The body is no session description: it does not begin with "v=0".' });
  const ufrag = attribute(sdp.split(/\r?\n/), 'ice-ufrag');
  if (ufrag === undefined || !isUfrag(ufrag)) throw new AppError('bad_sdp', { message: 'The offer has no valid ice-ufrag.' });
  return ufrag;
}
