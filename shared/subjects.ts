import type { HostCall } from './host.ts';

/** The NATS subjects, all below `farpane.v1`. */
const root = 'farpane.v1';

/**
 * Makes one subject token of a name: dots, which separate tokens, and wildcards can't be in one, so whatever is not a
 * letter, a digit, `_` or `-` becomes `=` and its hexadecimal code.
 */
export const subjectToken = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9_-]/g, (char) => `=${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/**
 * Where a host with a free slot for that version of `app` listens, in the queue group {@link placementGroup}. Version 1 is what hosts
 * have that know of none, and is asked for where none is known (0). No name's token holds `=v`: what follows a `=` there is hexadecimal.
 */
export const placeSubject = (region: string, app: string, version = 1): string =>
  `${root}.place.${subjectToken(region)}.${subjectToken(app)}${version <= 1 ? '' : `=v${version}`}`;
export const placementGroup = 'place';

/** Where the one host takes the call. */
export const hostSubject = (host: string, call: Exclude<HostCall, 'place'>): string =>
  `${root}.host.${subjectToken(host)}.${call}`;

/** Where a host tells of a session, in the stream {@link eventStream}: NATS lets each host speak only under its own name. */
export const eventSubject = (link: string, host: string, session: string): string =>
  `${root}.event.${subjectToken(link)}.${subjectToken(host)}.${session}`;
/** All events for one link. */
export const linkEvents = (link: string): string => `${root}.event.${subjectToken(link)}.>`;
/** What one host may tell, whatever the link. */
export const hostEvents = (host: string): string => `${root}.event.*.${subjectToken(host)}.*`;
/** The subject token of the host that told an event; undefined in subjects of hosts that do not say so yet. */
export const eventTeller = (subject: string): string | undefined => {
  const tokens = subject.split('.');
  return tokens.length === 6 ? tokens[4] : undefined;
};

/** The JetStream stream of host events. An event that nobody took for a day is dropped. */
export const eventStream = { name: 'farpane-events', subjects: [`${root}.event.>`], maxAgeMs: 24 * 3600 * 1000 } as const;

/** The JetStream KV bucket of host views, one key a host (its subject token). */
export const hostBucket = { name: 'farpane-hosts', ttlMs: 10_000 } as const;
