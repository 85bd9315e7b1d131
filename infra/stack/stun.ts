import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';

const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const waitMs = 250;

/** Whether a STUN server answers a binding request over UDP there (RFC 8489 section 5: header of 20 bytes). */
export function answersStun(port: number, ip: string): Promise<boolean> {
  const request = Buffer.alloc(20);
  request.writeUInt16BE(bindingRequest, 0);
  request.writeUInt32BE(magicCookie, 4);
  randomBytes(12).copy(request, 8);
  const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    const end = (answered: boolean): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(() => end(false), waitMs);
    socket.once('error', () => end(false));
    socket.on('message', (message) => {
      const ours =
        message.length >= 20 && message.readUInt16BE(0) === bindingSuccess && message.subarray(8, 20).equals(request.subarray(8));
      if (ours) end(true);
    });
    // Connected, so that a port without a listener is told at once (ICMP).
    socket.connect(port, ip, () => socket.send(request));
  });
}
