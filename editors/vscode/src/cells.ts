// The cells of a table's row, as the language has them. Knows nothing of VS Code.

/** Where a cell's text is in its line, without the blanks around it; of an empty one, where to type. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  /** Where its closing bar is, or the line's end. */
  readonly bar: number;
}

const BLANK = ' \t　\u00a0';
/** What an author has yet to fill in. */
export const HOLE = '待填';

/** The cells of a row; nothing if the line is no row. */
export function cellsOf(line: string): Cell[] | undefined {
  const bars: number[] = [];
  const end = endOf(line);
  for (let at = 0; at < end; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '|' || line[at] === '｜') bars.push(at);
  }
  const first = bars[0];
  if (first === undefined || line.slice(0, first).trim() !== '') return undefined;
  // The bar at the end may be left out.
  if (bars.at(-1) !== end - 1) bars.push(end);
  return bars.slice(1).map((bar, index) => within(line, (bars[index] ?? 0) + 1, bar));
}

/** Where a row ends: before the blanks and the comments after its last cell. */
function endOf(line: string): number {
  let end = line.length;
  for (;;) {
    while (end > 0 && BLANK.includes(line.charAt(end - 1))) end -= 1;
    const comment = line.endsWith('-->', end) ? line.lastIndexOf('<!--', end) : -1;
    if (comment === -1) return end;
    end = comment;
  }
}

function within(line: string, from: number, to: number): Cell {
  let start = from;
  let end = to;
  while (start < end && BLANK.includes(line.charAt(start))) start += 1;
  while (end > start && BLANK.includes(line.charAt(end - 1))) end -= 1;
  // An empty cell is typed into after one blank.
  if (start === end) start = end = Math.min(from + 1, to);
  return { start, end, bar: to };
}

/** Whether it is the row of dashes under the header. */
export function isRule(line: string): boolean {
  const cells = cellsOf(line);
  return cells !== undefined && cells.length > 0
    && cells.every(({ start, end }) => /^[:：]?[-－—]+[:：]?$/.test(line.slice(start, end)));
}

/**
 * An empty row with the cells of another. What is computed there is computed in the new one too; unless all of it is,
 * which is so in the rows that add up others.
 */
export function rowLike(cells: readonly string[]): string {
  const derived = cells.indexOf('=');
  const copies = derived !== -1 && cells.slice(derived).some((cell) => cell !== '=');
  return `|${cells.map((cell) => (copies && cell === '=' ? ' = |' : '  |')).join('')}`;
}
