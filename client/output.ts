import Table from 'cli-table3';

const NARROWEST = 60;
const DEFAULT_WIDTH = 100;
const BORDER = 3;

/** Width of the terminal; of a pipe, a width that fits a page. */
const width = (): number => Math.max(process.stdout.columns ?? DEFAULT_WIDTH, NARROWEST);

/** A table that fits the terminal: columns shrink to what is left, long cells wrap. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === undefined || cell === null ? '' : String(cell))));
  const wanted = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => Math.max(0, ...(row[column] ?? '').split('\n').map((l) => l.length)))),
  );
  const printed = new Table({
    head: [...head],
    colWidths: fit(wanted, width() - 1),
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], compact: true },
  });
  printed.push(...cells);
  return printed.toString();
}

/** Widths, borders included, that add up to at most `total`: the widest columns give way first. */
function fit(wanted: readonly number[], total: number): number[] {
  const widths = wanted.map((size) => size + BORDER - 1);
  const sum = (): number => widths.reduce((all, one) => all + one + 1, 1);
  while (sum() > total) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 8) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** A list of `name: value` lines; empty values are left out. */
export function facts(pairs: readonly (readonly [string, unknown])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const longest = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(longest)}  ${String(value)}`).join('\n');
}

/** How long ago an instant was, in the largest fitting unit. */
export function age(instant: string, now = Date.now()): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}
