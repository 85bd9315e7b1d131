import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, type StackOptions, startStack } from '#infra/stack/stack.ts';

/** The whole stack, and the token of an account. */
export interface AccountStack extends AsyncDisposable {
  stack: Stack;
  token: string;
}

/** Starts the whole stack, as `npm start` does, in a folder that goes with it. `name`: of the account, and in the folder's. */
export async function openAccountStack(name: string, options: Omit<StackOptions, 'stateDir'>): Promise<AccountStack> {
  await using owned = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), `farpane-${name}-`));
  owned.defer(() => rm(stateDir, { recursive: true, force: true }));
  const stack = await startStack({ stateDir, ...options });
  owned.defer(() => stack.close());
  const { token } = await stack.createAccount(name);
  const kept = owned.move();
  return { stack, token, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
