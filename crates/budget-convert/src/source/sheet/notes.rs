//! What there is to tell of a sheet besides its cells.

use super::Sheet;
use crate::source::{Note, NoteKind};

/// The most places that a note names.
const NAMED: usize = 5;

/// What stands beside the cells of a sheet and isn't read, by count.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::source) struct Beside {
    pub(in crate::source) comments: usize,
    pub(in crate::source) pictures: usize,
    pub(in crate::source) charts: usize,
    pub(in crate::source) boxes: usize,
}

impl Beside {
    /// What may hold numbers or a table.
    fn drawn(self) -> usize {
        self.pictures + self.charts + self.boxes
    }

    /// `2 条批注、1 张图片`; nothing if there is nothing.
    fn counted(self) -> String {
        let kinds = [
            (self.comments, "条批注"),
            (self.pictures, "张图片"),
            (self.charts, "张图表"),
            (self.boxes, "个文本框"),
        ];
        let counted = kinds.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = counted
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        words.join("、")
    }
}

/// Notes what a sheet hides, lacks, and has beside its cells.
pub(super) fn tell(sheet: &Sheet, notes: &mut Vec<Note>) {
    let mut note = |kind, message: String| {
        notes.push(Note {
            kind,
            message: format!("工作表“{}”{message}", sheet.name),
        });
    };
    if sheet.hidden {
        note(NoteKind::Hidden, "是隐藏的，已照常导入".to_owned());
    }
    let rows = holding(&sheet.hidden_rows, sheet.cells.iter().map(|cell| cell.row));
    if !rows.is_empty() {
        let names = ranges(&rows, |row| (u64::from(row) + 1).to_string());
        note(
            NoteKind::Hidden,
            format!("第 {names} 行是隐藏的，已照常导入"),
        );
    }
    let columns = holding(
        &sheet.hidden_columns,
        sheet.cells.iter().map(|cell| cell.column),
    );
    if !columns.is_empty() {
        let names = ranges(&columns, letters);
        note(NoteKind::Hidden, format!("{names} 列是隐藏的，已照常导入"));
    }
    let beside = sheet.beside.counted();
    if !beside.is_empty() {
        let advice = if sheet.beside.drawn() > 0 {
            "；里面的数字和表格请手工录入"
        } else {
            ""
        };
        note(NoteKind::LeftOut, format!("有 {beside}，没有导入{advice}"));
    }
    if !sheet.masked.is_empty() {
        let places = places(&sheet.masked);
        note(
            NoteKind::Hidden,
            format!("单元格 {places} 的数字被格式隐藏，已照常导入"),
        );
    }
    if !sheet.without_value.is_empty() {
        let places = places(&sheet.without_value);
        let message = format!(
            "单元格 {places} 是公式，但文件里没有存下结果，导入后为空。请用 Excel 或 WPS 打开，重新计算并保存，再导入"
        );
        note(NoteKind::NoValue, message);
    }
    if !sheet.errors.is_empty() {
        let places = places(&sheet.errors);
        note(
            NoteKind::ErrorCell,
            format!("单元格 {places} 显示的是公式错误，已照原样导入，请改正"),
        );
    }
}

/// The ranges that hold cells: what is hidden and empty is nobody's matter.
fn holding(ranges: &[(u32, u32)], cells: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut filled: Vec<u32> = if ranges.is_empty() {
        Vec::new()
    } else {
        cells.collect()
    };
    filled.sort_unstable();
    ranges
        .iter()
        .filter(|(first, last)| {
            let from = filled.partition_point(|at| at < first);
            filled.get(from).is_some_and(|at| at <= last)
        })
        .copied()
        .collect()
}

fn ranges(ranges: &[(u32, u32)], name: impl Fn(u32) -> String) -> String {
    let mut names: Vec<String> = ranges
        .iter()
        .take(NAMED)
        .map(|(first, last)| {
            if first == last {
                name(*first)
            } else {
                format!("{}-{}", name(*first), name(*last))
            }
        })
        .collect();
    if ranges.len() > NAMED {
        names.push("…".to_owned());
    }
    names.join("、")
}

fn places(cells: &[(u32, u32)]) -> String {
    let names: Vec<String> = cells
        .iter()
        .take(NAMED)
        .map(|(row, column)| format!("{}{}", letters(*column), u64::from(*row) + 1))
        .collect();
    let rest = if cells.len() > NAMED {
        format!(" 等 {} 个", cells.len())
    } else {
        String::new()
    };
    format!("{}{rest}", names.join("、"))
}

/// A column's letters: 0 is A, 27 is AB.
fn letters(column: u32) -> String {
    let mut out = Vec::new();
    let mut left = column.saturating_add(1);
    while left > 0 {
        left -= 1;
        let letter = u8::try_from(left % 26).unwrap_or(0);
        out.push(char::from(b'A' + letter));
        left /= 26;
    }
    out.iter().rev().collect()
}
