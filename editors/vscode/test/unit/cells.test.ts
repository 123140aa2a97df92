import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { cellsOf, isRule, rowLike } from '../../src/cells';

/** What all editors take for cells, and the language itself. */
const rows = JSON.parse(readFileSync('../../tests/editors/cells.json', 'utf8')) as {
  readonly line: string;
  readonly cells: readonly string[];
  /** Of the table; as many as there are cells if it isn't said. */
  readonly columns?: number;
}[];
const texts = (line: string, columns?: number) => cellsOf(line, columns)?.map(({ start, end }) => line.slice(start, end));

test('cells are those of the language', () => {
  assert.ok(rows.length > 10);
  for (const { line, cells, columns } of rows) assert.deepEqual(texts(line, columns), cells, line);
});

test('a cell ends at its bar', () => {
  const line = '| 甲 <!-- a|b --> |    1 | <!-- 忽略 ARI001：因为 --> |';
  assert.deepEqual(cellsOf(line)?.map(({ bar }) => line.slice(0, bar)), ['| 甲 <!-- a|b --> ', '| 甲 <!-- a|b --> |    1 ']);
});

test('what is no row has no cells', () => {
  for (const line of ['', '表三 | 表四', '# 标题', '---']) assert.equal(cellsOf(line), undefined, line);
});

test('an empty cell is typed into after a blank, where there is one', () => {
  const places = (line: string) => cellsOf(line)?.map(({ start }) => start);
  assert.deepEqual(places('|  |    |'), [2, 5]);
  assert.deepEqual(places('||a|'), [1, 2]);
  assert.deepEqual(texts(rowLike(['a', 'b', 'c'])), ['', '', '']);
});

test('a new row computes what the row above it computes, unless that adds up others', () => {
  assert.equal(rowLike(['2012601', '行政运行', '=', '186.40', '']), '|  |  | = |  |  |');
  assert.equal(rowLike(['201', '一般公共服务支出', '=', '=', '=']), '|  |  |  |  |  |');
});

test('the row of dashes', () => {
  assert.ok(isRule('| --- | ---: |'));
  assert.ok(isRule('｜－－－｜－－：｜'));
  assert.ok(!isRule('| --- | 1 |'));
  assert.ok(!isRule('---'));
});

test('a long line takes no longer than it is', () => {
  for (const piece of [' <!-- |', ' <!-- a --> |', ' <!-- a -->']) {
    const line = `|${piece.repeat(100_000)}`;
    const begin = performance.now();
    assert.ok((cellsOf(line)?.length ?? 0) > 0);
    assert.ok(performance.now() - begin < 1000, piece);
  }
});
