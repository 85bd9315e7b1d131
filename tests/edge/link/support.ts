import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env as bindings } from 'cloudflare:workers';
import { inject, vi } from 'vitest';
import { z } from 'zod';
import type { Env } from '#edge/env.ts';
import { Link } from '#edge/link/link.ts';
import { linkNamed } from '#edge/objects.ts';
import { SessionRoom } from '#edge/room/room.ts';
import { decode } from '#shared/decode.ts';
import type { HostEvent, LaunchOrder } from '#shared/host.ts';
import { newSessionId } from '#shared/ids.ts';
import { Screen } from '#shared/screen.ts';
import type {} from '#tests/support/provided.ts';

export const env = bindings as unknown as Env;

let made = 0;
/** A name that no other test uses. */
export const unique = (what: string): string => `${what}-${newSessionId().slice(0, 6)}-${++made}`;

/** A link that no other test uses. */
export function newLink() {
  const name = unique('link');
  const stub = () => env.LINK.get(env.LINK.idFromName(name));
  // A stub is of no use after its object was aborted: `again` gets another.
  const again = () => linkNamed(env, name);
  return { name, api: again(), again, ring: () => runDurableObjectAlarm(stub()) };
}

/** A link on a NATS of its own, inside the Durable Object of its name. */
export async function withLink<T>(name: string, natsUrl: string, work: (link: Link) => Promise<T>): Promise<T> {
  const stub = env.LINK.get(env.LINK.idFromName(name));
  try {
    return await runInDurableObject(stub, (_instance, state) => work(new Link(state, { ...env, NATS_URL: natsUrl })));
  } finally {
    // It would try to connect again for as long as it lives.
    await abortAllDurableObjects();
  }
}

export function order(app: string, session = newSessionId()): Omit<LaunchOrder, 'link'> {
  const deadlines = { firstPeerMs: 60_000, idleMs: 0, peerGraceMs: 10_000 };
  return { session, app, appVersion: 0, screen: Screen.parse({}), extraData: null, deadlines };
}

/** What rooms were told. Their own work is left out: here they only take it down. */
export function recordRooms() {
  const events: HostEvent[] = [];
  const lost: { session: string | undefined; host: string; incarnation: string }[] = [];
  const onHostEvent = vi.spyOn(SessionRoom.prototype, 'onHostEvent').mockImplementation(async (event) => {
    events.push(event);
  });
  vi.spyOn(SessionRoom.prototype, 'onHostLost').mockImplementation(async function (this: SessionRoom, host, incarnation) {
    const session = Reflect.get(this, 'ctx') as DurableObjectState;
    lost.push({ session: session.id.name, host, incarnation });
  });
  return { events, lost, onHostEvent };
}

/** Waits until `condition` gives something. */
export async function until<T>(condition: () => Promise<T> | T, what: string, timeoutMs = 15_000): Promise<NonNullable<T>> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (Date.now() > deadlineMs) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const Made = z.object({ id: z.string(), wsUrl: z.string() });

/** A nats-server of its own. */
export async function ownNats() {
  const control = inject('natsControl');
  const post = async (path: string): Promise<unknown> => {
    const response = await fetch(`${control}/${path}`, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
    return response.json();
  };
  const { id, wsUrl } = decode(Made, await post(''), 'control answer');
  return {
    wsUrl,
    crash: () => post(`${id}/stop`),
    start: () => post(`${id}/start`),
    [Symbol.asyncDispose]: async () => {
      await post(`${id}/close`);
    },
  };
}
