//! Whose money it is, and of which year.

use budget_catalog::name;

/// The names a body goes by, reduced, and its year.
pub(crate) struct Names {
    names: Vec<String>,
    /// Those of the bodies below it.
    others: Vec<String>,
    year: Option<u16>,
}

impl Names {
    pub(crate) fn new<'n>(
        names: impl Iterator<Item = &'n str>,
        others: &str,
        year: Option<u16>,
    ) -> Self {
        let others = others.split(['、', '，', ',', '；', ';']);
        let others = sorted(others.map(str::trim));
        let mut names = sorted(names);
        names.retain(|name| !others.contains(name));
        Self {
            names,
            others,
            year,
        }
    }

    /// Whether a subject begins with the name of a body below this one.
    pub(super) fn is_of_another(&self, subject: &str) -> bool {
        self.others
            .iter()
            .any(|it| subject.starts_with(it.as_str()))
    }

    pub(super) fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut names = self.names.iter();
        names.find_map(|it| text.strip_prefix(it.as_str()))
    }

    /// 本级 is all of a body that calls itself so.
    pub(super) fn is_own_level(&self) -> bool {
        self.names.iter().any(|it| it.contains("本级"))
    }

    /// Whether a subject names a year that isn't the document's: 2018年, 上年.
    pub(super) fn is_of_another_year(&self, subject: &str) -> bool {
        let Some(own) = self.year else { return false };
        subject.match_indices('年').any(|(at, _)| {
            let head = subject.get(..at).unwrap_or_default();
            let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
            let year = head.get(head.len() - digits..).unwrap_or_default();
            digits == 4 && year.parse().is_ok_and(|year: u16| year != own)
        })
    }
}

/// Names as they are compared, the longest first.
fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(|it| name::normalize(it).into_owned()).collect();
    names.retain(|it| it.chars().count() >= 2);
    names.sort_by_key(|it| std::cmp::Reverse(it.len()));
    names.dedup();
    names
}
