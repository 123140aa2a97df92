//! What the template names and where the document has it.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use budget_catalog::name;
use budget_catalog::template::{PartSpec, SectionSpec, TableSpec, Template};
use budget_model::heading::TitleKey;
use budget_model::{Document, HeadingId, PerTemplate, Target};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::text::chinese_number;

/// Headings by what they are, and titles reduced to what counts.
pub(crate) struct Outline {
    by_target: FxHashMap<Target, Vec<HeadingId>>,
    /// Reduces titles with the body's names known.
    keys: TitleKey,
    /// Headings that the template doesn't know, by key.
    others: FxHashMap<String, HeadingId>,
    /// Ids of tables that stand in sections: forms, as many as there are projects.
    forms: FxHashSet<String>,
    /// All titles of the template, made when first asked for.
    known: OnceLock<Arc<KnownTitles>>,
}

impl Outline {
    pub(crate) fn new(document: &Document) -> Self {
        let keys = TitleKey::new(
            document
                .front
                .names
                .iter()
                .map(|name| document.slice(*name)),
        );
        let mut by_target: FxHashMap<Target, Vec<HeadingId>> = FxHashMap::default();
        let mut others = FxHashMap::default();
        for (heading, id) in document.headings.iter().zip(0..) {
            let id = HeadingId(id);
            if heading.target == Target::Other {
                others.entry(heading.key.clone()).or_insert(id);
            } else {
                by_target.entry(heading.target).or_default().push(id);
            }
        }
        let sections = document
            .template
            .parts
            .iter()
            .flat_map(|part| &part.sections);
        let forms = sections
            .flat_map(|section| {
                let below = section.sections.iter().flat_map(|below| &below.tables);
                section.tables.iter().chain(below)
            })
            .cloned()
            .collect();
        Self {
            by_target,
            keys,
            others,
            forms,
            known: OnceLock::new(),
        }
    }

    /// Whether the template has a part, section of a part or table whose title reduces to `key`.
    pub(crate) fn knows(&self, template: &Arc<Template>, key: &str) -> bool {
        let known = self.known.get_or_init(|| {
            let nobody = TitleKey::new(std::iter::empty());
            let known = KNOWN.get(template, |template| KnownTitles::new(template, &nobody));
            // A body called as a title is: its titles are reduced otherwise.
            if self.keys.has_name_in(&known.text) {
                Arc::new(KnownTitles::new(template, &self.keys))
            } else {
                known
            }
        });
        known.keys.contains(key)
    }

    /// The headings that are this, in order.
    pub(crate) fn of(&self, target: Target) -> &[HeadingId] {
        self.by_target.get(&target).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn first(&self, target: Target) -> Option<HeadingId> {
        self.of(target).first().copied()
    }

    pub(crate) fn has(&self, target: Target) -> bool {
        self.by_target.contains_key(&target)
    }

    /// A title without number, 关于, the body's names and the year.
    pub(crate) fn key(&self, title: &str) -> String {
        self.keys.of(title)
    }

    /// A heading that the template doesn't know there, but which bears one of these titles: the
    /// thing is not missing, it stands elsewhere.
    pub(crate) fn elsewhere<'t>(
        &self,
        mut titles: impl Iterator<Item = &'t String>,
    ) -> Option<HeadingId> {
        if self.others.is_empty() {
            return None;
        }
        titles.find_map(|title| self.others.get(&self.keys.of(title)).copied())
    }

    /// Whether a table stands in a section rather than among the numbered tables.
    pub(crate) fn is_form(&self, table: &TableSpec) -> bool {
        table.ordinal.is_none() || self.forms.contains(&table.id)
    }
}

/// The titles of a template's parts, sections of parts and tables.
struct KnownTitles {
    keys: FxHashSet<String>,
    /// All of them, a line each, as they are before a body's name is taken off.
    text: String,
}

static KNOWN: PerTemplate<KnownTitles> = PerTemplate::new();

impl KnownTitles {
    fn new(template: &Template, keys: &TitleKey) -> Self {
        let parts = template.parts.iter().flat_map(|part| {
            let sections = part.sections.iter();
            let sections = sections.flat_map(|spec| spellings(&spec.title, &spec.aliases));
            spellings(&part.title, &part.aliases).chain(sections)
        });
        let tables = template.tables.iter();
        let tables = tables.flat_map(|spec| spellings(&spec.title, &spec.aliases));
        let mut known = Self {
            keys: FxHashSet::default(),
            text: String::new(),
        };
        for title in parts.chain(tables) {
            known.keys.insert(keys.of(title));
            known.text.push_str(&name::normalize(title));
            known.text.push('\n');
        }
        known
    }
}

/// `第二部分 部门预算公开表`
pub(crate) fn part_title(index: usize, part: &PartSpec) -> String {
    let number = u8::try_from(index + 1).unwrap_or(u8::MAX);
    format!("第{}部分 {}", chinese_number(number), part.title)
}

/// `三、支出预算情况说明`, `（一）机关运行经费情况`
pub(crate) fn section_title(section: &SectionSpec) -> Cow<'_, str> {
    match section.number.as_str() {
        "" => Cow::Borrowed(&section.title),
        number if number.ends_with(['）', ')', '、', '.']) => {
            Cow::Owned(format!("{number}{}", section.title))
        }
        number => Cow::Owned(format!("{number}、{}", section.title)),
    }
}

/// `表三 部门支出总体情况表`
pub(crate) fn table_title<'t>(template: &Template, table: &'t TableSpec) -> Cow<'t, str> {
    match table.ordinal.filter(|_| !template.unnumbered) {
        Some(ordinal) => Cow::Owned(format!("表{} {}", chinese_number(ordinal), table.title)),
        None => Cow::Borrowed(&table.title),
    }
}

/// A title and its other spellings.
pub(crate) fn spellings<'s>(
    title: &'s String,
    aliases: &'s [String],
) -> impl Iterator<Item = &'s String> + Clone {
    std::iter::once(title).chain(aliases)
}

/// What the template calls something, with the stable id.
pub(crate) fn title_of(template: &Template, target: Target) -> Option<(Cow<'_, str>, &str)> {
    match target {
        Target::Part { part } => {
            let spec = template.parts.get(part)?;
            Some((Cow::Owned(part_title(part, spec)), &spec.id))
        }
        Target::Section {
            part,
            section,
            subsection,
        } => {
            let spec = template.parts.get(part)?.sections.get(section)?;
            let spec = match subsection {
                Some(subsection) => spec.sections.get(subsection)?,
                None => spec,
            };
            Some((section_title(spec), &spec.id))
        }
        Target::Table { spec } => {
            let spec = template.tables.get(spec)?;
            Some((table_title(template, spec), &spec.id))
        }
        Target::Grid { spec, grid } => {
            let spec = template.tables.get(spec)?.grids.get(grid)?;
            Some((Cow::Borrowed(&spec.title), &spec.id))
        }
        Target::Contents | Target::Workings | Target::Other => None,
    }
}
