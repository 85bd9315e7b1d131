import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface Relay {
  port: number;
  /** While true nothing is passed on. */
  drop: boolean;
  /** How many packets have come. */
  heard: number;
  close(): void;
}

/**
 * Passes RTP on to `target` and writes the playout-delay header extension (one-byte form, RFC 8285 section 4.2) into it, as the
 * payloader of the capture does.
 */
export async function startRelay(target: number, extensionId: number | null, delayMs: number): Promise<Relay> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const relay: Relay = { port: socket.address().port, drop: false, heard: 0, close: () => socket.close() };
  const units = delayMs / 10;
  const value = Buffer.alloc(4);
  // 12 bits of minimum and 12 bits of maximum, in units of 10 ms, after the id and the length less one.
  value.writeUInt32BE(units * 2 ** 12 + units);
  value[0] = ((extensionId ?? 0) << 4) | 2;
  const extension = Buffer.concat([Buffer.of(0xbe, 0xde, 0, 1), value]);
  socket.on('message', (packet) => {
    relay.heard += 1;
    if (relay.drop) return;
    const header = 12 + 4 * ((packet[0] ?? 0) & 0x0f);
    const head = Buffer.from(packet.subarray(0, header));
    if (extensionId === null) socket.send(packet, target, '127.0.0.1');
    else {
      head[0] = (head[0] ?? 0) | 0x10;
      socket.send(Buffer.concat([head, extension, packet.subarray(header)]), target, '127.0.0.1');
    }
  });
  return relay;
}
