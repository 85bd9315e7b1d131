import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** One RTP packet (RFC 3550 section 5.1) with its header extensions by id (RFC 8285 section 4.2). */
export interface RtpPacket {
  /** The address that it came from. */
  from: string;
  ssrc: number;
  payloadType: number;
  marker: boolean;
  timestamp: number;
  extensions: ReadonlyMap<number, Buffer>;
  payload: Buffer;
  bytes: number;
}

/** A sender report (RFC 3550 section 6.4.1). */
export interface SenderReport {
  ssrc: number;
  rtpTimestamp: number;
}

export interface RtpReceiver extends AsyncDisposable {
  port: number;
  packets: RtpPacket[];
  reports: SenderReport[];
  /** Resolves with the first packet from now on that `accept` takes. */
  next(accept: (packet: RtpPacket) => boolean, timeoutMs?: number): Promise<RtpPacket>;
  nextReport(timeoutMs: number): Promise<SenderReport>;
}

/** Opens a UDP port on 127.0.0.1 that keeps what comes. */
export async function openRtpReceiver(): Promise<RtpReceiver> {
  const socket = createSocket('udp4');
  const packets: RtpPacket[] = [];
  const reports: SenderReport[] = [];
  const listeners = new Set<(packet: RtpPacket) => void>();
  const reportListeners = new Set<(report: SenderReport) => void>();
  socket.on('message', (data, { address, port }) => {
    const type = data.readUInt8(1);
    if (type >= 192 && type <= 223) {
      if (type !== 200) return;
      const report = { ssrc: data.readUInt32BE(4), rtpTimestamp: data.readUInt32BE(16) };
      reports.push(report);
      for (const listener of reportListeners) listener(report);
      return;
    }
    const packet = readRtp(data, `${address}:${port}`);
    packets.push(packet);
    for (const listener of listeners) listener(packet);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    packets,
    reports,
    next: (accept, timeoutMs = 20_000) => waitFor(listeners, accept, timeoutMs, 'RTP packet'),
    nextReport: (timeoutMs) => waitFor(reportListeners, () => true, timeoutMs, 'sender report'),
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function waitFor<T>(
  listeners: Set<(item: T) => void>,
  accept: (item: T) => boolean,
  timeoutMs: number,
  what: string,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error(`No ${what} as wanted came within ${timeoutMs} ms.`)), timeoutMs);
  const listener = (item: T): void => {
    if (accept(item)) resolve(item);
  };
  listeners.add(listener);
  return promise.finally(() => {
    clearTimeout(timer);
    listeners.delete(listener);
  });
}

function readRtp(data: Buffer, from: string): RtpPacket {
  const extensions = new Map<number, Buffer>();
  const hasExtensions = (data.readUInt8(0) & 0x10) !== 0;
  let offset = 12 + 4 * (data.readUInt8(0) & 0x0f);
  if (hasExtensions) {
    const end = offset + 4 + 4 * data.readUInt16BE(offset + 2);
    for (let at = offset + 4; at < end; ) {
      const head = data.readUInt8(at);
      const length = (head & 0x0f) + 1;
      if (head !== 0) extensions.set(head >> 4, data.subarray(at + 1, at + 1 + length));
      at += head === 0 ? 1 : 1 + length;
    }
    offset = end;
  }
  return {
    from,
    ssrc: data.readUInt32BE(8),
    payloadType: data.readUInt8(1) & 0x7f,
    marker: (data.readUInt8(1) & 0x80) !== 0,
    timestamp: data.readUInt32BE(4),
    extensions,
    payload: data.subarray(offset),
    bytes: data.length,
  };
}

/**
 * Whether a packet of H.264 (RFC 6184) begins an IDR slice: it stands alone, in a STAP-A, or this is the first FU-A of it.
 * A picture may have several.
 */
export function beginsIdr({ payload }: RtpPacket): boolean {
  const type = payload.readUInt8(0) & 0x1f;
  if (type === 28) return (payload.readUInt8(1) & 0x80) !== 0 && (payload.readUInt8(1) & 0x1f) === 5;
  if (type !== 24) return type === 5;
  for (let at = 1; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) {
    if ((payload.readUInt8(at + 2) & 0x1f) === 5) return true;
  }
  return false;
}

/** Whether a payload of VP8 (RFC 7741) begins a keyframe: S and partition 0 in the descriptor, then P = 0 in the frame. */
export function beginsVp8Keyframe({ payload }: RtpPacket): boolean {
  const first = payload.readUInt8(0);
  if ((first & 0x1f) !== 0x10) return false;
  let at = 1;
  if ((first & 0x80) !== 0) {
    const extended = payload.readUInt8(at);
    at += 1;
    if ((extended & 0x80) !== 0) at += (payload.readUInt8(at) & 0x80) === 0 ? 1 : 2;
    if ((extended & 0x40) !== 0) at += 1;
    if ((extended & 0x30) !== 0) at += 1;
  }
  return (payload.readUInt8(at) & 1) === 0;
}
