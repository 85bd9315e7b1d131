import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from '#infra/config.ts';
import type { CatalogueEntry } from '#infra/stack/host-config.ts';
import { type Stack, startStack } from '#infra/stack/stack.ts';
import { outwardAddress } from '#infra/start/outward-address.ts';

const applications: CatalogueEntry[] = [
  { name: 'timecode', command: built.timecode, arguments: ['--tag', '7', '--fps', '30'], sound: false },
];

/** The whole stack at the addresses that `npm start` gives it, and an account. */
export interface LocalWorld extends AsyncDisposable {
  stack: Stack;
  token: string;
}

export async function startLocalWorld(): Promise<LocalWorld> {
  await using owned = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'farpane-local-'));
  owned.defer(() => rm(stateDir, { recursive: true, force: true }));
  const stack = await startStack({
    stateDir,
    mediaIp: await outwardAddress(),
    host: { drainSeconds: 0, warm: 0, applications },
  });
  owned.defer(() => stack.close());
  const { token } = await stack.createAccount('firefox');
  const kept = owned.move();
  return { stack, token, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
