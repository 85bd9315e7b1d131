import type { Placement } from './api.ts';
import type { HostRun } from './hosts.ts';

/** A type, not an interface: SqlStorage wants rows with an index signature. */
type Row = { session: string; host: string; incarnation: string; region: string; instance: string; version: number | null };

/**
 * The sessions whose hosts this link watches. They are held in memory, and kept in its SQLite storage, which is read once: they
 * outlive the link's process.
 */
export class TrackedSessions {
  readonly #sql: SqlStorage;
  readonly #known: Map<string, Placement>;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS sessions (
      session TEXT PRIMARY KEY, host TEXT NOT NULL, incarnation TEXT NOT NULL, region TEXT NOT NULL, instance TEXT NOT NULL
    ) WITHOUT ROWID`);
    // Links that were made before there were versions lack the column.
    const [versions] = sql.exec("SELECT 1 FROM pragma_table_info('sessions') WHERE name = 'version'").toArray();
    if (versions === undefined) sql.exec('ALTER TABLE sessions ADD COLUMN version INTEGER');
    // Those that were made before they held their sessions in memory have it, and would write it with each session.
    sql.exec('DROP INDEX IF EXISTS sessions_by_run');
    const rows = sql.exec<Row>('SELECT * FROM sessions');
    this.#known = new Map(Array.from(rows, (row) => [row.session, placementOf(row)]));
  }

  put(session: string, { host, incarnation, region, instance, version }: Placement): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO sessions (session, host, incarnation, region, instance, version) VALUES (?, ?, ?, ?, ?, ?)',
      session,
      host,
      incarnation,
      region,
      instance,
      version ?? null,
    );
    this.#known.set(session, { host, incarnation, region, instance, version });
  }

  /** Where the session runs; undefined where this link does not watch it. */
  get(session: string): Placement | undefined {
    return this.#known.get(session);
  }

  remove(session: string): void {
    if (!this.#known.delete(session)) return;
    this.#sql.exec('DELETE FROM sessions WHERE session = ?', session);
  }

  /** The session is over on that host; where it runs on another, it stays. */
  removeOn(session: string, host: string): void {
    if (this.#known.get(session)?.host === host) this.remove(session);
  }

  /** The sessions of one run of a host. */
  of({ host, incarnation }: HostRun): string[] {
    return [...this.#known].flatMap(([session, at]) => (at.host === host && at.incarnation === incarnation ? [session] : []));
  }

  /** The runs of hosts that have sessions. */
  runs(): HostRun[] {
    const runs = new Map(
      [...this.#known.values()].map(({ host, incarnation }) => [`${host}/${incarnation}`, { host, incarnation }]),
    );
    return [...runs.values()];
  }

  get any(): boolean {
    return this.#known.size > 0;
  }
}

function placementOf({ host, incarnation, region, instance, version }: Row): Placement {
  return { host, incarnation, region, instance, version: version ?? undefined };
}
