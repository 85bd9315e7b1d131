import type { types } from 'mediasoup';
import { midUri } from './codecs.ts';
import type { Accepted } from './sdp/answer.ts';
import type { OfferedStream } from './sdp/offer.ts';

/** The m-line for a client's microphone where the client hears nothing on it. */
export function microphoneLine({ codecs = [], headerExtensions = [] }: types.RtpCapabilities): OfferedStream {
  const sound = codecs.filter(({ kind }) => kind === 'audio');
  return {
    kind: 'audio',
    mid: 'mic',
    direction: 'recvonly',
    rtpParameters: {
      codecs: sound.map(({ mimeType, preferredPayloadType, clockRate, channels = 1, parameters = {} }) => {
        return { mimeType, payloadType: preferredPayloadType ?? 0, clockRate, channels, parameters, rtcpFeedback: [] };
      }),
      // By which the server knows a packet's m-line.
      headerExtensions: headerExtensions
        .filter(({ kind, uri }) => kind === 'audio' && uri === midUri)
        .map(({ uri, preferredId }) => ({ uri, id: preferredId })),
    },
  };
}

/** What mediasoup is told to expect of a client that sends on an m-line. */
export function microphoneParameters({ mid, rtpParameters }: OfferedStream, accepted: Accepted): types.RtpParameters {
  const { payloadTypes, ssrc } = accepted;
  const codec = rtpParameters.codecs.find(({ payloadType }) => payloadTypes.includes(payloadType));
  if (codec === undefined) throw new Error('an m-line was accepted without a codec of it');
  return {
    mid,
    codecs: [codec],
    headerExtensions: rtpParameters.headerExtensions ?? [],
    encodings: [ssrc === undefined ? {} : { ssrc }],
  };
}
