//! The words of a line and where they stand, in both measures that converters align by.

use crate::text;

/// What a converter counts when it sets columns with spaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Measure {
    /// Every character is one (`pdftotext -layout`).
    Characters,
    /// An ideograph is two, as a terminal shows it.
    Display,
}

/// Columns from `start` to before `end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    pub(super) fn overlap(self, other: Span) -> usize {
        self.end
            .min(other.end)
            .saturating_sub(self.start.max(other.start))
    }

    pub(super) fn joined(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Twice the middle.
    pub(super) fn centre(self) -> usize {
        self.start + self.end
    }
}

/// A run of characters without white space.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    characters: Span,
    display: Span,
    /// Columns of white space before it, as displayed.
    pub(super) gap: usize,
}

impl<'t> Word<'t> {
    pub(super) fn span(&self, measure: Measure) -> Span {
        match measure {
            Measure::Characters => self.characters,
            Measure::Display => self.display,
        }
    }

    /// A number that counts something: not the year of `2024 年预算`.
    pub(super) fn is_amount(&self, next: Option<&Word<'_>>) -> bool {
        let counted =
            next.is_some_and(|next| next.gap == 1 && next.text.starts_with(text::is_ideograph));
        text::is_number(self.text) && (!counted || self.text.contains('.'))
    }

    /// An amount with decimals.
    pub(super) fn is_decimal(&self) -> bool {
        self.text.contains('.') && text::is_number(self.text)
    }

    /// The digits of an account code.
    pub(super) fn is_code(&self) -> bool {
        matches!(self.text.len(), 3 | 5 | 6 | 7) && self.text.bytes().all(|b| b.is_ascii_digit())
    }
}

/// The words of a line; at most `most`, `None` if there are more.
pub(super) fn words(line: &str, most: usize) -> Option<Vec<Word<'_>>> {
    let mut out = Vec::new();
    let (mut characters, mut display) = (0usize, 0usize);
    let mut gap = 0usize;
    // Where the open word began: in bytes and in both measures.
    let mut open: Option<(usize, usize, usize)> = None;
    let mut close =
        |open: &mut Option<(usize, usize, usize)>, gap: &mut usize, end: (usize, usize, usize)| {
            let Some((from, character, shown)) = open.take() else {
                return true;
            };
            if let Some(text) = line.get(from..end.0) {
                out.push(Word {
                    text,
                    characters: Span {
                        start: character,
                        end: end.1,
                    },
                    display: Span {
                        start: shown,
                        end: end.2,
                    },
                    gap: *gap,
                });
            }
            *gap = 0;
            out.len() <= most
        };
    for (at, c) in line.char_indices() {
        let width = match c {
            // A page's end takes no room in the line.
            '\u{C}' | '\u{FEFF}' => 0,
            '\u{3000}' => 2,
            _ if text::is_wide(c) => 2,
            _ => 1,
        };
        if c.is_whitespace() || c.is_control() || c == '\u{FEFF}' {
            if !close(&mut open, &mut gap, (at, characters, display)) {
                return None;
            }
            gap += width;
        } else if open.is_none() {
            open = Some((at, characters, display));
        }
        characters += width.min(1);
        display += width;
    }
    close(&mut open, &mut gap, (line.len(), characters, display)).then_some(out)
}

/// The words between gaps of two columns and more.
pub(super) fn segments<'a, 't>(words: &'a [Word<'t>]) -> impl Iterator<Item = &'a [Word<'t>]> {
    words.chunk_by(|_, next| next.gap < 2)
}

/// How surely a cell stands under the one above it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trust {
    /// A wide gap stands before it.
    Firm,
    /// It follows the cell before it after a single space, wherever that one ends.
    Stuck,
    /// So does a text after a code: the code's name, in a column of its own or not.
    Name,
}

/// Words that stand in one cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a, 't> {
    pub(super) words: &'a [Word<'t>],
    pub(super) span: Span,
    pub(super) trust: Trust,
    /// Whether it is a number, or a line in its place.
    pub(super) number: bool,
    /// Whether it is the code of the text behind it.
    pub(super) code: bool,
    /// Whether the next is stuck to it: it may reach beyond its column.
    pub(super) pushes: bool,
}

/// The cells of a row of the body: a number is one of its own. The code before a name is none.
pub(super) fn cells<'a, 't>(words: &'a [Word<'t>], measure: Measure) -> Vec<Cell<'a, 't>> {
    let mut cells: Vec<Cell<'a, 't>> = cut(words, measure, |word, next| {
        let digits = |word: &Word<'_>| word.text.bytes().all(|b| b.is_ascii_digit());
        if word.is_decimal() || next.is_decimal() || digits(word) && digits(next) {
            Some(Trust::Stuck)
        } else if digits(word) && word.text.len() > 1 {
            Some(Trust::Name)
        } else {
            None
        }
    })
    .collect();
    let stuck: Vec<bool> = cells
        .iter()
        .skip(1)
        .map(|next| next.trust == Trust::Stuck)
        .collect();
    for (cell, stuck) in cells.iter_mut().zip(stuck) {
        cell.pushes = stuck;
    }
    let names: Vec<bool> = cells
        .iter()
        .skip(1)
        .map(|next| {
            let first = next.words.first();
            !next.number && first.is_some_and(|word| text::numbered(word.text).is_none())
        })
        .collect();
    for (at, (cell, name)) in cells.iter_mut().zip(names).enumerate() {
        let stuck = cell.words.last().is_some_and(|word| word.is_code());
        if name && (at == 0 || stuck) && cell.words.iter().all(|word| !word.text.contains('.')) {
            cell.code = cell.number;
            cell.number = false;
        }
    }
    cells
}

/// The cells of a row of the header: every word but the year of `2024 年预算`.
pub(super) fn heads<'a, 't>(
    words: &'a [Word<'t>],
    measure: Measure,
) -> impl Iterator<Item = Cell<'a, 't>> {
    cut(words, measure, |word, next| {
        let year = word.text.ends_with(|c: char| c.is_ascii_digit())
            && next.text.starts_with(text::is_ideograph);
        (!year).then_some(Trust::Stuck)
    })
}

fn cut<'a, 't>(
    words: &'a [Word<'t>],
    measure: Measure,
    between: impl Fn(&Word<'t>, &Word<'t>) -> Option<Trust> + Copy,
) -> impl Iterator<Item = Cell<'a, 't>> {
    segments(words).flat_map(move |segment| {
        let mut trust = Trust::Firm;
        segment
            .chunk_by(move |word, next| between(word, next).is_none())
            .filter_map(move |words| {
                let (first, last) = (words.first()?, words.last()?);
                let own = trust;
                // What follows a name in its segment is stuck to it as well.
                trust = if first.text.bytes().all(|b| b.is_ascii_digit()) {
                    Trust::Name
                } else {
                    Trust::Stuck
                };
                let number =
                    words.len() == 1 && (text::is_number(first.text) || text::is_dash(first.text));
                Some(Cell {
                    words,
                    span: first.span(measure).joined(last.span(measure)),
                    trust: if own == Trust::Name && number {
                        Trust::Stuck
                    } else {
                        own
                    },
                    number,
                    code: false,
                    pushes: false,
                })
            })
    })
}

impl Cell<'_, '_> {
    pub(super) fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text).collect();
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_where_both_measures_put_them() {
        let line = "合计  3.5\u{3000}甲 1";
        let words = words(line, 9).unwrap_or_default();
        let found: Vec<_> = words
            .iter()
            .map(|word| {
                (
                    word.text,
                    word.span(Measure::Characters).start,
                    word.span(Measure::Display).start,
                    word.gap,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("合计", 0, 0, 0),
                ("3.5", 4, 6, 2),
                ("甲", 8, 11, 2),
                ("1", 10, 14, 1)
            ]
        );
        let segments: Vec<usize> = segments(&words).map(<[_]>::len).collect();
        assert_eq!(segments, [1, 1, 2]);
        assert!(super::words(line, 3).is_none());
    }

    #[test]
    fn a_year_is_no_amount() {
        let words = words("2024 年预算  208 3.5", 9).unwrap_or_default();
        let amounts: Vec<bool> = (0..words.len())
            .map(|at| {
                words
                    .get(at)
                    .is_some_and(|word| word.is_amount(words.get(at + 1)))
            })
            .collect();
        assert_eq!(amounts, [false, false, true, true]);
    }
}
