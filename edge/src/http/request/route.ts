import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';

const written = new Map<string, string>();

/** The route of a request as the API's document writes it: `/1.0/sessions/{id}`. Undefined where none was met. */
export function routeOf(c: Context): string | undefined {
  const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path;
  if (route === undefined) return undefined;
  let text = written.get(route);
  if (text === undefined) {
    text = route.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}').replace(/(.)\/$/, '$1');
    written.set(route, text);
  }
  return text;
}
