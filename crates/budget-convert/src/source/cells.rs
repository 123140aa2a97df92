//! Rows of cells as the text import reads them.

use crate::text;

/// The longest label that may have been wrapped by hand.
const LABEL: usize = 30;

/// Writes a row: cells between tabs, at least one tab.
pub(crate) fn push_row(out: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push('\t');
        }
        out.push_str(cell);
    }
    if cells.len() < 2 {
        out.push('\t');
    }
    out.push('\n');
}

/// The text of a cell on one line. A label that was wrapped by hand is joined; the lines of longer
/// text stay apart with `<br>`.
pub(super) fn one_line(cell: &str) -> String {
    let lines: Vec<String> = cell
        .split([
            '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
        ])
        .map(|line| line.replace('\t', " "))
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    let length: usize = lines.iter().map(|line| line.chars().count()).sum();
    let mut out = String::with_capacity(cell.len());
    for line in lines {
        if let Some(last) = out.chars().next_back() {
            let wide = text::is_wide(last) && line.starts_with(text::is_wide);
            if length > LABEL || text::numbered(&line).is_some() || text::ends_sentence(&out) {
                out.push_str("<br>");
            } else if !wide {
                out.push(' ');
            }
        }
        out.push_str(&line);
    }
    out
}

/// A line of text on one line.
pub(super) fn plain_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        out.push(if c.is_control() { ' ' } else { c });
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_labels_join_and_lists_stay_apart() {
        assert_eq!(one_line("财政拨款\n（补助）"), "财政拨款（补助）");
        assert_eq!(one_line("12\r\n34\t5"), "12 34 5");
        assert_eq!(one_line("1.甲\n2.乙"), "1.甲<br>2.乙");
        assert_eq!(
            one_line("保障运转。\n开展检查。"),
            "保障运转。<br>开展检查。"
        );
    }
}
