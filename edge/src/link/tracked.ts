import type { Placement } from './api.ts';
import type { HostRun } from './hosts.ts';

/** A type, not an interface: SqlStorage wants rows with an index signature. */
type Row = { session: string; host: string; incarnation: string; region: string; instance: string; version: number | null };

/** The sessions whose hosts this link watches, in its SQLite storage: they outlive the link's process. */
export class TrackedSessions {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS sessions (
      session TEXT PRIMARY KEY, host TEXT NOT NULL, incarnation TEXT NOT NULL, region TEXT NOT NULL, instance TEXT NOT NULL
    ) WITHOUT ROWID`);
    // Stored before there were versions.
    const [known] = sql.exec("SELECT 1 FROM pragma_table_info('sessions') WHERE name = 'version'").toArray();
    if (known === undefined) sql.exec('ALTER TABLE sessions ADD COLUMN version INTEGER');
    sql.exec('CREATE INDEX IF NOT EXISTS sessions_by_run ON sessions (host, incarnation)');
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
  }

  /** Where the session runs; undefined where this link does not watch it. */
  get(session: string): Placement | undefined {
    const [row] = this.#sql.exec<Row>('SELECT * FROM sessions WHERE session = ?', session);
    if (row === undefined) return undefined;
    const { host, incarnation, region, instance, version } = row;
    return { host, incarnation, region, instance, ...(version === null ? {} : { version }) };
  }

  remove(session: string): void {
    this.#sql.exec('DELETE FROM sessions WHERE session = ?', session);
  }

  /** The session is over on that host; where it runs on another, it stays. */
  removeOn(session: string, host: string): void {
    this.#sql.exec('DELETE FROM sessions WHERE session = ? AND host = ?', session, host);
  }

  /** The sessions of one run of a host. */
  of(run: HostRun): string[] {
    const rows = this.#sql.exec<Pick<Row, 'session'>>(
      'SELECT session FROM sessions WHERE host = ? AND incarnation = ?',
      run.host,
      run.incarnation,
    );
    return rows.toArray().map((row) => row.session);
  }

  /** The runs of hosts that have sessions. */
  runs(): HostRun[] {
    return this.#sql.exec<Pick<Row, 'host' | 'incarnation'>>('SELECT DISTINCT host, incarnation FROM sessions').toArray();
  }

  get any(): boolean {
    return this.#sql.exec('SELECT 1 FROM sessions LIMIT 1').toArray().length > 0;
  }
}
