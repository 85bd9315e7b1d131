import { pause } from '#edge/pause.ts';
import { type Bus, callHost } from '#shared/bus.ts';
import { AppError, type ErrorCode, type WireError } from '#shared/errors.ts';
import type { HostReply, HostRequest, HostView, LaunchOrder, PlaceOffer } from '#shared/host.ts';
import type { Logger } from '#shared/log.ts';
import type { Position } from '#shared/position.ts';
import { hostSubject, placeSubject } from '#shared/subjects.ts';
import type { Placement } from './api.ts';
import { fairLoad, nobody, promised, ranked, regionOrder, versionFor, type Wanted } from './choices.ts';

const placeTimeoutMs = 1000;
const launchTimeoutMs = 5000;
/** After so long a session that found all hosts full is tried once more, each time. */
const againAfterMs: readonly number[] = [80, 250];

export interface PlacementDeps {
  readonly bus: Bus;
  readonly log: Logger;
  /** The hosts as they last told of themselves: they order the regions, say what load is fair, and explain a failure, no more. */
  readonly views: () => readonly HostView[];
  /** Whether slots for that in that region are for others, who wait in line. */
  readonly isHeld: (wanted: Wanted, region: string) => boolean;
  /** Runs what nobody waits for; it never rejects. */
  readonly later: (work: Promise<unknown>) => void;
}

/** What a launch fails with where another host may succeed. */
const elsewhere: ReadonlySet<ErrorCode> = new Set(['host_draining', 'no_host', 'timeout']);

/**
 * Finds a host with a free slot and launches the session there. Hosts with a slot for the application share a queue group: one is
 * asked, and launches at once if it is no more loaded than the mean; else another is asked too, and the less loaded of the two is
 * taken (the power of two choices). Regions whose slots are for those who wait are passed over.
 *
 * @param region "" = any: the nearest to `near` first.
 * @throws AppError `unknown_application`, `unknown_version`, `unknown_region` or `no_host` where nobody takes it; what the launch failed with;
 * `unavailable` where the bus is away.
 */
export async function place(deps: PlacementDeps, wish: LaunchOrder, region: string, near?: Position): Promise<Placement> {
  for (let round = 0; ; round += 1) {
    const failures: WireError[] = [];
    const order = { ...wish, appVersion: versionFor(deps.views(), wish, region) };
    const regions = regionOrder(deps.views(), order, region, near);
    const open = regions.filter((each) => !deps.isHeld(order, each));
    for (const each of open) {
      const placed = await placeIn(deps, order, each, failures);
      if (placed !== undefined) return placed;
    }
    const why = reasonOf(failures) ?? nobody(deps.views(), order, region);
    const delayMs = open.length === 0 ? undefined : againAfterMs[round];
    if (why.code !== 'no_host') throw why;
    if (delayMs === undefined) throw open.length < regions.length ? promised(order, region) : why;
    // Full may mean that the last slots are kept for sessions that will give them back in a moment: each asks for two.
    await pause(delayMs);
  }
}

/** A host that answered and failed says more than that nobody took it. */
function reasonOf(failures: readonly WireError[]): AppError | undefined {
  const told = failures.find(({ code }) => code !== 'no_host');
  if (told === undefined) return undefined;
  return told.code === 'timeout' ? new AppError('timeout', { message: 'No host answered in time.' }) : AppError.fromWire(told);
}

/** Tries one region: two launches at the most. @returns undefined where nobody took it; the reasons go to `failures`. */
async function placeIn(
  deps: PlacementDeps,
  order: LaunchOrder,
  region: string,
  failures: WireError[],
): Promise<Placement | undefined> {
  const upTo = fairLoad(deps.views(), order, region);
  const first = upTo === undefined ? [] : await ask(deps, order, region, failures, [{ order, upTo }]);
  const taken = first.find(({ instance }) => instance !== undefined);
  if (taken?.instance !== undefined) return placementOf(order, taken, { ...taken, instance: taken.instance });
  const offers = ranked([...first, ...(await ask(deps, order, region, failures, first.length === 0 ? twice : once))]);
  const [best] = offers;
  if (best === undefined) return undefined;
  // The slots that are kept for this session: whichever is not launched on is given back.
  const kept = new Set(offers.slice(1));
  try {
    const placed = await launch(deps, order, best, failures);
    if (placed !== undefined) return placed;
    if (kept.size === 0) for (const offer of ranked(await ask(deps, order, region, failures, twice))) kept.add(offer);
    const again = [...kept].find(({ host }) => host !== best.host);
    if (again === undefined) return undefined;
    kept.delete(again);
    return await launch(deps, order, again, failures);
  } finally {
    for (const offer of kept) deps.later(release(deps, order, offer));
  }
}

/** How a host is asked: to launch by itself, or, undefined, to offer a slot and no more. */
type Asking = HostRequest<'place'>['launch'];
const once: readonly Asking[] = [undefined];
const twice: readonly Asking[] = [undefined, undefined];

/** Asks as many hosts at once as there are ways to ask. @returns what they offered: nothing where nobody has a slot. */
async function ask(
  { bus, log }: PlacementDeps,
  { session, app, appVersion }: LaunchOrder,
  region: string,
  failures: WireError[],
  each: readonly Asking[],
): Promise<PlaceOffer[]> {
  const subject = placeSubject(region, app, appVersion);
  const answers = await Promise.all(
    each.map((how) => {
      const request = how === undefined ? { session, app } : { session, app, launch: how };
      return callHost(bus, subject, 'place', request, { timeoutMs: placeTimeoutMs });
    }),
  );
  for (const answer of answers) {
    if (answer.ok) continue;
    if (answer.error.code === 'unavailable') throw AppError.fromWire(answer.error);
    if (answer.error.code !== 'no_host') log.warn('place.refused', { session, region, code: answer.error.code });
    failures.push(answer.error);
  }
  return answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
}

/** @returns undefined where it failed with what another host may do better. @throws AppError with any other failure. */
async function launch(
  deps: PlacementDeps,
  order: LaunchOrder,
  offer: PlaceOffer,
  failures: WireError[],
): Promise<Placement | undefined> {
  const { bus, log } = deps;
  const { host } = offer;
  const answer = await callHost(bus, hostSubject(host, 'launch'), 'launch', order, { timeoutMs: launchTimeoutMs });
  if (answer.ok) return placementOf(order, offer, answer.data);
  if (!elsewhere.has(answer.error.code)) throw AppError.fromWire(answer.error);
  log.warn('launch.refused', { session: order.session, host, code: answer.error.code });
  failures.push(answer.error);
  // It may have launched without having been heard.
  deps.later(end(deps, order, offer));
  return undefined;
}

const placementOf = (
  { appVersion }: LaunchOrder,
  { host, incarnation, region }: PlaceOffer,
  { instance, capabilities }: HostReply<'launch'>,
): Placement => ({
  ...{ host, incarnation, region, instance },
  ...(appVersion === 0 ? {} : { version: appVersion }),
  ...(capabilities === undefined ? {} : { capabilities }),
});

const release = ({ bus }: PlacementDeps, { session }: LaunchOrder, { host }: PlaceOffer): Promise<unknown> =>
  callHost(bus, hostSubject(host, 'release'), 'release', { session }, { timeoutMs: placeTimeoutMs });

const end = ({ bus }: PlacementDeps, { session }: LaunchOrder, { host }: PlaceOffer): Promise<unknown> =>
  callHost(bus, hostSubject(host, 'end'), 'end', { session, reason: 'placed on another host' }, { timeoutMs: launchTimeoutMs });
