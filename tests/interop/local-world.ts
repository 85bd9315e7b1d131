import { built } from '#infra/config.ts';
import type { CatalogueEntry } from '#infra/stack/host-config.ts';
import { outwardAddress } from '#infra/start/outward-address.ts';
import { type AccountStack, openAccountStack } from '#tests/support/account-stack.ts';

const applications: CatalogueEntry[] = [
  { name: 'timecode', command: built.timecode, arguments: ['--tag', '7', '--fps', '30'], sound: false },
];

/** The whole stack at the addresses that `npm start` gives it, and an account. */
export const startLocalWorld = async (): Promise<AccountStack> =>
  await openAccountStack('firefox', { mediaIp: await outwardAddress(), host: { drainSeconds: 0, warm: 0, applications } });
