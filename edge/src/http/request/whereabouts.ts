import { z } from 'zod';
import { Position } from '#shared/position.ts';

/** What the platform tells of where a request comes from, as far as it knows: numbers are text. */
const Geography = z.object({
  latitude: z.coerce.number().optional(),
  longitude: z.coerce.number().optional(),
  continent: z.string().optional(),
});

/** About the middle of where the people of a continent live, for clients of whom no more is known. */
const middles: Readonly<Record<string, Position>> = {
  AF: { latitude: 5, longitude: 20 },
  AN: { latitude: -90, longitude: 0 },
  AS: { latitude: 30, longitude: 95 },
  EU: { latitude: 50, longitude: 12 },
  NA: { latitude: 39, longitude: -95 },
  OC: { latitude: -30, longitude: 148 },
  SA: { latitude: -15, longitude: -58 },
};

/** Where a client is, by the edge's own geography (`request.cf`); undefined where that says nothing. */
export function whereabouts(cf: unknown): Position | undefined {
  const geography = Geography.safeParse(cf).data;
  const exact = Position.safeParse(geography);
  if (exact.success) return exact.data;
  const { continent } = geography ?? {};
  return continent === undefined ? undefined : middles[continent];
}
