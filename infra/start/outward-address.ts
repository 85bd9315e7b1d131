import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** An address that is nobody's (RFC 5737), hence on the way that leads to all others. */
const elsewhere = '198.51.100.1';

/**
 * This machine's address on the way to others; undefined without a network. Nothing is sent: to connect a UDP socket only looks the way
 * up.
 */
export async function outwardAddress(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.connect(9, elsewhere);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
