import type { Connection } from './connection.ts';
import { answered } from './windows.ts';

/** Where a display keeps what its programs look up of it, `name: value` a line (X(7), RESOURCES): atoms that every server has. */
const resourceManager = 23;
const stringType = 31;
const anyType = 0;

/** What a request takes without the extension for large ones, less its own words. Bytes. */
const mostBytes = 256 * 1024 - 32;

/** What toolkits and Xft scale text by. */
const name = 'Xft.dpi';

/** Resources with that many dots an inch among them, or, for null, without; the other lines are as they were. */
export function withDots(resources: string, dotsPerInch: number | null): string {
  const others = resources.split('\n').filter((line) => line.split(':')[0]?.trim() !== name);
  if (others.at(-1) === '') others.pop();
  const lines = dotsPerInch === null ? others : [...others, `${name}:\t${dotsPerInch}`];
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Tells a display's programs how many dots an inch has, or takes that back. The server is grabbed meanwhile: nobody else's resources
 * are lost.
 *
 * @throws Error where the resources can't be read, or are too large to be written in one go; they are then as before.
 */
export async function writeDots(
  { client, root }: Pick<Connection, 'client' | 'root'>,
  dotsPerInch: number | null,
): Promise<void> {
  type Property = { type: number; data: Buffer; bytesAfter: number };
  const found = await answered<Property>((answer) =>
    client.GetProperty(0, root, resourceManager, anyType, 0, mostBytes / 4, answer),
  );
  if (found === undefined) throw new Error('The display’s resources can’t be read.');
  const data = Buffer.from(withDots(found.data.toString('latin1'), dotsPerInch), 'latin1');
  if (found.bytesAfter > 0 || data.length > mostBytes) throw new Error('The display’s resources are too large to be changed.');
  client.ChangeProperty(0, root, resourceManager, found.type === anyType ? stringType : found.type, 8, data);
}
