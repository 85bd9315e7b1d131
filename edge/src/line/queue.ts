/** Those who wait, the first first. `place`: from 1; `told`: the one that its room was told last, 0 = none yet. */
export interface Waiting {
  readonly session: string;
  readonly place: number;
  readonly told: number;
}

type Row = { session: string; told: number };

/** The order of a line. */
export interface Queue {
  /** One who stands there keeps its place. */
  add(session: string): void;
  remove(session: string): void;
  all(): Waiting[];
  /** The first who is none of those. */
  first(passedOver: ReadonlySet<string>): string | undefined;
  /** From 1; undefined where it does not stand there. */
  placeOf(session: string): number | undefined;
  readonly length: number;
  told(session: string, place: number): void;
}

/** The order in the line's own SQLite database. */
export function openQueue(sql: SqlStorage): Queue {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS waiting (
       position INTEGER PRIMARY KEY AUTOINCREMENT,
       session TEXT NOT NULL UNIQUE,
       told INTEGER NOT NULL DEFAULT 0
     )`,
  );
  const count = (condition: string, ...values: string[]): number =>
    sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM waiting ${condition}`, ...values).one().n;
  return {
    add: (session) => void sql.exec('INSERT INTO waiting (session) VALUES (?) ON CONFLICT (session) DO NOTHING', session),
    remove: (session) => void sql.exec('DELETE FROM waiting WHERE session = ?', session),
    all: () =>
      Array.from(sql.exec<Row>('SELECT session, told FROM waiting ORDER BY position'), (row, n) => ({ ...row, place: n + 1 })),
    first(passedOver) {
      // Hardly anybody is passed over, ever.
      const rows = sql.exec<Row>('SELECT session, told FROM waiting ORDER BY position LIMIT ?', passedOver.size + 1);
      return Array.from(rows, ({ session }) => session).find((session) => !passedOver.has(session));
    },
    placeOf: (session) => count('WHERE position <= (SELECT position FROM waiting WHERE session = ?)', session) || undefined,
    get length() {
      return count('');
    },
    told: (session, place) => void sql.exec('UPDATE waiting SET told = ? WHERE session = ?', place, session),
  };
}
