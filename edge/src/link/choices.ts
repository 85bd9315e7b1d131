import { AppError } from '#shared/errors.ts';
import type { HostView, PlaceOffer } from '#shared/host.ts';

/** What placement decides, apart from asking. */

/**
 * The regions to ask, in order: the one that was asked for, else all in which hosts were seen, the one with the most free
 * slots for the application first.
 */
export function regionOrder(views: readonly HostView[], app: string, asked: string): string[] {
  if (asked !== '') return [asked];
  const free = new Map<string, number>();
  for (const view of views) {
    const takes = !view.draining && offers(view, app);
    free.set(view.region, (free.get(view.region) ?? 0) + (takes ? Math.max(0, view.slots - view.used) : 0));
  }
  return [...free].sort(([a, freeA], [b, freeB]) => freeB - freeA || (a < b ? -1 : 1)).map(([region]) => region);
}

/**
 * The load up to which a host is to take the application without being compared with another: the mean of those that offer it in
 * the region. Undefined where none is known to.
 */
export function fairLoad(views: readonly HostView[], app: string, region: string): number | undefined {
  const loads = views
    .filter((view) => view.region === region && !view.draining && view.slots > 0 && offers(view, app))
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
export function nobody(views: readonly HostView[], app: string, asked: string): AppError {
  const where = asked === '' ? '' : ` in the region "${asked}"`;
  if (views.length === 0) return new AppError('no_host', { message: `No host is online now to run the application "${app}".` });
  if (!views.some((view) => offers(view, app))) {
    return new AppError('unknown_application', { message: `No host offers the application "${app}".` });
  }
  if (asked !== '' && !views.some((view) => view.region === asked)) {
    return new AppError('unknown_region', { message: `There is no region "${asked}".` });
  }
  if (!views.some((view) => offers(view, app) && (asked === '' || view.region === asked))) {
    return new AppError('unknown_application', { message: `No host${where} offers the application "${app}".` });
  }
  return new AppError('no_host', {
    message: `All hosts${where} that offer the application "${app}" are full now. Try again soon.`,
  });
}

/** Whether a host has the application in its catalogue. */
export const offers = (view: HostView, app: string): boolean => view.applications.some(({ name }) => name === app);
