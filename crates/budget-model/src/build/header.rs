//! Rows of a table's body that belong to its header: 栏次, and the header printed once more.

use budget_catalog::template::ColumnKind;
use budget_syntax::TextRange;

use crate::{Cell, build::words::Words};

/// `※ | ※ | 1 | 2`: cells of one character class only, in rising order.
pub(super) fn is_column_numbers(text: &str, words: &Words, cells: &[Cell]) -> bool {
    let mut last = 0_u32;
    let mut marks = false;
    for cell in cells {
        match cell.range.of(text) {
            "" => {}
            other => match other.parse::<u32>() {
                Ok(n) if n == last + 1 => last = n,
                Err(_) if words.is_column_mark(other) => marks = true,
                _ => return false,
            },
        }
    }
    last >= 2 && (marks || usize::try_from(last).is_ok_and(|n| n == cells.len()))
}

/// Whether a row is the header printed once more, or one of its levels: every cell is a level of a
/// column's name, and there are two such cells or more; or it names the levels of a code, whose
/// columns are `codes`.
pub(super) fn repeats(
    text: &str,
    words: &Words,
    cells: &[Cell],
    header: &[TextRange],
    codes: &[usize],
) -> bool {
    let mut named = 0;
    for (index, cell) in cells.iter().enumerate() {
        let own = cell.range.of(text);
        if own.is_empty() {
            continue;
        }
        let printed = header.get(index).is_some_and(|name| name.of(text) == own);
        if codes.contains(&index) && !printed {
            let levels = own
                .chars()
                .all(|c| "类款项".contains(c) || c.is_whitespace());
            if !levels && !words.kinds(own).any(|kind| kind == ColumnKind::Code) {
                return false;
            }
            named += if levels { 2 } else { 1 };
            continue;
        }
        let is_level = |name: &TextRange| {
            let mut levels = name.of(text).split('/');
            levels.any(|level| same_letters(level, own))
        };
        if !printed && (header.len() > MOST_COLUMNS || !header.iter().any(is_level)) {
            return false;
        }
        named += 1;
    }
    named >= 2
}

/// More columns than a header of several levels has.
const MOST_COLUMNS: usize = 256;

/// Whether two texts are the same but for white space.
fn same_letters(a: &str, b: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|c| !c.is_whitespace())
    }
    letters(a).eq(letters(b))
}
