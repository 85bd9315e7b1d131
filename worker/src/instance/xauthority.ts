/** The one kind of authorization that is used: 128 random bits that a client shows (Xsecurity(7)). */
const protocolName = 'MIT-MAGIC-COOKIE-1';

/** FamilyWild of Xau.h: the entry holds whatever the client's host name is, hence also in a sandbox that has another one. */
const familyWild = 0xffff;

/**
 * One entry of an Xauthority file, as libXau reads it: the family, then address, display number, name and data, each with
 * its length in front; big-endian, 16 bits. An empty display number matches every display.
 *
 * @param cookie 16 random bytes.
 */
export function encodeXauthority(cookie: Uint8Array): Buffer {
  const fields = [Buffer.alloc(0), Buffer.alloc(0), Buffer.from(protocolName, 'latin1'), Buffer.from(cookie)];
  return Buffer.concat([uint16(familyWild), ...fields.flatMap((field) => [uint16(field.length), field])]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
