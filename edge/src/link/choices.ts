import { AppError } from '#shared/errors.ts';
import type { HostView, PlaceOffer } from '#shared/host.ts';
import { distanceKm, type Position } from '#shared/position.ts';

/** What placement decides, apart from asking. */

/** What is to run. `appVersion`: 0 = whichever there is. */
export interface Wanted {
  readonly app: string;
  readonly appVersion: number;
}

/**
 * The version that a session gets: the one that it asks for, else the latest that any host of the region has published, whoever has a
 * slot. What was asked for where no host is known to offer the application at all: whoever has it runs its own latest.
 *
 * @throws AppError where hosts offer it, but not so.
 */
export function versionFor(views: readonly HostView[], wanted: Wanted, region: string): number {
  const version = versionIn(views, wanted, region);
  if (version > 0) return version;
  const { app, appVersion: asked } = wanted;
  if (!views.some((view) => isIn(view, region) && offers(view, { app, appVersion: 0 }))) return asked;
  throw noSuchVersion(views, app, asked, region);
}

/** The version that is asked for, or the latest that is published, where hosts of the region have it; else 0. */
export function versionIn(views: readonly HostView[], { app, appVersion: asked }: Wanted, region: string): number {
  let latest = 0;
  for (const view of views) {
    if (!isIn(view, region)) continue;
    for (const { name, version, published } of view.applications) {
      if (name === app && version > latest && (asked === 0 ? published : version === asked)) latest = version;
    }
  }
  return latest;
}

const isIn = (view: HostView, region: string): boolean => region === '' || view.region === region;

function noSuchVersion(views: readonly HostView[], app: string, asked: number, region: string): AppError {
  const here = views.filter((view) => isIn(view, region));
  const known = versionsOf(here).flatMap(({ name, version }) => (name === app ? [version] : []));
  const what = `the application "${app}"${region === '' ? '' : ` in the region "${region}"`}`;
  const message =
    asked === 0
      ? `No version of ${what} is published. By their numbers there are: ${known.join(', ')}.`
      : `There is no version ${asked} of ${what}. There are: ${known.join(', ')}.`;
  return new AppError('unknown_version', { message });
}

type Version = HostView['applications'][number];

/** Each version of each application once, by name and version. It is published where any host says so. */
export function versionsOf(views: readonly HostView[]): Version[] {
  const found = new Map<string, Version>();
  for (const each of views.flatMap(({ applications }) => applications)) {
    const key = `${each.name}@${each.version}`;
    found.set(key, { ...each, published: each.published || found.get(key)?.published === true });
  }
  return [...found.values()].sort((a, b) => (a.name === b.name ? a.version - b.version : a.name < b.name ? -1 : 1));
}

interface Region {
  readonly name: string;
  /** Slots for the application that are free, by what hosts told. */
  free: number;
  /** From the client, in kilometres; infinite where the one or the other is not known. */
  km: number;
}

/**
 * The regions to ask, in order: the one that was asked for, else all in which hosts were seen. Those with a free slot for the application
 * come first, and of them the nearest to the client; where that is not known, the one with the most free slots.
 */
export function regionOrder(views: readonly HostView[], wanted: Wanted, asked: string, near?: Position): string[] {
  if (asked !== '') return [asked];
  const regions = new Map<string, Region>();
  for (const view of views) {
    const region = regions.get(view.region) ?? { name: view.region, free: 0, km: Number.POSITIVE_INFINITY };
    regions.set(view.region, region);
    if (!view.draining && offers(view, wanted)) region.free += Math.max(0, view.slots - view.used);
    // Hosts of one region may tell of different places: the nearest is as good as any.
    if (near !== undefined && view.location !== undefined) region.km = Math.min(region.km, distanceKm(near, view.location));
  }
  return [...regions.values()].sort(inOrder).map(({ name }) => name);
}

function inOrder(a: Region, b: Region): number {
  const byCapacity = Number(b.free > 0) - Number(a.free > 0);
  // Two that are infinitely far are equally far.
  const byDistance = a.km === b.km ? 0 : a.km - b.km;
  return byCapacity || byDistance || b.free - a.free || (a.name < b.name ? -1 : 1);
}

/**
 * The load up to which a host is to take the application without being compared with another: the mean of those that offer it in
 * the region. Undefined where none is known to.
 */
export function fairLoad(views: readonly HostView[], wanted: Wanted, region: string): number | undefined {
  const loads = views
    .filter((view) => view.region === region && !view.draining && view.slots > 0 && offers(view, wanted))
    .map(({ used, slots }) => used / slots);
  // One host needs no comparison, whatever its load has become by now.
  if (loads.length < 2) return loads.length === 0 ? undefined : 1;
  return loads.reduce((sum, load) => sum + load, 0) / loads.length;
}

/** The offers from the least loaded to the most, one a host: a host that was asked twice answered twice. */
export function ranked(answers: readonly PlaceOffer[]): PlaceOffer[] {
  const byHost = new Map(answers.map((offer) => [offer.host, offer]));
  return [...byHost.values()].sort((a, b) => a.load - b.load || (a.host < b.host ? -1 : 1));
}

/** Why nobody took the application. */
export function nobody(views: readonly HostView[], { app, appVersion }: Wanted, asked: string): AppError {
  const where = asked === '' ? '' : ` in the region "${asked}"`;
  if (views.length === 0) return new AppError('no_host', { message: `No host is online now to run the application "${app}".` });
  if (!views.some((view) => offers(view, { app, appVersion: 0 }))) {
    return new AppError('unknown_application', { message: `No host offers the application "${app}".` });
  }
  if (asked !== '' && !views.some((view) => view.region === asked)) {
    return new AppError('unknown_region', { message: `There is no region "${asked}".` });
  }
  if (!views.some((view) => offers(view, { app, appVersion: 0 }) && (asked === '' || view.region === asked))) {
    return new AppError('unknown_application', { message: `No host${where} offers the application "${app}".` });
  }
  const several = versionsOf(views).filter(({ name }) => name === app).length > 1;
  const what = several && appVersion !== 0 ? `version ${appVersion} of the application "${app}"` : `the application "${app}"`;
  return new AppError('no_host', { message: `All hosts${where} that offer ${what} are full now. Try again soon.` });
}

/** Why nobody was asked: those who wait come first. */
export function promised({ app }: Wanted, asked: string): AppError {
  const where = asked === '' ? '' : ` in the region "${asked}"`;
  const message = `Others wait in line for the application "${app}"${where}, and come first. Try again soon, or wait too.`;
  return new AppError('no_host', { message });
}

/** Whether a host has it in its catalogue. */
export const offers = (view: HostView, { app, appVersion }: Wanted): boolean =>
  view.applications.some((each) => each.name === app && (appVersion === 0 || each.version === appVersion));
