import { z } from 'zod';
import { pageQuery } from '#edge/http/request/queries.ts';
import { type Session, SessionStatus } from '#shared/gateway.ts';

/** The query of `GET /1.0/sessions`. Without `sort_by`: in the order of creation. */
export const SessionQuery = z.object({
  status: SessionStatus.optional().describe('Only those of this status.'),
  ...pageQuery,
  sort_by: z
    .enum(['created_at', 'id', 'app', 'region', 'status'])
    .default('created_at')
    .describe('What they are in the order of.'),
  sort_order: z.enum(['asc', 'desc']).default('asc').describe('In which direction.'),
});
export type SessionQuery = z.output<typeof SessionQuery>;

/**
 * Picks the part of a list that was asked for.
 *
 * @param sessions in the order of creation.
 * @returns the page, and how many there are on all pages.
 */
export function pageOf(sessions: readonly Session[], query: SessionQuery): { page: Session[]; totalSize: number } {
  const { status, limit, offset, sort_by: key, sort_order: order } = query;
  const found = sessions.filter((session) => status === undefined || session.status === status);
  // The sort is stable: equals stay in the order of creation.
  const sorted = key === 'created_at' ? found : found.toSorted((a, b) => compare(a[key], b[key]));
  const ordered = order === 'desc' ? sorted.toReversed() : sorted;
  return { page: ordered.slice(offset, limit === undefined ? undefined : offset + limit), totalSize: found.length };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
