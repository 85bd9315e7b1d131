/** The video codecs of the protocol's settings, those that hosts prefer first. */
const known = ['H264', 'VP8', 'VP9', 'AV1'] as const;

/** Those of them that this browser can receive: what `codecs` may name with any use. */
export function receivableCodecs(): string[] {
  const capabilities = 'RTCRtpReceiver' in globalThis ? RTCRtpReceiver.getCapabilities('video') : null;
  const types = new Set(capabilities?.codecs.map(({ mimeType }) => mimeType.toUpperCase()));
  return known.filter((name) => types.has(`VIDEO/${name}`));
}

/**
 * What a host is asked for where a page prefers `preferred`: nothing where that is nothing, for then it chooses; but what the browser can
 * receive where it lacks H.264, which hosts send by themselves: in Firefox that is a plugin, which comes later or never.
 */
export function askedCodecs(preferred: readonly string[], receivable: readonly string[] = receivableCodecs()): readonly string[] {
  return preferred.length > 0 || receivable.includes('H264') ? preferred : receivable;
}
