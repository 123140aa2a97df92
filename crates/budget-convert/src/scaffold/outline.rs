//! From a document's headings: parts, sections, and which headings are tables.

use budget_catalog::{
    Catalog,
    template::{
        DisclosureKind, FieldSpec, PartContent, PartSpec, SectionSpec, TableSpec, Template,
    },
};
use budget_model::{
    Document, Heading, HeadingId, Target,
    heading::{Ordinal, ordinal},
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Meta, cross, ids::Ids, tables, title};

/// Tables beyond this get no number (`表三`), and no disclosure has so many.
const MOST_TABLES: usize = 255;
/// A longer heading, in bytes, is no title.
const LONGEST_TITLE: usize = 400;
/// Most headings below a table's that are its halves.
const MOST_HALVES: usize = 4;

/// A document's headings, by what they stand under.
struct Headings<'d> {
    document: &'d Document,
    below: FxHashMap<Option<HeadingId>, Vec<HeadingId>>,
    /// Tables that stand right under a heading: indices into the document's.
    tables: FxHashMap<HeadingId, Vec<usize>>,
}

impl<'d> Headings<'d> {
    fn new(document: &'d Document) -> Self {
        let mut below: FxHashMap<Option<HeadingId>, Vec<HeadingId>> = FxHashMap::default();
        for (number, heading) in (0..).zip(&document.headings) {
            let named = !matches!(heading.target, Target::Contents | Target::Workings);
            if named && heading.text.len() as usize <= LONGEST_TITLE {
                below
                    .entry(heading.parent)
                    .or_default()
                    .push(HeadingId(number));
            }
        }
        let mut tables: FxHashMap<HeadingId, Vec<usize>> = FxHashMap::default();
        for (index, table) in document.tables.iter().enumerate() {
            let drawn = !table.working && !table.grids.is_empty();
            if let Some(heading) = table.heading.filter(|_| drawn) {
                tables.entry(heading).or_default().push(index);
            }
        }
        Self {
            document,
            below,
            tables,
        }
    }

    fn below(&self, id: Option<HeadingId>) -> &[HeadingId] {
        self.below.get(&id).map_or(&[], Vec::as_slice)
    }

    fn heading(&self, id: HeadingId) -> Option<&'d Heading> {
        self.document.heading(id)
    }

    fn text(&self, id: HeadingId) -> &'d str {
        self.heading(id)
            .map_or("", |heading| self.document.slice(heading.text))
    }

    fn own(&self, id: HeadingId) -> &[usize] {
        self.tables.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The headings of a table's halves, where they stand under headings of their own.
    fn halves(&self, id: HeadingId) -> Vec<HeadingId> {
        let below = self.below(Some(id)).iter().copied();
        let halves: Vec<HeadingId> = below.filter(|below| !self.own(*below).is_empty()).collect();
        let fit = self.own(id).is_empty()
            && (2..=MOST_HALVES).contains(&halves.len())
            && self.text(id).contains('表')
            && !halves.iter().any(|half| self.text(*half).contains('表'));
        if fit { halves } else { Vec::new() }
    }

    fn is_table(&self, id: HeadingId) -> bool {
        !self.own(id).is_empty() || !self.halves(id).is_empty()
    }
}

/// What is drafted so far.
struct Draft<'d> {
    headings: Headings<'d>,
    template: Template,
    meta: Meta,
    ids: Ids,
    /// Forms that are there already, by title.
    forms: FxHashMap<String, String>,
    /// Titles of the numbered tables.
    titles: FxHashSet<String>,
}

/// Drafts all of a template but its identities and number style.
pub(super) fn draft(
    document: &Document,
    kind: DisclosureKind,
    catalog: &Catalog,
) -> (Template, Meta) {
    let front = &document.front;
    let body = front.body.map(|field| document.slice(field.value).trim());
    let meta = Meta {
        body: body.filter(|body| !body.is_empty()).map(str::to_owned),
        year: front.year,
        ..Meta::default()
    };
    let mut draft = Draft {
        headings: Headings::new(document),
        template: head(&meta, kind, catalog),
        meta,
        ids: Ids::default(),
        forms: FxHashMap::default(),
        titles: FxHashSet::default(),
    };
    draft.outline();
    draft.fields(catalog);
    draft.empty_notes();
    (draft.template, draft.meta)
}

/// Id, slug and title are guesses; the developer names it.
fn head(meta: &Meta, kind: DisclosureKind, catalog: &Catalog) -> Template {
    let (word, ascii) = match kind {
        DisclosureKind::Budget => ("部门预算", "budget"),
        DisclosureKind::FinalAccounts => ("部门决算", "accounts"),
    };
    let place = meta.body.as_deref().and_then(place_name).unwrap_or("草稿");
    let year = meta.year.map(|year| year.to_string());
    let year = year.as_deref().unwrap_or("0000");
    let id = format!("{place}-{year}-{word}");
    let slug = format!("draft-{year}-{ascii}");
    let free = |stem: &str| {
        let more = (2..).map(|n: u32| format!("{stem}-{n}"));
        let mut all = std::iter::once(stem.to_owned()).chain(more);
        all.find(|name| catalog.template(name).is_none())
            .unwrap_or_default()
    };
    Template {
        id: free(&id),
        slug: free(&slug),
        version: "0.1.0".to_owned(),
        title: match meta.year {
            Some(year) => format!("{place} {year} 年{word}公开"),
            None => format!("{place}{word}公开"),
        },
        extends: Some("共用".to_owned()),
        kind,
        year: meta.year,
        ..Template::default()
    }
}

/// `南珠市` of 南珠市文化遗产管理局.
fn place_name(body: &str) -> Option<&str> {
    let ends = ["自治区", "自治州", "省", "市", "州", "县", "区", "旗"];
    let found = ends.iter().filter_map(|end| {
        let mut at = body.find(end)? + end.len();
        // 越州市 is a city.
        if body.get(at..)?.starts_with(['市', '县', '区']) {
            at += '市'.len_utf8();
        }
        let place = body.get(..at)?;
        (place.chars().count() >= 2 && at < body.len()).then_some(place)
    });
    found.min_by_key(|place| place.len())
}

impl Draft<'_> {
    fn outline(&mut self) {
        let mut roots = self.headings.below(None).to_vec();
        // The document's title may stand above its parts.
        if let [only] = roots.as_slice()
            && !self.headings.is_table(*only)
        {
            let below = self.headings.below(Some(*only));
            let part =
                |id: &HeadingId| matches!(ordinal(self.headings.text(*id)), Some(Ordinal::Part(_)));
            if below.iter().any(part) {
                roots = below.to_vec();
            }
        }
        let (tables, parts): (Vec<_>, Vec<_>) = roots
            .into_iter()
            .partition(|id| self.headings.is_table(*id));
        let main = self.tables_part(&parts);
        let numbered: Vec<HeadingId> = match main {
            Some(main) => {
                let below = self.headings.below(Some(main)).iter().copied();
                below.filter(|id| self.headings.is_table(*id)).collect()
            }
            None => tables.clone(),
        };
        self.template.unnumbered = !self.is_numbered(&numbered);
        for (at, id) in numbered.iter().enumerate() {
            self.numbered_table(*id, at);
        }
        if main.is_some() {
            for id in tables {
                self.form(id);
            }
        }
        let mut seen = FxHashSet::default();
        for (at, id) in parts.into_iter().enumerate() {
            self.part(id, at, main == Some(id), &mut seen);
        }
    }

    /// The part that has the most tables right below it, else one that is called after them.
    fn tables_part(&self, parts: &[HeadingId]) -> Option<HeadingId> {
        let count = |id: &HeadingId| {
            let below = self.headings.below(Some(*id)).iter();
            below.filter(|id| self.headings.is_table(**id)).count()
        };
        let most = parts.iter().rev().max_by_key(|id| count(id))?;
        if count(most) > 0 {
            return Some(*most);
        }
        let called = |id: &&HeadingId| {
            let text = self.headings.text(**id);
            text.contains('表') && !text.contains("说明")
        };
        parts.iter().find(called).copied()
    }

    /// Whether the headings number the tables, each differently.
    fn is_numbered(&self, tables: &[HeadingId]) -> bool {
        let mut seen = FxHashSet::default();
        tables
            .iter()
            .all(|id| match ordinal(self.headings.text(*id)) {
                Some(Ordinal::Table(number)) => seen.insert(number),
                _ => false,
            })
    }

    fn part(
        &mut self,
        id: HeadingId,
        at: usize,
        has_tables: bool,
        seen: &mut FxHashSet<&'static str>,
    ) {
        let Some(heading) = self.headings.heading(id) else {
            return;
        };
        let title = title::read(self.headings.document, heading);
        let (content, name) = match content(&title.short) {
            _ if has_tables => (PartContent::Tables, "tables"),
            Some(found) => found,
            None => (PartContent::Overview, "overview"),
        };
        // Two parts of a kind: paths (说明.九) mean the first.
        let first = seen.insert(name);
        let own = self.ids.give(first.then_some(name), format!("p{}", at + 1));
        let stem = match (content, first) {
            (PartContent::Narrative, true) => "s".to_owned(),
            _ => format!("{own}-"),
        };
        let mut part = PartSpec {
            id: own,
            title: title.short,
            full_title: title.full,
            aliases: Vec::new(),
            content,
            required: true,
            sections: Vec::new(),
        };
        let mut number = 0_usize;
        let mut keys = FxHashSet::default();
        for below in self.headings.below(Some(id)).to_vec() {
            if self.headings.is_table(below) {
                if !has_tables {
                    self.form(below);
                }
                continue;
            }
            let Some(heading) = self.headings.heading(below) else {
                continue;
            };
            if !keys.insert(heading.key.clone()) {
                continue;
            }
            number += 1;
            let section = self.section(below, format!("{stem}{number}"), true);
            part.sections.extend(section);
        }
        self.template.parts.push(part);
    }

    fn section(&mut self, id: HeadingId, own: String, deeper: bool) -> Option<SectionSpec> {
        let heading = self.headings.heading(id)?;
        let title = title::read(self.headings.document, heading);
        let own = self.ids.give(Some(&own), own.clone());
        let mut section = SectionSpec {
            id: own,
            number: title.number,
            title: title.short,
            full_title: title.full,
            aliases: Vec::new(),
            required: true,
            repeats: false,
            tables: Vec::new(),
            sections: Vec::new(),
        };
        let mut number = 0_usize;
        let mut keys = FxHashSet::default();
        for below in self.headings.below(Some(id)).to_vec() {
            if self.headings.is_table(below) {
                if let Some(form) = self.form(below)
                    && !section.tables.contains(&form)
                {
                    section.tables.push(form);
                }
                continue;
            }
            let Some(heading) = self.headings.heading(below) else {
                continue;
            };
            if deeper && keys.insert(heading.key.clone()) {
                number += 1;
                let below = self.section(below, format!("{}-{number}", section.id), false);
                section.sections.extend(below);
            }
        }
        Some(section)
    }

    fn numbered_table(&mut self, id: HeadingId, at: usize) {
        let Some(heading) = self.headings.heading(id) else {
            return;
        };
        let mut title = title::read(self.headings.document, heading).short;
        let key = budget_catalog::name::normalize(&title).into_owned();
        if !self.titles.insert(key) {
            let written = self.headings.text(id);
            self.meta
                .notes
                .push(format!("表“{written}”与前面一张表同名，没有写进草稿"));
            return;
        }
        let ordinal = match ordinal(self.headings.text(id)) {
            Some(Ordinal::Table(number)) if !self.template.unnumbered => Some(number),
            _ => u8::try_from(at + 1).ok(),
        };
        if title.is_empty() {
            title = self.headings.text(id).to_owned();
        }
        let place = ordinal.map_or(at + 1, usize::from);
        let own = self.ids.give(None, format!("t{place}"));
        self.table(id, own, title, ordinal);
    }

    /// A form: one spec, however often it stands. Its id.
    fn form(&mut self, id: HeadingId) -> Option<String> {
        let heading = self.headings.heading(id)?;
        let title = title::read(self.headings.document, heading).short;
        let title = title::without_brackets(&title).to_owned();
        if let Some(known) = self.forms.get(&title) {
            return Some(known.clone());
        }
        let own = self
            .ids
            .give(None, format!("form-{}", self.forms.len() + 1));
        self.forms.insert(title.clone(), own.clone());
        self.table(id, own.clone(), title, None).then_some(own)
    }

    fn table(&mut self, id: HeadingId, own: String, title: String, ordinal: Option<u8>) -> bool {
        if self.template.tables.len() >= MOST_TABLES {
            let note = format!("表多于 {MOST_TABLES} 张，后面的没有写进草稿");
            if self.meta.notes.last() != Some(&note) {
                self.meta.notes.push(note);
            }
            return false;
        }
        let document = self.headings.document;
        let halves = self.headings.halves(id);
        let mut blocks: Vec<(usize, Option<String>)> = Vec::new();
        for table in self.headings.own(id) {
            blocks.push((*table, None));
        }
        for half in &halves {
            let title = self.headings.heading(*half);
            let title = title.map(|half| title::read(document, half).short);
            // Of one half the first table counts.
            if let Some(table) = self.headings.own(*half).first() {
                blocks.push((*table, title));
            }
        }
        let drafted = tables::draft(document, &blocks);
        if drafted.grids.is_empty() {
            return false;
        }
        self.meta.notes.extend(drafted.notes.iter().map(|note| {
            let heading = self.headings.text(id);
            format!("“{heading}”：{note}")
        }));
        self.meta.headings.push(self.headings.text(id).to_owned());
        self.meta.parts.push(drafted.parts);
        self.meta.numbers.push(drafted.numbers);
        self.template.tables.push(TableSpec {
            id: own,
            ordinal,
            title,
            aliases: Vec::new(),
            required: ordinal.is_some(),
            key: drafted.key,
            unit: drafted.unit,
            grids: drafted.grids,
            empty_note: None,
            reading: None,
        });
        true
    }

    /// Of an empty table the section that says so.
    fn empty_notes(&mut self) {
        let document = self.headings.document;
        for (table, numbers) in self.template.tables.iter_mut().zip(&self.meta.numbers) {
            if table.ordinal.is_none() || *numbers {
                continue;
            }
            let Some((_, section)) = cross::section_of(&self.template.parts, &table.title) else {
                continue;
            };
            let mut headings = document.headings.iter();
            let heading =
                headings.find(|heading| title::read(document, heading).short == section.title);
            let said = heading.map_or("", |heading| document.section_text(heading));
            if ["空表", "没有", "无", "未安排", "未使用"]
                .iter()
                .any(|word| said.contains(word))
            {
                table.empty_note = Some(section.id.clone());
            }
        }
    }

    /// Keys above the tables that the common ones don't cover.
    fn fields(&mut self, catalog: &Catalog) {
        let common = catalog.template("共用");
        let known: FxHashSet<&str> = common
            .iter()
            .flat_map(|common| &common.fields)
            .flat_map(|field| {
                std::iter::once(field.name.as_str()).chain(field.aliases.iter().map(String::as_str))
            })
            .collect();
        let document = self.headings.document;
        let mut seen = FxHashSet::default();
        let mut ids = Ids::default();
        for field in known.iter().copied().chain(["body", "unit", "source"]) {
            seen.insert(field);
        }
        let tables = document.tables.iter().filter(|table| !table.working);
        for field in tables.flat_map(|table| &table.fields) {
            let key = document.slice(field.key).trim();
            if !key.is_empty() && seen.insert(key) {
                let place = self.template.fields.len() + 1;
                self.template.fields.push(FieldSpec {
                    id: ids.give(None, format!("f{place}")),
                    name: key.to_owned(),
                    aliases: Vec::new(),
                });
            }
        }
    }
}

/// What a part holds, by its title.
fn content(title: &str) -> Option<(PartContent, &'static str)> {
    let holds = |words: &[&str]| words.iter().any(|word| title.contains(word));
    if holds(&["名词", "术语"]) {
        Some((PartContent::Glossary, "glossary"))
    } else if holds(&["概况", "职能", "职责", "基本情况", "简介"]) {
        Some((PartContent::Overview, "overview"))
    } else if holds(&["说明"]) {
        Some((PartContent::Narrative, "narrative"))
    } else {
        None
    }
}
