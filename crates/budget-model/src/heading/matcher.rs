//! Which part, section or table of the template a heading is.

use budget_catalog::Spelling;
use budget_catalog::template::{PartContent, PartSpec, SectionSpec, TableSpec, Template};

use super::{Match, Ordinal, Target, TitleKey, number, ordinal};

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
