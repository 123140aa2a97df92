//! Comments with meaning: 忽略 silences rules, 转换缺失 and 另附 say what the source lost.

use std::sync::Arc;

use budget_syntax::{TextRange, tree::Comment};

use super::{Walk, len};
use crate::{
    Table, Target,
    document::{Mark, Suppression},
    table::Missing,
};

impl Walk<'_> {
    /// A comment with meaning: 忽略, 转换缺失 or 另附.
    pub(super) fn comment(&mut self, comment: Comment, block: TextRange, row: Option<TextRange>) {
        let text = comment.text.of(self.text);
        if let Some(rest) = text.strip_prefix("忽略") {
            self.suppression(rest, comment, block, row);
            return;
        }
        let Some(lost) = lost_parts(text) else { return };
        let heading = self.open.last().copied();
        self.marks.push(Mark {
            range: block,
            heading,
            lost,
            row: row.is_some(),
        });
        let table = self.current.and_then(|table| self.tables.get_mut(table));
        match (table, row) {
            (Some(table), None) => table.missing.merge(lost),
            (Some(table), Some(row)) => lose_row(table, row),
            (None, _) => {}
        }
    }

    /// `忽略 规则: 理由`, read after the word 忽略.
    fn suppression(
        &mut self,
        rest: &str,
        comment: Comment,
        block: TextRange,
        row: Option<TextRange>,
    ) {
        let (body, reach) = match (rest.strip_prefix("本节"), rest.strip_prefix("全文")) {
            (Some(rest), _) => (rest, Some(self.open.last().copied())),
            (_, Some(rest)) => (rest, Some(None)),
            (None, None) => (rest, None),
        };
        let at = |part: &str, after: &str| {
            let start = comment.text.end() - len(after) - len(part.trim_start());
            TextRange::new(start, start + len(part.trim()))
        };
        let (rules, colon_and_reason, reason) = match body.find([':', '：']) {
            Some(colon) => {
                let (rules, rest) = body.split_at_checked(colon).unwrap_or((body, ""));
                (rules, rest, rest.trim_start_matches([':', '：']))
            }
            None => (body, "", ""),
        };
        self.suppressions.push(Suppression {
            range: block,
            comment: comment.range,
            rules: at(rules, colon_and_reason),
            reason: at(reason, ""),
            scope: row.unwrap_or(block),
        });
        let index = self.suppressions.len() - 1;
        match reach {
            Some(heading) => self.wide.push((index, heading)),
            None if row.is_none() => self.waiting.push(index),
            None => {}
        }
    }

    /// Suppressions above a block cover it.
    pub(super) fn reach(&mut self, block: TextRange) {
        for waiting in self.waiting.drain(..) {
            if let Some(waiting) = self.suppressions.get_mut(waiting) {
                waiting.scope = waiting.scope.cover(block);
            }
        }
    }

    /// What `忽略本节` and `忽略全文` cover is known when every heading is closed.
    pub(super) fn widen(&mut self) {
        let all = TextRange::new(0, len(self.text));
        for (index, heading) in std::mem::take(&mut self.wide) {
            let heading = heading.and_then(|id| self.headings.get(id.index()));
            if let Some(suppression) = self.suppressions.get_mut(index) {
                suppression.scope = heading.map_or(all, |heading| heading.extent);
            }
        }
    }

    /// A mark under a part or a section speaks for every table below it.
    pub(super) fn inherit_marks(&mut self) {
        for mark in self.marks.iter().filter(|mark| !mark.row) {
            let Some(heading) = mark.heading.and_then(|id| self.headings.get(id.index())) else {
                continue;
            };
            if matches!(heading.target, Target::Table { .. } | Target::Grid { .. }) {
                continue;
            }
            for table in &mut self.tables {
                let place = table.heading.and_then(|id| self.headings.get(id.index()));
                if place.is_some_and(|place| {
                    heading.extent.contains(place.range) && place.range != heading.range
                }) {
                    table.missing.merge(mark.lost);
                }
            }
        }
    }
}

/// Marks the row of that line, in both halves where two stand side by side.
fn lose_row(table: &mut Table, line: TextRange) {
    for grid in &mut table.grids {
        let at = grid
            .rows
            .partition_point(|row| row.range.start() < line.start());
        // A grid that an earlier version has too knows it already.
        let row = grid.rows.get(at);
        if row.is_some_and(|row| row.range == line && !row.lost)
            && let Some(row) = Arc::make_mut(grid).rows.get_mut(at)
        {
            row.lost = true;
        }
    }
}

/// What a comment says is lost or published apart; `None` for any other comment.
fn lost_parts(text: &str) -> Option<Missing> {
    if text.starts_with("另附") {
        return Some(Missing {
            apart: true,
            ..Missing::default()
        });
    }
    let rest = text.strip_prefix("转换缺失")?.trim_start();
    let what = rest.strip_prefix([':', '：']).unwrap_or(rest).trim();
    let mut lost = Missing::default();
    for part in what.split(['、', '，', ',', ' ', '；', ';']) {
        match part.trim() {
            "" => {}
            "表头" => lost.header = true,
            part if part.contains("合计") || part.contains("总计") => lost.totals = true,
            _ => lost.rows = true,
        }
    }
    if !(lost.header || lost.totals || lost.rows) {
        lost.all = true;
        lost.rows = true;
        lost.totals = true;
        lost.header = true;
    }
    Some(lost)
}
