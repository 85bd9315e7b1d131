import { type FileHandle, open } from 'node:fs/promises';
import { describeSystemFailure } from '#shared/system-failure.ts';
import { readConfig } from './read.ts';
import type { HostConfig } from './schema.ts';

/** Far above what any catalogue takes. Bytes. */
const maxBytes = 1024 ** 2;

/** The file can't be read at all, or is no text; `message` names it and says why. */
export class ConfigUnreadable extends Error {
  override readonly name = 'ConfigUnreadable';
}

/**
 * Reads a host's configuration from its file: text in UTF-8, of 1 MiB at most.
 *
 * @throws ConfigUnreadable where there is no such text; ConfigError with every mistake in it.
 */
export async function loadConfig(file: string): Promise<HostConfig> {
  const bytes = await readBounded(file);
  if (bytes.length > maxBytes) throw new ConfigUnreadable(`${file}: is larger than 1 MiB: this is no host's configuration.`);
  return readConfig(decoded(bytes, file), file);
}

async function readBounded(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    return await readUpTo(handle, maxBytes + 1);
  } catch (cause) {
    const message = describeSystemFailure(cause, file);
    throw message === undefined ? cause : new ConfigUnreadable(`${message}.`, { cause });
  }
}

/** Devices and pipes have no size to ask for: what is read says where it ends. */
async function readUpTo(handle: FileHandle, most: number): Promise<Buffer> {
  const buffer = Buffer.alloc(most);
  let length = 0;
  while (length < most) {
    const { bytesRead } = await handle.read(buffer, length, most - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function decoded(bytes: Buffer, file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Bytes that no text in UTF-8 has.
  }
  throw new ConfigUnreadable(`${file}: is no text in UTF-8: save it in this encoding.`);
}
