/**
 * Asks for stereo in an answer: Opus is decoded as mono unless the receiver says `stereo=1` (RFC 7587 section 6.1), and
 * browsers do not say it by themselves.
 */
export function withStereo(sdp: string): string {
  const payload = opusIn(sdp);
  if (payload === undefined) return sdp;
  const format = new RegExp(`^(a=fmtp:${payload} )([^\\r\\n]*)`, 'm');
  const present = format.exec(sdp)?.[2];
  if (present === undefined) {
    return sdp.replace(new RegExp(`^(a=rtpmap:${payload} [^\\r\\n]*)(\\r?\\n)`, 'm'), `$1$2a=fmtp:${payload} stereo=1$2`);
  }
  return /(^|;)stereo=/.test(present) ? sdp : sdp.replace(format, '$1$2;stereo=1');
}

/**
 * Asks in an answer for what is lost of the sound (NACK, RFC 4585 section 6.2.1), where that was offered: browsers can, and do not say it
 * by themselves.
 */
export function withSoundRepair(answer: string, offer: string): string {
  const payload = opusIn(answer);
  const wish = `a=rtcp-fb:${payload} nack`;
  const has = (sdp: string): boolean => new RegExp(`^${wish}\\r?$`, 'm').test(sdp);
  if (payload === undefined || !has(offer) || has(answer)) return answer;
  return answer.replace(new RegExp(`^(a=rtpmap:${payload} [^\\r\\n]*)(\\r?\\n)`, 'm'), `$1$2${wish}$2`);
}

/** The payload type of Opus in stereo. */
const opusIn = (sdp: string): string | undefined => /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];

/** Of an ICE session (RFC 8839 section 5.4). */
export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/** A description with other credentials of ICE, as a further one of its session (RFC 8829 section 5.2.1); without the old candidates. */
export const withIce = (sdp: string, { ufrag, pwd }: IceCredentials): string =>
  sdp
    .replace(/^(o=\S+ \S+ )(\d+)/m, (_, origin: string, version: string) => `${origin}${BigInt(version) + 1n}`)
    .replaceAll(/^a=ice-ufrag:.*?(\r?)$/gm, `a=ice-ufrag:${ufrag}$1`)
    .replaceAll(/^a=ice-pwd:.*?(\r?)$/gm, `a=ice-pwd:${pwd}$1`)
    .replaceAll(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');

/** The mid of the m-line of video that the host only receives on; undefined where an offer has none. */
export const receivedVideo = (offer: string): string | undefined =>
  offer
    .split(/^(?=m=)/m)
    .filter((section) => section.startsWith('m=video ') && /^a=recvonly\r?$/m.test(section))
    .map((section) => /^a=mid:(.*?)\r?$/m.exec(section)?.[1])
    .find((mid) => mid !== undefined);
