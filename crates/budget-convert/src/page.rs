//! Page numbers: lines that the printed page has and the document has not.

use rustc_hash::FxHashSet;

/// How far the number of a page may lie from the one before: pages without a number stand between.
const STEP: u32 = 3;

/// The fewest bare numbers that are taken for page numbers.
const FEWEST: usize = 3;

/// How a page number is printed.
enum Shape {
    /// `— 5 —`, `第 5 页`, `第5页 共20页`: can be nothing else.
    Marked,
    /// `5`: a page number only where such lines count up.
    Bare(u32),
}

/// The lines that are page numbers, by number from 1.
pub(crate) fn pages<'t>(lines: impl Iterator<Item = &'t str>) -> FxHashSet<u32> {
    let mut out = FxHashSet::default();
    let mut bare: Vec<(u32, u32)> = Vec::new();
    for (number, line) in (1u32..).zip(lines) {
        match shape(line) {
            Some(Shape::Marked) => {
                out.insert(number);
            }
            Some(Shape::Bare(page)) => bare.push((number, page)),
            None => {}
        }
    }
    let counts_up = bare
        .iter()
        .zip(bare.iter().skip(1))
        .all(|((_, a), (_, b))| {
            b.checked_sub(*a)
                .is_some_and(|step| (1..=STEP).contains(&step))
        });
    if bare.len() >= FEWEST && counts_up {
        out.extend(bare.iter().map(|(number, _)| *number));
    }
    out
}

fn shape(line: &str) -> Option<Shape> {
    if line.contains('\t') || line.len() > 60 {
        return None;
    }
    let compact: String = line
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    if let Some(page) = page(&compact) {
        return Some(Shape::Bare(page));
    }
    let dash = ['-', '—', '–', '－', '─'];
    let dashed = compact
        .strip_prefix(dash)
        .map(|rest| rest.trim_start_matches(dash))
        .filter(|rest| rest.ends_with(dash))
        .and_then(|rest| page(rest.trim_end_matches(dash)));
    let said = || {
        let (first, rest) = compact.strip_prefix('第')?.split_once('页')?;
        let rest = rest.trim_start_matches(['/', '，', ',']);
        let total = rest
            .strip_prefix('共')
            .and_then(|rest| rest.strip_suffix('页'));
        (rest.is_empty() || total.and_then(page).is_some())
            .then(|| page(first))
            .flatten()
    };
    dashed.or_else(said).map(|_| Shape::Marked)
}

/// One to three digits.
fn page(text: &str) -> Option<u32> {
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str]) -> Vec<u32> {
        let mut found: Vec<u32> = pages(lines.iter().copied()).into_iter().collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn marked_numbers_are_pages() {
        let lines = [
            "— 5 —",
            "- 12 -",
            "第 3 页",
            "第3页 共20页",
            "第3页的表",
            "-5",
            "- 项 -",
        ];
        assert_eq!(found(&lines), [1, 2, 3, 4]);
    }

    #[test]
    fn bare_numbers_are_pages_where_they_count_up() {
        assert_eq!(found(&["1", "文字", "2", "4"]), [1, 3, 4]);
        assert_eq!(found(&["1", "2"]), [0u32; 0]);
        assert_eq!(found(&["1", "2", "3", "86"]), [0u32; 0]);
        assert_eq!(found(&["1\t", "2", "3"]), [0u32; 0]);
    }
}
