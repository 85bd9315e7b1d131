import { readFile } from 'node:fs/promises';

/** The authorization of an X client: the name of the protocol, and its data as Latin-1 text. */
export interface Cookie {
  name: string;
  data: string;
}

/**
 * The first entry of an Xauthority file (Xau.h): 16 bits of family, then address, display number, name and data, each with
 * its length in front, in 16 bits, big-endian. The file is the display's own: its one entry is the right one.
 *
 * @throws Error where the file can't be read or holds no entry.
 */
export async function readCookie(path: string): Promise<Cookie> {
  const bytes = await readFile(path);
  const fields: Buffer[] = [];
  for (let at = 2; fields.length < 4; ) {
    const end = at + 2 + (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : Number.POSITIVE_INFINITY);
    if (end > bytes.length) throw new Error(`The X authority file '${path}' holds no entry.`);
    fields.push(bytes.subarray(at + 2, end));
    at = end;
  }
  const [, , name, data] = fields.map((field) => field.toString('latin1'));
  return { name: name ?? '', data: data ?? '' };
}
