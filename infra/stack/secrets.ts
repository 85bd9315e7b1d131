import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { decodeJson } from '#shared/decode.ts';

/** 256 bits from the kernel, in characters that every configuration file takes as they are. */
const secret = (): string => randomBytes(32).toString('base64url');

const Secret = z.string().min(20);

/** What the parts of one stack know of each other and nobody else does. `hosts`: by the host's id. */
export const StackSecrets = z.object({
  admin: Secret,
  token: Secret,
  turn: Secret,
  nats: z.object({ edge: Secret, hosts: z.record(z.string(), Secret) }),
});
export type StackSecrets = z.output<typeof StackSecrets>;

/** The file that has them, within the state directory. */
export const secretsFile = (stateDir: string): string => resolve(stateDir, 'secrets.json');

/** Reads the secrets of a stack; makes those that are not there yet, and writes them for this user's eyes only. */
export async function stackSecrets(stateDir: string, hostIds: readonly string[]): Promise<StackSecrets> {
  const kept = await readSecrets(stateDir);
  const hosts = Object.fromEntries(hostIds.map((id) => [id, kept?.nats.hosts[id] ?? secret()]));
  const secrets: StackSecrets = {
    admin: kept?.admin ?? secret(),
    token: kept?.token ?? secret(),
    turn: kept?.turn ?? secret(),
    nats: { edge: kept?.nats.edge ?? secret(), hosts: { ...kept?.nats.hosts, ...hosts } },
  };
  await writePrivate(secretsFile(stateDir), `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

/** The secrets that a state directory has; undefined where none was made yet. */
export async function readSecrets(stateDir: string): Promise<StackSecrets | undefined> {
  const file = secretsFile(stateDir);
  const text = await readIfThere(file);
  return text === undefined ? undefined : decodeJson(StackSecrets, text, file);
}

/** A file's text; undefined where there is no such file. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file, at once and for this user's eyes only. */
export async function writePrivate(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}.tmp`;
  await writeFile(next, text, { mode: 0o600 });
  await chmod(next, 0o600);
  await rename(next, file);
}
