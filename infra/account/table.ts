/**
 * Text in columns, each as wide as it must be, two spaces apart. Numbers are set to the right.
 *
 * @param rows the same keys in each, which name the columns.
 */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const columns = Object.keys(first).map((name) => ({
    name,
    width: Math.max(name.length, ...rows.map((row) => String(row[name]).length)),
    isNumber: rows.every((row) => typeof row[name] === 'number'),
  }));
  const line = (cells: Readonly<Record<string, string | number>>): string =>
    columns
      .map(({ name, width, isNumber }) => (isNumber ? String(cells[name]).padStart(width) : String(cells[name]).padEnd(width)))
      .join('  ')
      .trimEnd();
  const head = Object.fromEntries(columns.map(({ name }) => [name, name]));
  return [head, ...rows].map((row) => `${line(row)}\n`).join('');
}
