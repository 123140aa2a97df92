import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cellsOf, isRule, rowLike } from '../../src/cells';

const texts = (line: string) => cellsOf(line)?.map(({ start, end }) => line.slice(start, end));

test('cells are what stands between bars, full-width ones too', () => {
  assert.deepEqual(texts('| 201 | 一般公共服务支出 |  = |'), ['201', '一般公共服务支出', '=']);
  assert.deepEqual(texts('　｜201｜待填｜1.00'), ['201', '待填', '1.00']);
  assert.deepEqual(texts('| 甲\\|乙 | |'), ['甲\\|乙', '']);
  assert.deepEqual(texts('| a | b | <!-- 忽略 COD002: 有 | 的理由 -->'), ['a', 'b']);
  assert.deepEqual(texts('| a | b <!-- 注 -->'), ['a', 'b']);
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
  const line = `|${' <!-- |'.repeat(100_000)}`;
  const begin = performance.now();
  assert.ok((cellsOf(line)?.length ?? 0) > 0);
  assert.ok(performance.now() - begin < 1000);
});
