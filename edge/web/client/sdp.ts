/**
 * Asks for stereo in an answer: Opus is decoded as mono unless the receiver says `stereo=1` (RFC 7587 section 6.1), and
 * browsers do not say it by themselves.
 */
export function withStereo(sdp: string): string {
  const payload = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  const format = new RegExp(`^(a=fmtp:${payload} )([^\\r\\n]*)`, 'm');
  const present = format.exec(sdp)?.[2];
  if (present === undefined) {
    return sdp.replace(new RegExp(`^(a=rtpmap:${payload} [^\\r\\n]*)(\\r?\\n)`, 'm'), `$1$2a=fmtp:${payload} stereo=1$2`);
  }
  return /(^|;)stereo=/.test(present) ? sdp : sdp.replace(format, '$1$2;stereo=1');
}
