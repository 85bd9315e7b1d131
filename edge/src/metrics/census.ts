import type { Env } from '#edge/env.ts';
import { inGroups } from '#edge/in-groups.ts';
import { accountNamed, calling, linkNamed, registryOf } from '#edge/objects.ts';
import { SessionStatus } from '#shared/gateway.ts';
import type { Fleet } from './text.ts';

/** So many accounts are asked at once. */
const atOnce = 64;
const pageSize = 1000;

export interface Census {
  accounts: number;
  sessions: Record<SessionStatus, number>;
}

/** Counts the accounts and their sessions, by what is stored: nothing that died on the way makes it wrong. */
export async function countSessions(env: Env): Promise<Census> {
  const sessions = Object.fromEntries(SessionStatus.options.map((status) => [status, 0])) as Census['sessions'];
  const names = await allNames(env);
  const counts = await inGroups(names, atOnce, (name) =>
    calling(
      () => accountNamed(env, name),
      (account) => account.countSessions(),
    ),
  );
  for (const { status, count } of counts.flat()) sessions[status] += count;
  return { accounts: names.length, sessions };
}

async function allNames(env: Env): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const page = await calling(
      () => registryOf(env),
      (registry) => registry.page({ limit: pageSize, offset: names.length }),
    );
    names.push(...page.names);
    if (page.names.length < pageSize) return names;
  }
}

/** The hosts as the first link sees them; undefined where it can't be asked. */
export async function countHosts(env: Env): Promise<Fleet | undefined> {
  try {
    const { hosts, unresponsive } = await calling(
      () => linkNamed(env, 'link-0'),
      (link) => link.fleet(),
    );
    const sum = (count: (host: (typeof hosts)[number]) => number) => hosts.reduce((total, host) => total + count(host), 0);
    return { hosts: hosts.length, unresponsive, slots: sum(({ slots }) => slots), used: sum(({ used }) => used) };
  } catch {
    return undefined;
  }
}
