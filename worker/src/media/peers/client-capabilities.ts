import type { types } from 'mediasoup';
import { midUri, peerCapabilities } from '#worker/media/codecs.ts';
import type { ChosenStream } from '#worker/media/sdp/choose.ts';

/** The longest mid that mediasoup writes into packets. Bytes. */
export const longestMid = 8;

/**
 * What a client that offered takes of a router whose payload types are its own: feedback and header extensions as far as it offered
 * them. An extension under another id than the router's can't be sent to it. Retransmissions, which the client can ask for (RFC 4585),
 * are not of a format of their own (RFC 4588): its payload type could not be the client's.
 */
export function clientCapabilities(
  router: types.RtpCapabilities,
  { codec, payloadType, feedback, extensions, mid }: ChosenStream,
): types.RtpCapabilities {
  const kind = codec === 'OPUS' ? 'audio' : 'video';
  const offered = (wanted: types.RtcpFeedback): boolean =>
    feedback.some(({ type, parameter }) => type === wanted.type && (parameter ?? '') === (wanted.parameter ?? ''));
  return {
    codecs: (router.codecs ?? [])
      .filter(({ preferredPayloadType }) => preferredPayloadType === payloadType)
      .map((own) => ({ ...own, rtcpFeedback: own.rtcpFeedback?.filter(offered) ?? [] })),
    headerExtensions: (peerCapabilities(router).headerExtensions ?? [])
      .filter((own) => own.kind === kind && extensions.some(({ id, uri }) => uri === own.uri && id === own.preferredId))
      .filter(({ uri }) => uri !== midUri || mid.length <= longestMid),
  };
}
