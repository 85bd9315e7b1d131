import type { types } from 'mediasoup';
import type { PeerFigures } from './peer.ts';

/** What the media server counts of a client. Null where the client is gone. */
export async function figuresOf(
  transport: types.WebRtcTransport,
  consumers: readonly types.Consumer[],
): Promise<PeerFigures | null> {
  if (transport.closed) return null;
  try {
    const open = consumers.filter(({ closed }) => !closed);
    const all = await Promise.all(open.map((consumer) => consumer.getStats()));
    const sent = all.flat().filter(({ type }) => type === 'outbound-rtp');
    const sum = (of: (one: (typeof sent)[number]) => number): number => sent.reduce((total, one) => total + of(one), 0);
    const { remoteIp: ip, remotePort: port } = transport.iceSelectedTuple ?? {};
    return {
      bytesSent: sum(({ byteCount }) => byteCount),
      nackCount: sum(({ nackCount }) => nackCount),
      pliCount: sum(({ pliCount }) => pliCount),
      firCount: sum(({ firCount }) => firCount),
      remote: ip === undefined || port === undefined ? null : { ip, port },
    };
  } catch {
    // It was closed while it was asked.
    return null;
  }
}
