import Table from 'cli-table3';

const NARROWEST = 40;
const DEFAULT_WIDTH = 80;
const NARROWEST_COLUMN = 6;
const GAP = '  ';
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Width of the terminal; of a pipe, that of a page. */
const terminalWidth = (): number => Math.max(process.stdout.columns ?? DEFAULT_WIDTH, NARROWEST);

/**
 * A table without lines, so that it can be searched and cut by other programs. It fits the terminal: columns of words
 * wrap first, and the id in the first column is broken only when nothing else is left.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
  width: number = terminalWidth(),
): string {
  const cells = rows.map((row) => head.map((_, column) => textOf(row[column])));
  const widths = fit(
    head.map((title, column) => columnOf(title, cells, column)),
    width - GAP.length * (head.length - 1),
  );
  const printed = new Table({
    head: head.map((title) => title.toUpperCase()),
    colWidths: [...widths],
    chars: WITHOUT_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of cells) printed.push(row.map((cell, column) => wrap(cell, widths[column] ?? 0)));
  return printed
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const NO_LINE = ['top', 'bottom', 'left', 'right'].flatMap((side) => [
  side,
  `${side}-left`,
  `${side}-right`,
  `${side}-mid`,
]);
const WITHOUT_LINES = {
  ...Object.fromEntries([...NO_LINE, 'mid', 'mid-mid'].map((name) => [name, ''])),
  middle: GAP,
};

const textOf = (cell: unknown): string => {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
};

/** What a column would like to have, and the least that breaks no word. */
interface Column {
  readonly wanted: number;
  readonly longestWord: number;
}

function columnOf(title: string, cells: readonly (readonly string[])[], column: number): Column {
  const texts = [title, ...cells.map((row) => row[column] ?? '')];
  const longest = (pattern: RegExp): number =>
    texts.reduce((most, text) => text.split(pattern).reduce((inner, part) => Math.max(inner, widthOf(part)), most), 0);
  return { wanted: longest(/\n/), longestWord: longest(/\s+/) };
}

/** Widths that add up to at most `total`: words wrap first, then the widest columns give way, the first one at last. */
function fit(columns: readonly Column[], total: number): readonly number[] {
  const widths = columns.map(({ wanted }) => wanted);
  const excess = (): number => widths.reduce((sum, one) => sum + one, 0) - total;
  const shrink = (least: (column: Column, index: number) => number): void => {
    while (excess() > 0) {
      const room = columns.map((column, index) => (widths[index] ?? 0) - least(column, index));
      const most = widths.reduce((best, one, index) => ((room[index] ?? 0) > 0 && one > best ? one : best), 0);
      if (most === 0) return;
      const widest = widths.findIndex((one, index) => one === most && (room[index] ?? 0) > 0);
      widths[widest] = most - 1;
    }
  };
  shrink(({ longestWord }) => longestWord);
  shrink(({ longestWord }, index) => (index === 0 ? longestWord : NARROWEST_COLUMN));
  shrink(() => NARROWEST_COLUMN);
  return widths;
}

/** Columns that a text takes on a terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text.normalize('NFC')) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Breaks lines between words, and inside a word that is too long by itself. */
function wrap(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((part) => broken(part, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (widthOf(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

function broken(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts = [''];
  for (const character of word) {
    const last = parts.at(-1) ?? '';
    if (widthOf(last + character) > width) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts;
}

/** A list of `name: value` lines; empty values are left out. */
export function facts(pairs: readonly (readonly [string, unknown])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const longest = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(longest)}  ${textOf(value)}`).join('\n');
}

/** How long ago an instant was, in the largest fitting unit: `5m`, `7h`, `3d`. */
export function age(instant: string, now = Date.now()): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(instant)) / 60_000));
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)}h`;
  return `${Math.floor(minutes / (24 * 60))}d`;
}
