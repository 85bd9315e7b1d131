import type { types } from 'mediasoup';

/**
 * The video codecs that this media server carries, the least costly to encode first. mediasoup 3.27 knows no H.265: where its list has
 * it, a line here and one in {@link facts} is all that it takes.
 */
export const carriedVideoCodecs = ['H264', 'VP8', 'VP9', 'AV1'] as const;
export type CarriedVideoCodec = (typeof carriedVideoCodecs)[number];

/** What an ingest carries. */
export type IngestCodec = CarriedVideoCodec | 'OPUS';

/** The codecs of which one consumer can be sent two streams in turn: mediasoup has it for these alone. */
export const layeredCodecs: ReadonlySet<IngestCodec> = new Set(['H264', 'VP8']);

/** Tells the receiver how long it may hold a frame back: 0 to 0 is what makes Chromium show it at once. */
export const playoutDelayUri = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

/** The ids that ingests use are ours to choose; mediasoup maps them to the router's. One byte form: 1 to 14 (RFC 8285 section 4.2). */
const ingestExtensionIds = { playoutDelay: 5 } as const;

interface CodecFacts {
  kind: types.MediaKind;
  mimeType: string;
  payloadType: number;
  clockRate: number;
  channels?: number;
  parameters: Record<string, string | number>;
}

/**
 * Constrained baseline, level 3.1 (RFC 6184 section 8.1): the profile that every browser with H.264 takes. What is sent may be of
 * a higher level, which `level-asymmetry-allowed` and the practice of all browsers permit.
 */
const facts = {
  H264: {
    kind: 'video',
    mimeType: 'video/H264',
    payloadType: 96,
    clockRate: 90_000,
    parameters: { 'level-asymmetry-allowed': 1, 'packetization-mode': 1, 'profile-level-id': '42e01f' },
  },
  VP8: { kind: 'video', mimeType: 'video/VP8', payloadType: 98, clockRate: 90_000, parameters: {} },
  // Eight bits, 4:2:0 (RFC 9628 section 6.1).
  VP9: { kind: 'video', mimeType: 'video/VP9', payloadType: 99, clockRate: 90_000, parameters: { 'profile-id': 0 } },
  // Main profile, up to 4K at 60 fps (AV1's RTP specification, section 7.2).
  AV1: {
    kind: 'video',
    mimeType: 'video/AV1',
    payloadType: 100,
    clockRate: 90_000,
    parameters: { profile: 0, 'level-idx': 13, tier: 0 },
  },
  OPUS: {
    kind: 'audio',
    mimeType: 'audio/opus',
    payloadType: 97,
    clockRate: 48_000,
    channels: 2,
    // RFC 7587 section 6.1.
    parameters: { minptime: 10, stereo: 1, 'sprop-stereo': 1, useinbandfec: 1, usedtx: 1 },
  },
} as const satisfies Record<IngestCodec, CodecFacts>;

/** Loopback loses nothing, so the only feedback that is needed on it is the wish for a keyframe. */
const loopbackFeedback: types.RtcpFeedback[] = [
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];

const videoFeedback: types.RtcpFeedback[] = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'goog-remb' },
  { type: 'transport-cc' },
];

/** Lost sound is sent again too: at 10 ms a packet that costs next to nothing. A client asks for it where its answer says so. */
const soundFeedback: types.RtcpFeedback[] = [{ type: 'nack' }, { type: 'transport-cc' }];

function capability(name: IngestCodec): types.RouterRtpCodecCapability {
  const { kind, mimeType, clockRate, channels, parameters }: CodecFacts = facts[name];
  return {
    kind,
    mimeType,
    clockRate,
    ...(channels === undefined ? {} : { channels }),
    parameters,
    rtcpFeedback: kind === 'video' ? videoFeedback : soundFeedback,
  };
}

/** The codecs of every room's router. mediasoup adds RTX (RFC 4588) for the video ones. */
export const routerCodecs: types.RouterRtpCodecCapability[] = [...carriedVideoCodecs, 'OPUS' as const].map(capability);

/** A codec with the payload types that a client has named. */
export interface NumberedCodec {
  codec: IngestCodec;
  payloadType: number;
}

/** The codecs of a router whose peers have named the payload types. */
export const bridgeCodecs = (numbered: readonly NumberedCodec[]): types.RouterRtpCodecCapability[] =>
  numbered.map(({ codec, payloadType }) => ({ ...capability(codec), preferredPayloadType: payloadType }));

/** How the payloader of a codec has to send. */
export interface IngestFormat {
  kind: types.MediaKind;
  payloadType: number;
  /** The id of the playout-delay header extension, for video. */
  playoutDelayExtensionId: number | null;
  rtpParameters: types.RtpParameters;
}

/**
 * More than any stream has: a stream that is let know of it is probed for up to what its transport is limited to, also while a still
 * picture needs next to nothing. Without it a link's estimate never gets far above what is sent.
 */
export const mostBitsPerSecond = 50_000_000;

/** What mediasoup is told to expect from the payloader of `codec`. */
export function ingestFormat(codec: IngestCodec, ssrc: number): IngestFormat {
  const { kind, mimeType, payloadType, clockRate, channels, parameters }: CodecFacts = facts[codec];
  const video = kind === 'video';
  return {
    kind,
    payloadType,
    playoutDelayExtensionId: video ? ingestExtensionIds.playoutDelay : null,
    rtpParameters: {
      codecs: [
        {
          mimeType,
          payloadType,
          clockRate,
          ...(channels === undefined ? {} : { channels }),
          parameters,
          rtcpFeedback: video ? loopbackFeedback : [],
        },
      ],
      headerExtensions: video ? [{ uri: playoutDelayUri, id: ingestExtensionIds.playoutDelay }] : [],
      encodings: [{ ssrc, ...(video ? { maxBitrate: mostBitsPerSecond } : {}) }],
    },
  };
}

export const midUri = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/** The header extensions that peers are offered; the others of mediasoup are of no use to a receiver of one stream a kind. */
const offeredExtensions: ReadonlySet<string> = new Set([
  midUri,
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  playoutDelayUri,
]);

/** What a peer is presumed to take: the offer says it, and the answer is checked against the offer. */
export function peerCapabilities(router: types.RtpCapabilities): types.RtpCapabilities {
  return {
    ...router,
    headerExtensions: (router.headerExtensions ?? []).filter(
      ({ uri, kind }) => offeredExtensions.has(uri) && !(uri === playoutDelayUri && kind === 'audio'),
    ),
  };
}

/** What video needs that goes from a router back into it: no repairs, and nobody estimates what loopback carries. */
export function loopbackCapabilities(router: types.RtpCapabilities): types.RtpCapabilities {
  return {
    codecs: (router.codecs ?? [])
      .filter(({ mimeType }) => !/\/rtx$/i.test(mimeType))
      .map((codec) => ({ ...codec, rtcpFeedback: loopbackFeedback })),
    headerExtensions: (router.headerExtensions ?? []).filter(({ uri, kind }) => uri === playoutDelayUri && kind === 'video'),
  };
}
