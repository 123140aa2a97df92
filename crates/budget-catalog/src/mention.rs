//! Where a name stands in running text, as names are compared: width, blanks and the kind of
//! brackets and quotation marks don't count.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization;

use crate::name::{Fold, first_odd, fold_char};

/// A text reduced as names are ([`crate::name::normalize`]), but for the numbers names begin with,
/// that knows where each piece of it stood.
#[derive(Clone, Debug)]
pub struct Folded<'t> {
    text: Cow<'t, str>,
    /// In order; none for a text that is reduced already.
    marks: Vec<Mark>,
}

/// A run of characters that stand as they are, or one that was replaced.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Its place in the reduced text.
    folded: usize,
    /// Its place in the text.
    at: usize,
    /// Bytes of the text that it takes the place of; 0 for a run that stands as it is.
    width: usize,
}

impl<'t> Folded<'t> {
    /// Reduces a text; linear.
    pub fn new(text: &'t str) -> Self {
        let Some(first) = first_odd(text) else {
            return Self {
                text: Cow::Borrowed(text),
                marks: Vec::new(),
            };
        };
        let mut folded = String::with_capacity(text.len());
        let mut marks = vec![Mark {
            folded: 0,
            at: 0,
            width: 0,
        }];
        folded.push_str(text.get(..first).unwrap_or_default());
        let mut in_run = first > 0;
        let rest = text.get(first..).unwrap_or_default();
        for (at, char) in rest.char_indices() {
            let at = first + at;
            let mut mark = |folded: &String, width: usize| {
                marks.push(Mark {
                    folded: folded.len(),
                    at,
                    width,
                });
            };
            match fold_char(char) {
                Fold::Keep(kept) if kept == char => {
                    if !in_run {
                        mark(&folded, 0);
                    }
                    in_run = true;
                    folded.push(char);
                    continue;
                }
                Fold::Keep(kept) => {
                    mark(&folded, char.len_utf8());
                    folded.push(kept);
                }
                Fold::Drop => {}
                Fold::Ask => {
                    mark(&folded, char.len_utf8());
                    for char in std::iter::once(char).nfkc() {
                        match fold_char(char) {
                            Fold::Keep(kept) => folded.push(kept),
                            Fold::Drop => {}
                            Fold::Ask => folded.push(char),
                        }
                    }
                }
            }
            in_run = false;
        }
        Self {
            text: Cow::Owned(folded),
            marks,
        }
    }

    /// The reduced text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The places in the text where a reduced name stands, in order, none overlapping the next.
    pub fn find<'f>(&'f self, name: &'f str) -> impl Iterator<Item = Range<usize>> + 'f {
        let found = (!name.is_empty()).then(|| {
            memmem::find_iter(self.text.as_bytes(), name.as_bytes())
                .map(|at| self.origin(at..at + name.len()))
        });
        found.into_iter().flatten()
    }

    /// Where a piece of the reduced text stood.
    pub fn origin(&self, folded: Range<usize>) -> Range<usize> {
        self.start(folded.start)..self.end(folded.end)
    }

    fn start(&self, folded: usize) -> usize {
        match self.before(folded.saturating_add(1)) {
            None => folded,
            Some(mark) if mark.width > 0 => mark.at,
            Some(mark) => mark.at + (folded - mark.folded),
        }
    }

    fn end(&self, folded: usize) -> usize {
        match self.before(folded) {
            None => folded,
            Some(mark) if mark.width > 0 => mark.at + mark.width,
            Some(mark) => mark.at + (folded - mark.folded),
        }
    }

    /// The last mark before a place of the reduced text.
    fn before(&self, folded: usize) -> Option<Mark> {
        let after = self.marks.partition_point(|mark| mark.folded < folded);
        self.marks.get(after.checked_sub(1)?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::normalize;

    fn found<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
        let folded = Folded::new(text);
        let key = normalize(name).into_owned();
        let places: Vec<_> = folded.find(&key).collect();
        places
            .into_iter()
            .filter_map(|place| text.get(place))
            .collect()
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(found("有财政拨款、财政拨款。", "财政拨款"), ["财政拨款"; 2]);
        assert_eq!(
            found("𠮷县“三公”经费和\"三公\" 经费。", "“三公”经费"),
            ["“三公”经费", "\"三公\" 经费"]
        );
        assert_eq!(
            found("因公出国（境）费，因公出国(境) 费", "因公出国（境）费"),
            ["因公出国（境）费", "因公出国(境) 费"]
        );
        assert_eq!(found("小　计，小\n计", "小计"), ["小　计", "小\n计"]);
        assert_eq!(found("２０２４年项目", "2024年项目"), ["２０２４年项目"]);
        assert_eq!(found("⼀般公共预算", "一般公共预算"), ["⼀般公共预算"]);
        assert!(found("财政", "财政拨款").is_empty());
        assert!(found("财政", "").is_empty());
    }

    #[test]
    fn what_stands_around_a_name_is_no_part_of_it() {
        assert_eq!(found("（ 财政拨款 ）", "财政拨款"), ["财政拨款"]);
        assert_eq!(found("㈠财政", "财政"), ["财政"]);
        // One character that stands for two: all of it.
        assert_eq!(found("见㎡处", "m2"), ["㎡"]);
    }

    proptest::proptest! {
        #[test]
        fn every_place_is_a_place(text in "[a 一（）“”　㎡２\\u{301}𠮷\n]{0,24}", name in "[a一()\"m22𠮷]{1,3}") {
            let folded = Folded::new(&text);
            for place in folded.find(&name) {
                let piece = text.get(place.clone());
                proptest::prop_assert!(piece.is_some(), "{place:?}");
                let again = Folded::new(piece.unwrap_or_default());
                proptest::prop_assert!(again.text().contains(&name));
            }
        }
    }
}
