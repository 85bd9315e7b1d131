/** The video codecs of the protocol's settings, those that hosts prefer first. */
const known = ['H264', 'VP8', 'VP9', 'AV1'] as const;

/** Those of them that this browser can receive: what `codecs` may name with any use. */
export function receivableCodecs(): string[] {
  const capabilities = 'RTCRtpReceiver' in globalThis ? RTCRtpReceiver.getCapabilities('video') : null;
  const types = new Set(capabilities?.codecs.map(({ mimeType }) => mimeType.toUpperCase()));
  return known.filter((name) => types.has(`VIDEO/${name}`));
}
