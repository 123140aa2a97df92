//! Words in names: searched for often, and mostly not there.

use budget_catalog::name;

/// Whether a text has a word in it: for the short texts that names are, faster than `contains`.
pub(crate) fn has(text: &str, word: &str) -> bool {
    if text.len() < word.len() {
        return false;
    }
    let (text, word) = (text.as_bytes(), word.as_bytes());
    // The third byte of a character tells more than the first two.
    let Some(third) = word.get(2) else {
        return memchr::memmem::find(text, word).is_some();
    };
    memchr::memchr_iter(*third, text).any(|at| {
        at.checked_sub(2)
            .and_then(|at| text.get(at..))
            .is_some_and(|rest| rest.starts_with(word))
    })
}

/// As `starts_with`, faster where it mostly doesn't: the third byte of a character tells most.
#[inline]
pub(crate) fn begins(text: &str, word: &str) -> bool {
    text.as_bytes().get(2) == word.as_bytes().get(2) && text.starts_with(word)
}

/// As `ends_with`, faster where it mostly doesn't.
#[inline]
pub(crate) fn ends(text: &str, word: &str) -> bool {
    text.as_bytes().last() == word.as_bytes().last() && text.ends_with(word)
}

/// Whether a text, as names are compared, is a name: most haven't even its last character.
pub(crate) fn is_called(text: &str, name: &str) -> bool {
    let last = name.chars().next_back();
    let own = last_letter(text);
    // What isn't among these may become one of them.
    let other = |c: char| !c.is_ascii() && !is_chinese(c);
    (own == last || own.is_some_and(other)) && name::normalize(text) == name
}

/// The last character of a text that is no mark.
pub(crate) fn last_letter(text: &str) -> Option<char> {
    let mut chars = text.chars().rev();
    chars.find(|c| is_chinese(*c) || c.is_alphanumeric())
}

/// Whether a character is one of those that Chinese is written with.
pub(crate) fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The characters of a text by the last six bits of each: most words have one that isn't among them, and needn't be
/// searched for.
#[derive(Clone, Copy)]
pub(crate) struct Letters(u64);

impl Letters {
    pub(crate) fn of(text: &str) -> Self {
        let bit = |c: char| 1 << (u32::from(c) & 63);
        Self(text.chars().fold(0, |bits, c| bits | bit(c)))
    }

    /// Whether the text, or a part of it, may have a Chinese word: its first character and its last are there.
    #[inline]
    pub(crate) fn may_have(self, word: &str) -> bool {
        let word = word.as_bytes();
        let is_there = |byte: Option<&u8>| byte.is_none_or(|it| self.0 >> (it & 63) & 1 == 1);
        is_there(word.get(2)) && is_there(word.last())
    }

    /// Whether the text may have a character.
    #[inline]
    pub(crate) fn may_have_char(self, c: char) -> bool {
        self.0 >> (u32::from(c) & 63) & 1 == 1
    }

    /// Whether the text, or this part of it, has a Chinese word.
    #[inline]
    pub(crate) fn have(self, text: &str, word: &str) -> bool {
        self.may_have(word) && has(text, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_there_is_found() {
        for text in [
            "一般公共预算财政拨款支出",
            "“三公”经费",
            "2024 年年初预算数",
        ] {
            let letters = Letters::of(text);
            let chars: Vec<(usize, char)> = text.char_indices().collect();
            for (from, first) in &chars {
                for (to, last) in &chars {
                    let word = text.get(*from..*to + last.len_utf8()).unwrap_or_default();
                    if first.len_utf8() == 3 && last.len_utf8() == 3 && from <= to {
                        assert!(letters.have(text, word), "{text} {word}");
                    }
                }
            }
            for word in ["决算", "结转", "合计", "人"] {
                assert!(!letters.have(text, word), "{text} {word}");
            }
        }
    }
}
