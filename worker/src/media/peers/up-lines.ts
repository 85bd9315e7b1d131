import type { types } from 'mediasoup';
import { midUri } from '#worker/media/codecs.ts';
import type { Accepted } from '#worker/media/sdp/answer.ts';
import type { OfferedStream } from '#worker/media/sdp/offer.ts';

/** The m-line for a client's microphone where the client hears nothing on it. */
export function microphoneLine({ codecs = [], headerExtensions = [] }: types.RtpCapabilities): OfferedStream {
  const sound = codecs.filter(({ kind }) => kind === 'audio').map((codec) => formatOf(codec, []));
  return {
    kind: 'audio',
    mid: 'mic',
    direction: 'recvonly',
    rtpParameters: {
      codecs: sound,
      // By which the server knows a packet's m-line.
      headerExtensions: extensionsOf(headerExtensions, 'audio', ({ uri }) => uri === midUri),
    },
  };
}

/** The m-line for a client's camera: VP8, which every browser encodes (RFC 7742, section 5). */
export function cameraLine({ codecs = [], headerExtensions = [] }: types.RtpCapabilities): OfferedStream {
  const vp8 = codecs.find(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8');
  if (vp8 === undefined) throw new Error('a media server without VP8');
  const again = codecs.filter(({ mimeType, parameters }) => isRtx(mimeType) && parameters?.['apt'] === vp8.preferredPayloadType);
  // Estimated is what the client can send (transport-cc), not by two ways at once.
  const feedback = vp8.rtcpFeedback?.filter(({ type }) => type !== 'goog-remb') ?? [];
  return {
    kind: 'video',
    mid: 'camera',
    direction: 'recvonly',
    rtpParameters: {
      codecs: [formatOf(vp8, feedback), ...again.map((codec) => formatOf(codec, []))],
      headerExtensions: extensionsOf(headerExtensions, 'video', ({ uri }) => isOfCamera(uri)),
    },
  };
}

/** What mediasoup is told to expect of a client that sends on an m-line: the first format of the line that it has agreed to. */
export function sentParameters({ mid, rtpParameters }: OfferedStream, accepted: Accepted): types.RtpParameters {
  const { payloadTypes, ssrc } = accepted;
  const agreed = rtpParameters.codecs.filter(({ payloadType }) => payloadTypes.includes(payloadType));
  const codec = agreed.find(({ mimeType }) => !isRtx(mimeType));
  if (codec === undefined) throw new Error('an m-line was accepted without a codec of it');
  const retransmitted = agreed.filter(({ mimeType, parameters }) => isRtx(mimeType) && parameters?.['apt'] === codec.payloadType);
  return {
    mid,
    codecs: [codec, ...retransmitted],
    headerExtensions: rtpParameters.headerExtensions ?? [],
    encodings: [ssrc === undefined ? {} : { ssrc }],
  };
}

const isRtx = (mimeType: string): boolean => mimeType.toLowerCase().endsWith('/rtx');

/** What carries the m-line, and what the estimate of the client's link needs. */
const isOfCamera = (uri: string): boolean => uri === midUri || uri.includes('transport-wide-cc');

function formatOf(
  { mimeType, preferredPayloadType, clockRate, channels = 1, parameters = {} }: types.RtpCodecCapability,
  rtcpFeedback: types.RtcpFeedback[],
): types.RtpCodecParameters {
  return { mimeType, payloadType: preferredPayloadType ?? 0, clockRate, channels, parameters, rtcpFeedback };
}

const extensionsOf = (
  all: readonly types.RtpHeaderExtension[],
  kind: types.MediaKind,
  wanted: (extension: types.RtpHeaderExtension) => boolean,
): types.RtpHeaderExtensionParameters[] =>
  all
    .filter((extension) => extension.kind === kind && wanted(extension))
    .map(({ uri, preferredId }) => ({ uri, id: preferredId }));
