//! Headings and what the template calls them.
//!
//! A heading is what its template says after 关于, the body's name, the year and part and section
//! numbers are set aside. A near miss is "renamed", not "missing".

use std::borrow::Cow;

use budget_catalog::template::{PartContent, PartSpec, SectionSpec, TableSpec, Template};
use budget_catalog::{Spelling, name};
use budget_syntax::TextRange;
use memchr::memmem::Finder;

/// Index into [`crate::Document::headings`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HeadingId(pub u32);

impl HeadingId {
    /// As an index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a heading is in its template.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// `template.parts[part]`
    Part {
        /// Index.
        part: usize,
    },
    /// A section: the path of indices below the part (one or two deep).
    Section {
        /// Index of the part.
        part: usize,
        /// Index in `part.sections`.
        section: usize,
        /// Index in `section.sections`.
        subsection: Option<usize>,
    },
    /// A table of the template: index into `template.tables`. The model's tables point back here
    /// by [`crate::Table::heading`].
    Table {
        /// Index of the table's spec.
        spec: usize,
    },
    /// One grid of a side-by-side table.
    Grid {
        /// Index of the table's spec.
        spec: usize,
        /// Index of the grid's spec.
        grid: usize,
    },
    /// `# 目录`
    Contents,
    /// `# 底稿`, and what stands below it.
    Workings,
    /// A heading that the template doesn't know.
    Other,
}

/// How well a heading's text fits what it was taken for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Match {
    /// The title or an alias.
    Exact,
    /// A near miss: renamed.
    Near,
    /// By its number only.
    Position,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// The heading's line.
    pub range: TextRange,
    /// Its text.
    pub text: TextRange,
    /// Its text reduced to what counts, by [`TitleKey`].
    pub key: String,
    /// 1 to 6.
    pub level: u8,
    /// The heading it stands under.
    pub parent: Option<HeadingId>,
    /// From the heading's start to the next heading of its level or a higher one.
    pub extent: TextRange,
    /// What the template calls it.
    pub target: Target,
    /// How well it fits.
    pub fit: Match,
}

/// The number a title begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ordinal {
    /// `第二部分`
    Part(u8),
    /// `表三`
    Table(u8),
    /// `三、`, `（三）`, `3.`
    Section(u8),
}

/// A Chinese or Arabic number up to 99, and what follows it.
fn number(text: &str) -> Option<(u8, &str)> {
    let mut value: u32 = 0;
    let mut rest = text;
    let mut seen = false;
    for c in text.chars() {
        let digit = match c {
            '一' => 1,
            '二' => 2,
            '三' => 3,
            '四' => 4,
            '五' => 5,
            '六' => 6,
            '七' => 7,
            '八' => 8,
            '九' => 9,
            '十' => {
                value = if seen { value.checked_mul(10)? } else { 10 };
                seen = true;
                rest = rest.strip_prefix(c)?;
                continue;
            }
            _ => match c.to_digit(10) {
                Some(digit) => {
                    value = value.checked_mul(10)?.checked_add(digit)?;
                    seen = true;
                    rest = rest.strip_prefix(c)?;
                    continue;
                }
                None => break,
            },
        };
        value = if value >= 10 && value.is_multiple_of(10) {
            value + digit
        } else {
            digit
        };
        seen = true;
        rest = rest.strip_prefix(c)?;
    }
    if seen {
        Some((u8::try_from(value).ok()?, rest))
    } else {
        None
    }
}

/// Reads the number a title begins with.
pub fn ordinal(title: &str) -> Option<Ordinal> {
    let title = title.trim_start();
    if let Some(rest) = title.strip_prefix('第') {
        let (n, rest) = number(rest.trim_start())?;
        return rest
            .trim_start()
            .starts_with("部分")
            .then_some(Ordinal::Part(n));
    }
    if let Some(rest) = title
        .strip_prefix('表')
        .or_else(|| title.strip_prefix("附表"))
    {
        return number(rest.trim_start()).map(|(n, _)| Ordinal::Table(n));
    }
    if let Some(rest) = title.strip_prefix(['（', '(']) {
        let (n, rest) = number(rest.trim_start())?;
        return rest
            .trim_start()
            .starts_with(['）', ')'])
            .then_some(Ordinal::Section(n));
    }
    let (n, rest) = number(title)?;
    rest.trim_start()
        .starts_with(['、', '.', '．', '，'])
        .then_some(Ordinal::Section(n))
}

/// Titles reduced to what counts: without numbers, 关于, the body's names and the year.
pub struct TitleKey {
    names: Vec<Finder<'static>>,
}

impl TitleKey {
    /// `names`: every name the body goes by, as written.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut names: Vec<String> = names
            .map(|name| name::normalize(name).to_string())
            .collect();
        names.retain(|name| name.chars().count() >= 2);
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        let names = names.iter().map(|name| Finder::new(name).into_owned());
        Self {
            names: names.collect(),
        }
    }

    /// Whether one of the names is in a text, reduced by [`name::normalize`].
    pub fn has_name_in(&self, text: &str) -> bool {
        self.names
            .iter()
            .any(|name| name.find(text.as_bytes()).is_some())
    }

    /// The key of a title.
    pub fn of(&self, title: &str) -> String {
        let mut key = name::normalize(strip_part(title));
        for name in &self.names {
            if let Some(without) = without(&key, name) {
                key = Cow::Owned(without);
            }
        }
        if key.contains('年') {
            key = Cow::Owned(drop_years(&key));
        }
        let mut rest = key.as_ref();
        for lead in ["关于", "单位", "本部门", "部门"] {
            // 部门 is dropped only before a longer title: `部门概况` and `概况` are one title,
            // while the tables' own 部门 stays, since both sides lose it.
            rest = rest.strip_prefix(lead).unwrap_or(rest);
        }
        rest.to_owned()
    }
}

/// A text without a name; `None` if it isn't there.
fn without(text: &str, name: &Finder<'_>) -> Option<String> {
    let mut places = name.find_iter(text.as_bytes()).peekable();
    places.peek()?;
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for at in places {
        out.push_str(text.get(rest..at).unwrap_or_default());
        rest = at + name.needle().len();
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    Some(out)
}

fn strip_part(title: &str) -> &str {
    let title = title.trim_start();
    match ordinal(title) {
        Some(Ordinal::Part(_)) => title.split_once("部分").map_or(title, |(_, rest)| rest),
        _ => title,
    }
}

/// Without `2020年`, `2020年度`.
pub(crate) fn drop_years(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut rest = key;
    while let Some(at) = rest.find('年') {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let digits = head.chars().rev().take_while(char::is_ascii_digit).count();
        let tail = tail.strip_prefix('年').unwrap_or(tail);
        if digits == 4 {
            let keep = head.len().saturating_sub(4);
            out.push_str(head.get(..keep).unwrap_or(head));
            rest = tail.strip_prefix('度').unwrap_or(tail);
        } else {
            out.push_str(head);
            out.push('年');
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// A title of the template that a heading may bear.
struct Candidate {
    target: Target,
    keys: Vec<Spelling<'static>>,
    ordinal: Option<Ordinal>,
}

impl Candidate {
    fn is_called(&self, key: &str) -> bool {
        self.keys.iter().any(|title| title.as_str() == key)
    }
}

/// The titles of a template, in the form in which titles are compared. Made once a template.
pub(crate) struct Titles {
    parts: Vec<Candidate>,
    tables: Vec<Candidate>,
    sections: Vec<Vec<Candidate>>,
    /// By table: the grids that stand under a heading of their own.
    grids: Vec<Vec<Candidate>>,
}

impl Titles {
    pub(crate) fn new(template: &Template) -> Self {
        let plain = TitleKey::new(std::iter::empty());
        let candidate = |target, title: &str, aliases: &[String], ordinal| Candidate {
            target,
            keys: std::iter::once(title)
                .chain(aliases.iter().map(String::as_str))
                .map(|title| Spelling::new(plain.of(title)))
                .collect(),
            ordinal,
        };
        let part = |(part, spec): (usize, &PartSpec)| {
            let ordinal = u8::try_from(part + 1).ok().map(Ordinal::Part);
            candidate(Target::Part { part }, &spec.title, &spec.aliases, ordinal)
        };
        let table = |(spec, table): (usize, &TableSpec)| {
            let ordinal = table.ordinal.map(Ordinal::Table);
            candidate(
                Target::Table { spec },
                &table.title,
                &table.aliases,
                ordinal,
            )
        };
        let grids = |(spec, table): (usize, &TableSpec)| {
            let titled = table
                .grids
                .iter()
                .enumerate()
                .filter(|(_, grid)| !grid.title.is_empty());
            titled
                .map(|(grid, named)| {
                    let target = Target::Grid { spec, grid };
                    candidate(target, &named.title, &named.aliases, None)
                })
                .collect()
        };
        let sections = |(part, spec): (usize, &PartSpec)| {
            let mut all = Vec::new();
            for (section, spec) in spec.sections.iter().enumerate() {
                let target = Target::Section {
                    part,
                    section,
                    subsection: None,
                };
                all.push(candidate(
                    target,
                    &spec.title,
                    &spec.aliases,
                    section_ordinal(spec),
                ));
                for (sub, spec) in spec.sections.iter().enumerate() {
                    let target = Target::Section {
                        part,
                        section,
                        subsection: Some(sub),
                    };
                    all.push(candidate(
                        target,
                        &spec.title,
                        &spec.aliases,
                        section_ordinal(spec),
                    ));
                }
            }
            all
        };
        Self {
            parts: template.parts.iter().enumerate().map(part).collect(),
            tables: template
                .tables
                .iter()
                .enumerate()
                .filter(|(_, table)| table.reading.is_none())
                .map(table)
                .collect(),
            sections: template.parts.iter().enumerate().map(sections).collect(),
            grids: template.tables.iter().enumerate().map(grids).collect(),
        }
    }
}

/// Finds out what the headings of a document are.
pub(crate) struct Matcher<'t> {
    template: &'t Template,
    titles: &'t Titles,
    keys: TitleKey,
}

impl<'t> Matcher<'t> {
    pub(crate) fn new(template: &'t Template, titles: &'t Titles, keys: TitleKey) -> Self {
        Self {
            template,
            titles,
            keys,
        }
    }

    /// What counts of a title.
    pub(crate) fn key(&self, title: &str) -> String {
        self.keys.of(title)
    }

    /// What a heading is, given what counts of its title and what it stands under.
    pub(crate) fn find(&self, title: &str, key: &str, parent: Option<Target>) -> (Target, Match) {
        let number = ordinal(title);
        let other = (Target::Other, Match::Exact);
        match parent {
            Some(Target::Workings) => (Target::Workings, Match::Exact),
            Some(Target::Contents) => other,
            Some(Target::Table { spec }) => self.grid(spec, key).unwrap_or(other),
            Some(Target::Grid { .. }) => other,
            Some(Target::Section {
                part,
                section,
                subsection: None,
            }) => {
                let under = self.under(part, Some(section));
                best(under, key, number)
                    .or_else(|| self.form(key))
                    .unwrap_or(other)
            }
            Some(Target::Section { .. }) => self.form(key).unwrap_or(other),
            Some(Target::Part { part }) => {
                // Where tables are listed `一、…`, the number is the table's.
                let table_number = match number {
                    Some(Ordinal::Section(n)) => Some(Ordinal::Table(n)),
                    number => number,
                };
                let holds_tables = self
                    .template
                    .parts
                    .get(part)
                    .is_some_and(|spec| spec.content == PartContent::Tables);
                let table = || best(self.titles.tables.iter(), key, table_number);
                let section = || best(self.under(part, None), key, number);
                let found = if holds_tables {
                    // A section of another part that strayed here is no table misspelt.
                    let strayed = || {
                        let all = self.titles.sections.iter().flatten();
                        best(all, key, None).is_some_and(|found| is_exact(&found))
                    };
                    table()
                        .filter(|found| is_exact(found) || !strayed())
                        .or_else(section)
                } else {
                    section().or_else(|| self.form(key))
                };
                found.unwrap_or(other)
            }
            None | Some(Target::Other) => match key {
                "目录" => (Target::Contents, Match::Exact),
                "底稿" => (Target::Workings, Match::Exact),
                _ => best(self.titles.parts.iter(), key, number)
                    .or_else(|| best(self.titles.tables.iter(), key, number).filter(is_exact))
                    .or_else(|| {
                        let all = self.titles.sections.iter().flatten();
                        best(all, key, None).filter(is_exact)
                    })
                    .unwrap_or(other),
            },
        }
    }

    fn under(
        &self,
        part: usize,
        section: Option<usize>,
    ) -> impl Iterator<Item = &Candidate> + Clone {
        self.titles
            .sections
            .get(part)
            .into_iter()
            .flatten()
            .filter(move |candidate| match (candidate.target, section) {
                (
                    Target::Section {
                        subsection: None, ..
                    },
                    None,
                ) => true,
                (
                    Target::Section {
                        section: of,
                        subsection: Some(_),
                        ..
                    },
                    Some(section),
                ) => of == section,
                _ => false,
            })
    }

    /// A form's heading: only its title tells, and `（编号：140）` may follow.
    fn form(&self, key: &str) -> Option<(Target, Match)> {
        let forms = self
            .titles
            .tables
            .iter()
            .filter(|candidate| candidate.ordinal.is_none());
        forms.clone().find_map(|candidate| {
            let fits = candidate
                .keys
                .iter()
                .map(Spelling::as_str)
                .any(|title| !title.is_empty() && key.contains(title));
            fits.then_some((candidate.target, Match::Exact))
        })
    }

    fn grid(&self, spec: usize, key: &str) -> Option<(Target, Match)> {
        let mut grids = self.titles.grids.get(spec)?.iter();
        let found = grids.find(|grid| grid.is_called(key))?;
        Some((found.target, Match::Exact))
    }
}

fn is_exact(found: &(Target, Match)) -> bool {
    found.1 == Match::Exact
}

fn section_ordinal(spec: &SectionSpec) -> Option<Ordinal> {
    let (n, _) = number(spec.number.trim_matches(['（', '）', '(', ')', '、', '.']))?;
    Some(Ordinal::Section(n))
}

/// How alike two titles must be to be one title misspelt.
const NEAR: f64 = 0.72;
/// How alike they must be if they also bear the same number.
const NEAR_SAME_NUMBER: f64 = 0.3;
/// What the same number counts for among titles that are near.
const SAME_NUMBER: f64 = 0.1;

fn best<'c>(
    candidates: impl Iterator<Item = &'c Candidate> + Clone,
    key: &str,
    number: Option<Ordinal>,
) -> Option<(Target, Match)> {
    let exact = candidates
        .clone()
        .find(|candidate| candidate.is_called(key));
    if let Some(candidate) = exact {
        return Some((candidate.target, Match::Exact));
    }
    if key.is_empty() {
        let by_number = candidates
            .clone()
            .find(|c| number.is_some() && c.ordinal == number)?;
        return Some((by_number.target, Match::Position));
    }
    let own = Spelling::new(key);
    // Titles are short; a heading of a thousand characters is none of them.
    if own.chars() > 80 {
        return None;
    }
    let mut found: Option<(f64, Target)> = None;
    for candidate in candidates {
        let same_number = number.is_some() && candidate.ordinal == number;
        let (least, more) = if same_number {
            (NEAR_SAME_NUMBER, SAME_NUMBER)
        } else {
            (NEAR, 0.0)
        };
        let alike = candidate
            .keys
            .iter()
            .filter_map(|title| title.likeness(&own, least))
            .reduce(f64::max);
        if let Some(alike) = alike.map(|alike| alike + more)
            && found.is_none_or(|(best, _)| alike > best)
        {
            found = Some((alike, candidate.target));
        }
    }
    found.map(|(_, target)| (target, Match::Near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals() {
        assert_eq!(ordinal("第二部分 部门预算公开表"), Some(Ordinal::Part(2)));
        assert_eq!(ordinal("表十一 上年结转"), Some(Ordinal::Table(11)));
        assert_eq!(ordinal("表1 收支"), Some(Ordinal::Table(1)));
        assert_eq!(ordinal("（三）其他"), Some(Ordinal::Section(3)));
        assert_eq!(ordinal("(十) 其他"), Some(Ordinal::Section(10)));
        assert_eq!(ordinal("二十一、其他"), Some(Ordinal::Section(21)));
        assert_eq!(ordinal("10.其他"), Some(Ordinal::Section(10)));
        assert_eq!(ordinal("一般公共预算"), None);
        assert_eq!(ordinal("2020 年部门预算"), None);
    }

    #[test]
    fn titles_lose_body_year_and_number() {
        let keys = TitleKey::new(["某县教育局", "县教育局"].into_iter());
        let plain = TitleKey::new(std::iter::empty());
        let title = plain.of("支出预算情况说明");
        assert_eq!(keys.of("三、关于某县教育局 2020 年支出预算情况说明"), title);
        assert_eq!(
            keys.of("三、关于某县教育局单位2020年支出预算情况说明"),
            title
        );
        assert_eq!(keys.of("第一部分 某县教育局单位概况"), plain.of("单位概况"));
        assert_eq!(
            keys.of("第二部分 2020 年部门预算公开表"),
            plain.of("部门预算公开表")
        );
        assert_ne!(keys.of("四、支出预算情况"), title);
    }

    #[test]
    fn years_only_when_four_digits() {
        assert_eq!(drop_years("2020年度上年结转"), "上年结转");
        assert_eq!(drop_years("3年规划"), "3年规划");
    }
}
