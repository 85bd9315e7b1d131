import { resolve } from 'node:path';
import { createAccount, GatewayRefused } from '#infra/stack/account.ts';
import { readIfThere, writePrivate } from '#infra/stack/secrets.ts';
import { newPeerId } from '#shared/ids.ts';

/** A token for the demonstration: the one that the state directory keeps, where the gateway still takes it, else a new account's. */
export async function demoToken(options: { stateDir: string; url: string; adminSecret: string }): Promise<string> {
  const file = resolve(options.stateDir, 'demo-token');
  const kept = (await readIfThere(file))?.trim();
  if (kept !== undefined && (await isTaken(options.url, kept))) return kept;
  const token = await newToken(options);
  await writePrivate(file, `${token}\n`);
  return token;
}

async function newToken({ url, adminSecret }: { url: string; adminSecret: string }): Promise<string> {
  try {
    return (await createAccount({ url, adminSecret, name: 'demo' })).token;
  } catch (error) {
    // There is one whose token was lost: only its hash is kept.
    if (!(error instanceof GatewayRefused && error.status === 409)) throw error;
    return (await createAccount({ url, adminSecret, name: `demo-${newPeerId()}` })).token;
  }
}

async function isTaken(url: string, token: string): Promise<boolean> {
  const response = await fetch(`${url}/1.0/sessions`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(20_000),
  });
  await response.body?.cancel();
  return response.ok;
}
