import { decodeJson } from '#shared/decode.ts';
import { add, bounds, emptySeries, keyOf, measures, Series } from './series.ts';

/** More series than there are methods, routes and statuses together: a defect must not fill the storage. */
const maxSeries = 5000;

/** The counts of one object. */
export interface CountStore {
  add(series: readonly Series[]): void;
  all(): readonly Series[];
  /** Writes what has changed. */
  save(): void;
}

/** Counts that are held in memory, and written to the object's SQLite database when they are saved. */
export function openCounts(sql: SqlStorage): CountStore {
  sql.exec('CREATE TABLE IF NOT EXISTS series (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID');
  const rows = sql.exec<{ body: string }>('SELECT body FROM series');
  const stored = Array.from(rows, ({ body }) => decodeJson(Series, body, 'stored series', 'internal'));
  // Buckets that were changed can't be told apart any more: those counts begin anew.
  const known = new Map(stored.filter(isOfTheseBuckets).map((series) => [keyOf(series), series]));
  const changed = new Set<string>();
  return {
    add(batch) {
      for (const series of batch) {
        const key = keyOf(series);
        const sum = known.get(key) ?? (known.size < maxSeries ? emptySeries(series) : undefined);
        if (sum === undefined) continue;
        add(sum, series);
        known.set(key, sum);
        changed.add(key);
      }
    },
    all: () => [...known.values()],
    save() {
      for (const key of changed) {
        const body = JSON.stringify(known.get(key));
        sql.exec('INSERT INTO series VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body', key, body);
      }
      changed.clear();
    },
  };
}

const isOfTheseBuckets = (series: Series): boolean =>
  measures.every((measure) => series[measure].counts.length === bounds[measure].length + 1);
