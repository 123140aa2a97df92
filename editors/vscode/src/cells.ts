// The cells of a table's row, as the language has them. Knows nothing of VS Code.

/** Where a cell's text is in its line, without the blanks around it and the comments after it; of an empty one, where to type. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  /** Where its closing bar is, or the line's end. */
  readonly bar: number;
}

/** A comment, from its first character to after its last. */
interface Comment {
  readonly start: number;
  readonly end: number;
}

const BLANK = ' \t　\u00a0\ufeff';
/** What an author has yet to fill in. */
export const HOLE = '待填';

/**
 * The cells of a row; nothing if the line is no row. What holds comments only and stands beyond the last of the table's
 * columns (a table has one at least) is no cell: comments of the row stand there.
 */
export function cellsOf(line: string, columns = 1): Cell[] | undefined {
  // Where a comment isn't closed, the marks of all are text.
  const { bars, comments } = marksOf(line, true) ?? marksOf(line, false) ?? { bars: [], comments: [] };
  const first = bars[0];
  if (first === undefined || !isBlank(line, 0, first)) return undefined;
  // The bar at the end may be left out.
  if (!isBlank(line, (bars.at(-1) ?? 0) + 1, line.length)) bars.push(line.length);
  const ranges = bars.slice(1).map((bar, index) => ({ from: (bars[index] ?? 0) + 1, bar }));
  let comment = 0;
  const cells = ranges.map(({ from, bar }) => {
    const begin = comment;
    while ((comments[comment]?.start ?? Infinity) < bar) comment += 1;
    return within(line, from, bar, comments.slice(begin, comment));
  });
  while (cells.length > columns) {
    const range = ranges[cells.length - 1];
    const last = cells.at(-1);
    // Empty, yet something stands in it.
    if (range === undefined || last === undefined || last.start < last.end || isBlank(line, range.from, range.bar)) break;
    cells.pop();
  }
  return cells;
}

/** The bars and the comments of a line; nothing if one of those isn't closed. */
function marksOf(line: string, withComments: boolean): { bars: number[]; comments: Comment[] } | undefined {
  const bars: number[] = [];
  const comments: Comment[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '|' || line[at] === '｜') bars.push(at);
    else if (withComments && line.startsWith('<!--', at)) {
      const end = closeOf(line, at + 4);
      if (end === undefined) return undefined;
      comments.push({ start: at, end });
      at = end - 1;
    }
  }
  return { bars, comments };
}

/** Where a comment ends. */
function closeOf(line: string, from: number): number | undefined {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line.startsWith('-->', at)) return at + 3;
  }
  return undefined;
}

function isBlank(line: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!BLANK.includes(line.charAt(at))) return false;
  return true;
}

function within(line: string, from: number, to: number, comments: readonly Comment[]): Cell {
  let start = from;
  let end = to;
  const trim = () => {
    while (end > from && BLANK.includes(line.charAt(end - 1))) end -= 1;
  };
  trim();
  for (const comment of comments.toReversed()) {
    if (comment.end !== end) break;
    end = comment.start;
    trim();
  }
  while (start < end && BLANK.includes(line.charAt(start))) start += 1;
  // An empty cell is typed into after one blank, where there is one.
  if (start === end) start = end = from + (from < to && BLANK.includes(line.charAt(from)) ? 1 : 0);
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
