//! How alike two names are, by the share of characters that need not change (1 − Levenshtein
//! distance / length). Most pairs are told apart, or known to be alike, before any distance is
//! computed.

use std::borrow::Cow;

/// A name with what tells it from others at a glance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spelling<'s> {
    text: Cow<'s, str>,
    /// In characters.
    length: usize,
    /// A bit for each of its characters; several share one.
    letters: u64,
}

/// The place of a character among `BINS`.
fn bin(c: char) -> u32 {
    u32::from(c).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BINS.ilog2())
}

const BINS: usize = 64;

impl<'s> Spelling<'s> {
    /// Of a name, as it is to be compared.
    pub fn new(text: impl Into<Cow<'s, str>>) -> Self {
        let text = text.into();
        let (mut length, mut letters) = (0, 0);
        for c in text.chars() {
            length += 1;
            letters |= 1 << bin(c);
        }
        Self {
            text,
            length,
            letters,
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Characters.
    pub fn chars(&self) -> usize {
        self.length
    }

    /// Whether another name has this one in it.
    pub fn is_in(&self, other: &Spelling<'_>) -> bool {
        self.letters & !other.letters == 0 && other.text.contains(&*self.text)
    }

    /// How alike two names are, from 0 to 1 for the same; `None` if less than `least`.
    pub fn likeness(&self, other: &Spelling<'_>, least: f64) -> Option<f64> {
        let pair = Pair::new(self, other, least)?;
        let likeness = pair.share(strsim::generic_levenshtein(&pair.left, &pair.right));
        (likeness >= least).then_some(likeness)
    }

    /// Whether two names are so alike: as [`Spelling::likeness`], but cheaper.
    pub fn is_alike(&self, other: &Spelling<'_>, least: f64) -> bool {
        let Some(pair) = Pair::new(self, other, least) else {
            return false;
        };
        // No more than all characters between what both begin and end with can differ.
        pair.share(pair.left.len().max(pair.right.len())) >= least
            || pair.share(strsim::generic_levenshtein(&pair.left, &pair.right)) >= least
    }
}

/// Two names that may be alike, without what both begin and end with.
struct Pair {
    left: Vec<char>,
    right: Vec<char>,
    longest: usize,
}

impl Pair {
    /// `None` if the characters alone tell that the two are less alike than `least`.
    fn new(a: &Spelling<'_>, b: &Spelling<'_>, least: f64) -> Option<Self> {
        let longest = a.length.max(b.length);
        let mut pair = Self {
            left: Vec::new(),
            right: Vec::new(),
            longest,
        };
        // What one has and the other lacks must be changed, each by a change of its own.
        let lacks = |a: &Spelling<'_>, b: &Spelling<'_>| (a.letters & !b.letters).count_ones();
        let lacking = lacks(a, b).max(lacks(b, a)) as usize;
        if pair.share(lacking.max(a.length.abs_diff(b.length))) < least {
            return None;
        }
        let (left, right) = without_ends(&a.text, &b.text);
        if pair.share(lacking_often(left, right)) < least {
            return None;
        }
        pair.left.extend(left.chars());
        pair.right.extend(right.chars());
        Some(pair)
    }

    /// The share of characters that stay if so many change.
    #[expect(clippy::cast_precision_loss, reason = "texts are shorter than 2^52")]
    fn share(&self, changes: usize) -> f64 {
        if self.longest == 0 {
            return 1.0;
        }
        1.0 - changes as f64 / self.longest as f64
    }
}

/// The characters of one that the other lacks, counted as often as they stand there.
fn lacking_often(a: &str, b: &str) -> usize {
    let mut counts = [0_i32; BINS];
    let mut add = |text: &str, by: i32| {
        for c in text.chars() {
            if let Some(count) = counts.get_mut(bin(c) as usize) {
                *count += by;
            }
        }
    };
    add(a, 1);
    add(b, -1);
    let more = |sign: i32| {
        counts
            .iter()
            .map(|count| (count * sign).max(0))
            .sum::<i32>()
    };
    usize::try_from(more(1).max(more(-1))).unwrap_or_default()
}

/// Two texts without what both begin and end with.
fn without_ends<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let same = a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b);
    let begin = same.map_or(a.len().min(b.len()), |((at, _), _)| at);
    let (a, b) = (a.get(begin..).unwrap_or(a), b.get(begin..).unwrap_or(b));
    let ends = a.chars().rev().zip(b.chars().rev());
    let end: usize = ends
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let head = |text: &'t str| text.get(..text.len() - end).unwrap_or(text);
    (head(a), head(b))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Spelling<'_> {
        Spelling::new(text)
    }

    #[test]
    fn likeness_is_the_share_that_stays() {
        // 医疗 is put before 卫生健康支出: 2 of 8 change.
        let (a, b) = (of("医疗卫生健康支出"), of("卫生健康支出"));
        assert_eq!(a.likeness(&b, 0.0), Some(0.75));
        assert_eq!(a.likeness(&b, 0.75), Some(0.75));
        assert_eq!(a.likeness(&b, 0.76), None);
        assert!(a.is_alike(&b, 0.75) && !a.is_alike(&b, 0.76));
        assert_eq!(of("").likeness(&of(""), 1.0), Some(1.0));
        assert_eq!(of("").likeness(&of("甲"), 0.0), Some(0.0));
    }

    proptest! {
        /// What is left out changes nothing.
        #[test]
        fn as_the_whole_distance(a in "[甲乙丙丁ab]{0,12}", b in "[甲乙丙丁ab]{0,12}", least in 0.0..1.0) {
            let whole = strsim::normalized_levenshtein(&a, &b);
            let wanted = (whole >= least).then_some(whole);
            prop_assert_eq!(of(&a).likeness(&of(&b), least), wanted);
            prop_assert_eq!(of(&a).is_alike(&of(&b), least), wanted.is_some());
        }

        #[test]
        fn a_name_with_slips(a in "\\PC{0,40}", cut in 0_usize..40, put in "\\PC{0,3}", least in 0.3..0.9) {
            let b: String = a.chars().take(cut).chain(put.chars()).chain(a.chars().skip(cut + 1)).collect();
            let whole = strsim::normalized_levenshtein(&a, &b);
            prop_assert_eq!(of(&a).likeness(&of(&b), least), (whole >= least).then_some(whole));
            prop_assert_eq!(of(&a).is_alike(&of(&b), least), whole >= least);
        }
    }
}
