import type { types } from 'mediasoup';

/** What is known of the way to a client. */
export interface LinkReport {
  /** What it carries, sound included, as congestion control estimates it; null where the client gives it nothing to go by. */
  availableKbps: number | null;
  /** What was sent since the connection was made, and what came of the client: media, messages and reports of what it gets. */
  sentBytes: number;
  receivedBytes: number;
  /** The part of the packets that was lost lately, 0 to 1. */
  loss: number;
  /** There and back, by the client's last report; null before its first. */
  roundTripMs: number | null;
}

/** Reads what the media server knows of a client's link. `video`: what is sent to it, where it gets video. */
export async function readLink(transport: types.WebRtcTransport, video: types.Consumer | undefined): Promise<LinkReport> {
  const [[overall], streams = []] = await Promise.all([transport.getStats(), video?.getStats()]);
  const stream = streams.find(({ type }) => type === 'outbound-rtp');
  const available = overall?.availableOutgoingBitrate;
  return {
    availableKbps: available === undefined || available === 0 ? null : available / 1000,
    sentBytes: overall?.bytesSent ?? 0,
    receivedBytes: overall?.bytesReceived ?? 0,
    loss: overall?.rtpPacketLossSent ?? (stream?.fractionLost ?? 0) / 256,
    roundTripMs: stream?.roundTripTime === undefined || stream.roundTripTime === 0 ? null : stream.roundTripTime,
  };
}
