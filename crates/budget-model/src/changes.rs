//! What sets a version of a document apart from an earlier one, as far as what is said of it may hang on that.

use std::sync::Arc;

use budget_catalog::template::ColumnKind;
use budget_syntax::{
    Same, TextRange,
    tree::{Block, BlockKind, Tree},
};

use smallvec::SmallVec;

use crate::{CellId, Document, Grid, Table, Value};

/// A kind of change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// In amount cells that hold a number, or nothing, before and after: rows, columns and words of tables stay.
    Numbers,
    /// In paragraphs and list items: headings stay, and tables with their fields.
    Words,
    /// In cells that hold text before and after and tell nothing of their row: no code, label or project's name.
    Texts,
}

/// The kinds of changes from one version to another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    numbers: bool,
    words: bool,
    texts: bool,
    /// Any other.
    others: bool,
    cells: Cells,
}

/// The cells whose number or text is another.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Cells {
    These(SmallVec<[CellId; 1]>),
    /// More than are worth a list.
    Many,
}

/// Most cells that are listed.
const MOST_CELLS: usize = 64;

impl Default for Cells {
    fn default() -> Self {
        Cells::These(SmallVec::new())
    }
}

impl Cells {
    fn push(&mut self, cell: CellId) {
        match self {
            Cells::These(cells) if cells.contains(&cell) => {}
            Cells::These(cells) if cells.len() < MOST_CELLS => cells.push(cell),
            Cells::These(_) | Cells::Many => *self = Cells::Many,
        }
    }
}

impl Changes {
    const OTHERS: Self = Self {
        numbers: true,
        words: true,
        texts: true,
        others: true,
        cells: Cells::Many,
    };

    /// The cells whose number or text is another, where nothing else of tables is, and they are few.
    pub(crate) fn cells(&self) -> Option<&[CellId]> {
        match &self.cells {
            Cells::These(cells) if !self.others => Some(cells),
            _ => None,
        }
    }

    /// Whether all changes are of these kinds.
    pub fn are_only(&self, kinds: &[Change]) -> bool {
        let is_one = |kind| kinds.contains(&kind);
        !self.others
            && (!self.numbers || is_one(Change::Numbers))
            && (!self.words || is_one(Change::Words))
            && (!self.texts || is_one(Change::Texts))
    }

    /// These, and then others.
    pub(crate) fn and(mut self, then: Self) -> Self {
        match then.cells {
            Cells::These(cells) => cells.into_iter().for_each(|cell| self.cells.push(cell)),
            Cells::Many => self.cells = Cells::Many,
        }
        Self {
            numbers: self.numbers || then.numbers,
            words: self.words || then.words,
            texts: self.texts || then.texts,
            others: self.others || then.others,
            cells: self.cells,
        }
    }

    /// From one version to the next.
    pub(crate) fn between(before: &Document, now: &Document, same: &Same) -> Self {
        let (new, old) = same.rest();
        if new.is_empty() && old.is_empty() {
            return Self::default();
        }
        let alike = Arc::ptr_eq(&before.template, &now.template)
            && before.tolerance == now.tolerance
            && before.headings.len() == now.headings.len()
            && before.tables.len() == now.tables.len()
            && before
                .tables
                .iter()
                .zip(&now.tables)
                .all(|(a, b)| stays(a, b));
        if !alike {
            return Self::OTHERS;
        }
        let blocks = || {
            let before = touched(&before.parse.tree, old);
            touched(&now.parse.tree, new).chain(before)
        };
        let plain = |block: Block<'_>| match block.kind {
            BlockKind::Paragraph(paragraph) => paragraph.field.is_none(),
            BlockKind::ListItem(item) => item.field.is_none(),
            BlockKind::Blank => true,
            _ => false,
        };
        if blocks().all(plain) {
            return Self {
                words: true,
                ..Self::default()
            };
        }
        let is_table = |block: Block<'_>| matches!(block.kind, BlockKind::Table(_));
        if blocks().count() == 2 && blocks().all(is_table) {
            return in_cells(before, now, new.start()).unwrap_or(Self::OTHERS);
        }
        Self::OTHERS
    }
}

/// The blocks that a piece of the text lies in or touches.
fn touched(tree: &Tree, piece: TextRange) -> impl Iterator<Item = Block<'_>> {
    let blocks = tree.blocks_from(piece.start());
    blocks.take_while(move |block| block.range.start() <= piece.end())
}

/// Whether a table is what it was, but for its grids and the decimals of its numbers.
fn stays(before: &Table, now: &Table) -> bool {
    let of = |it: &Table| {
        let counts = (it.grids.len(), it.fields.len(), it.notes.len());
        let read = (it.heading, it.spec, it.reading, it.working);
        (counts, read, it.source.is_some(), it.unit, it.missing)
    };
    of(before) == of(now)
}

/// The changes of the table block at an offset, if its rows and columns are what they were. Where what comes in and what
/// goes out stand side by side, the block is several grids.
fn in_cells(before: &Document, now: &Document, offset: u32) -> Option<Changes> {
    let (table, grid) = now.grid_at(offset)?;
    let block = now.tables.get(table)?.grids.get(grid)?.range;
    let mut changes = Changes::default();
    for (t, (was, is)) in (0..).zip(before.tables.iter().zip(&now.tables)) {
        for (g, (was, is)) in (0..).zip(was.grids.iter().zip(&is.grids)) {
            let first = CellId {
                table: t,
                grid: g,
                row: 0,
                column: 0,
            };
            if is.range == block {
                changes = changes.and(of_cells((before, was), (now, is), first)?);
            }
        }
    }
    // Comments, blanks and what else stands beside the cells.
    changes.numbers |= changes == Changes::default();
    Some(changes)
}

/// The changes of a grid; `first` is its first cell.
fn of_cells(
    (before, was): (&Document, &Grid),
    (now, is): (&Document, &Grid),
    first: CellId,
) -> Option<Changes> {
    let is_number = |value| matches!(value, Value::Empty | Value::Dash | Value::Number(_));
    let same = |a: TextRange, b: TextRange| before.slice(a) == now.slice(b);
    let columns = was.columns.iter().zip(&is.columns);
    let rows = was.rows.iter().zip(&is.rows);
    let kinds = is.columns.iter().map(|column| column.kind).cycle();
    let cells = was.cells.iter().zip(&is.cells).zip(kinds);
    let alike = was.spec == is.spec
        && (was.columns.len(), was.rows.len(), was.cells.len())
            == (is.columns.len(), is.rows.len(), is.cells.len())
        && columns.into_iter().all(|(a, b)| {
            (a.spec, a.kind, a.part_of) == (b.spec, b.kind, b.part_of) && same(a.name, b.name)
        })
        && rows.into_iter().all(|(a, b)| {
            let place = |it: &crate::Row| (it.parent, it.depth, it.segment, it.lost);
            (a.role, a.spec, &a.code, a.level) == (b.role, b.spec, &b.code, b.level)
                && place(a) == place(b)
                && same(a.code_range, b.code_range)
                && same(a.label, b.label)
                && same(a.project.unwrap_or_default(), b.project.unwrap_or_default())
        });
    let mut changes = Changes::default();
    let width = is.columns.len().max(1);
    for (at, ((a, b), kind)) in cells.enumerate().filter(|_| alike) {
        if a.value == b.value && same(a.range, b.range) {
            continue;
        }
        match (a.value, b.value) {
            _ if kind == ColumnKind::Amount && is_number(a.value) && is_number(b.value) => {
                changes.numbers = true;
            }
            (Value::Text, Value::Text) => changes.texts = true,
            _ => return None,
        }
        changes.cells.push(CellId {
            row: u32::try_from(at / width).ok()?,
            column: u32::try_from(at % width).ok()?,
            ..first
        });
    }
    alike.then_some(changes)
}

#[cfg(test)]
mod tests {
    use budget_catalog::Catalog;

    use super::*;
    use crate::document::Reading;

    const TEXT: &str = "---
部门: 某县水利局
年度: 2020
单位: 万元
---
# 第二部分 部门预算表
## 表三 支出总表
| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| 201 | 一般公共服务支出 | 12.00 | 10.00 | 2.00 |
| 合计 | | 12.00 | 10.00 | 2.00 |

## 项目支出绩效目标表
| 一级指标 | 二级指标 | 三级指标 | 指标值 |
|---|---|---|---|
| 产出指标 | 数量指标 | 修渠 | ≥3公里 |

备注：无。

# 第三部分 情况说明
支出预算 12.00 万元。
";

    /// What sets the text apart from one with `from` in place of `to`.
    fn changes(from: &str, to: &str) -> Changes {
        assert!(TEXT.contains(from), "{from}");
        let read = |text: &str, before| {
            let reading = Reading {
                before,
                ..Reading::default()
            };
            Document::read(text.into(), Arc::clone(Catalog::builtin()), reading)
        };
        let before = read(TEXT, None);
        let now = read(&TEXT.replacen(from, to, 1), Some(&before));
        let same = Same::of(&now.text, &before.text);
        Changes::between(&before, &now, &same)
    }

    #[test]
    fn numbers_words_and_the_rest_are_told_apart() {
        let numbers = [
            ("10.00", "100.00"),
            ("2.00 |", " |"),
            ("12.00", "-"),
            ("10.00", "１０.00"),
        ];
        for (from, to) in numbers {
            let only = changes(from, to);
            assert!(only.are_only(&[Change::Numbers]), "{from} → {to}");
            assert!(!only.are_only(&[Change::Words]), "{from} → {to}");
        }
        let words = [
            ("支出预算", "支出总预算"),
            ("12.00 万元。", "13.00 万元。"),
            ("支出预算", "收入"),
        ];
        for (from, to) in words {
            let only = changes(from, to);
            assert!(only.are_only(&[Change::Words]), "{from} → {to}");
            assert!(!only.are_only(&[Change::Numbers]), "{from} → {to}");
        }
        let texts = [("≥3公里", "≥4公里"), ("数量指标", "质量指标")];
        for (from, to) in texts {
            let only = changes(from, to);
            assert!(only.are_only(&[Change::Texts]), "{from} → {to}");
            assert!(!only.are_only(&[Change::Numbers, Change::Words]), "{from}");
        }
        let others = [
            ("10.00", "十"),
            ("≥3公里", ""),
            ("10.00", "待填"),
            ("201", "202"),
            ("一般公共服务", "公共服务"),
            ("基本支出", "基本"),
            ("情况说明", "说明"),
            ("表三", "表四"),
            ("水利局", "林业局"),
            ("备注：无。", "单位：元"),
            ("无", "有"),
            ("支出预算 12.00", "| 12.00"),
            ("|\n\n备注", "|\n备注"),
        ];
        for (from, to) in others {
            let any = changes(from, to);
            assert!(
                !any.are_only(&[Change::Numbers, Change::Words, Change::Texts]),
                "{from} → {to}"
            );
        }
        assert!(changes("2.00", "2.00").are_only(&[]));
        let both = changes("10.00", "9.00").and(changes("预算 1", "1"));
        assert!(both.are_only(&[Change::Words, Change::Numbers]));
        assert!(!both.are_only(&[Change::Words]));
    }
}
