//! Headings that the template has and the document doesn't, in the template's order; with all that
//! belongs under them where nothing stands there yet.

use std::sync::Arc;

use budget_catalog::template::{PartContent, PartSpec, SectionSpec};
use budget_convert::skeleton::{HOLE, Skeleton, part_title, section_title, table_title};
use budget_model::{Document, PerTemplate, Target};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;
use std::sync::Mutex;

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, cells, filter, fits, line_at};

pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, ask.offset)?;
    let content = line.of(text);
    let marks = content
        .chars()
        .take_while(|mark| matches!(mark, '#' | '＃'));
    let (level, length) = marks.fold((0, 0), |(n, length), c| (n + 1, length + c.len_utf8()));
    let rest = content.get(length..)?;
    if level == 0 || !rest.is_empty() && !rest.starts_with([' ', '\t', '\u{3000}']) {
        return None;
    }
    // Where the typed text begins.
    let typed = rest.trim_start();
    let start = line.end().checked_sub(u32::try_from(typed.len()).ok()?)?;
    if ask.offset < start || ask.trigger.is_some_and(|typed| !"#＃".contains(typed)) {
        return None;
    }
    let typed = Typed::new(document, TextRange::new(start, line.end()), ask.offset);
    // Without this line the headings above it decide where it stands.
    let above = line.start().checked_sub(1);
    let at = above.and_then(|above| document.part_at(above));
    let part = at.and_then(|at| document.template.parts.get(at).map(|part| (at, part)));
    let mut titles = match (level, part) {
        (1, _) => parts(document, line),
        (2, Some((_, part))) if part.content == PartContent::Tables => tables(document, line),
        (2, Some((at, part))) => sections(document, at, part, line),
        (3 | 4, Some((at, part))) => below(document, at, part, line, level, above?),
        _ => return None,
    };
    titles.retain(|(title, _)| fits(typed.text, title));
    let gap = if rest.is_empty() { " " } else { "" };
    let fresh = fresh(document, line, level);
    let mut items: Vec<CompletionItem> = titles
        .into_iter()
        .map(|(title, target)| {
            let item = CompletionItem::new(CompletionKind::Heading, &title, typed.range)
                .text(format!("{gap}{title}"))
                .filter(filter(typed.text, &title));
            match fresh.then(|| piece(document, target)).flatten() {
                Some(below) => with_below(item, &below, ask),
                None => item,
            }
        })
        .collect();
    let mut more = false;
    if level >= 3 && items.is_empty() {
        // A heading of one's own is mostly a project's.
        let (projects, cut) = cells::projects(document, None, &typed);
        more = cut;
        items.extend(projects.into_iter().map(|mut item| {
            item.edit.text = format!("{gap}{}", item.label);
            item
        }));
    }
    Some(CompletionList {
        incomplete: more || items.iter().any(|item| item.filter != item.label),
        items,
    })
}

/// A heading's item with what belongs under it; the cursor goes to the first hole.
fn with_below(mut item: CompletionItem, below: &str, ask: &Ask<'_>) -> CompletionItem {
    let below = below.trim_end();
    if below.is_empty() {
        return item;
    }
    let text = format!("{}\n\n{below}\n", item.edit.text);
    item.edit.text = if ask.snippets {
        item.snippet = true;
        let escaped = |text: &str| {
            let mut out = String::with_capacity(text.len());
            for c in text.chars() {
                if matches!(c, '$' | '}' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        };
        match text.split_once(HOLE) {
            Some((before, after)) => {
                format!("{}${{0:{HOLE}}}{}", escaped(before), escaped(after))
            }
            None => escaped(&text),
        }
    } else {
        text
    };
    item.note = Some("含表样".to_owned()).filter(|_| below.contains("| ---"));
    item
}

/// Whether nothing stands under the heading of a line as yet.
fn fresh(document: &Document, line: TextRange, level: usize) -> bool {
    let after = document.text.get(line.end() as usize..).unwrap_or_default();
    let next = after.lines().map(str::trim).find(|line| !line.is_empty());
    next.is_none_or(|next| {
        let marks = next.chars().take_while(|mark| matches!(mark, '#' | '＃'));
        (1..=level).contains(&marks.count())
    })
}

/// What stands under a fresh heading of a template, by target: made once. The body's name and the
/// unit are marks.
static PIECES: PerTemplate<Pieces> = PerTemplate::new();

#[derive(Default)]
struct Pieces(Mutex<FxHashMap<Target, Option<Arc<str>>>>);

const BODY: &str = "\u{1}";
const UNIT: &str = "\u{2}";

/// What belongs under a heading, without the heading.
fn piece(document: &Document, target: Target) -> Option<String> {
    let pieces = PIECES.get(&document.template, |_| Pieces::default());
    let lock = || {
        let pieces = pieces.0.lock();
        pieces.unwrap_or_else(std::sync::PoisonError::into_inner)
    };
    let known = lock().get(&target).cloned();
    let made = match known {
        Some(made) => made,
        None => {
            let skeleton = Skeleton {
                template: &document.template,
                catalog: &document.catalog,
                body: BODY,
                unit: UNIT,
            };
            let made = skeleton.piece(target);
            let made = made.and_then(|made| Some(Arc::from(made.split_once('\n')?.1.trim_start())));
            lock().insert(target, made.clone());
            made
        }
    };
    let body = document.front.body.map(|body| document.slice(body.value));
    let body = body.filter(|body| !body.is_empty()).unwrap_or(HOLE);
    let unit = document.front.unit.unwrap_or_default().name();
    Some(made?.replace(BODY, body).replace(UNIT, unit))
}

/// Whether a heading other than the one on `line` is taken for `target`.
fn taken(document: &Document, line: TextRange, target: Target) -> bool {
    document
        .headings
        .iter()
        .any(|heading| heading.target == target && !line.touches(heading.range.start()))
}

type Titles = Vec<(String, Target)>;

fn parts(document: &Document, line: TextRange) -> Titles {
    let parts = document.template.parts.iter().enumerate();
    parts
        .map(|(part, spec)| (part_title(part, spec), Target::Part { part }))
        .filter(|(_, target)| !taken(document, line, *target))
        .collect()
}

fn tables(document: &Document, line: TextRange) -> Titles {
    let specs = document.template.tables.iter().enumerate();
    specs
        .filter(|(_, table)| table.ordinal.is_some())
        .map(|(spec, table)| {
            (
                table_title(&document.template, table),
                Target::Table { spec },
            )
        })
        .filter(|(_, target)| !taken(document, line, *target))
        .collect()
}

fn sections(document: &Document, part: usize, spec: &PartSpec, line: TextRange) -> Titles {
    let target = |section| Target::Section {
        part,
        section,
        subsection: None,
    };
    let sections = spec.sections.iter().enumerate();
    sections
        .filter(|(at, spec)| spec.repeats || !taken(document, line, target(*at)))
        .map(|(at, spec)| (section_title(spec), target(at)))
        .collect()
}

/// Subsections, the halves of a table, forms: what may stand under the heading one level up.
fn below(
    document: &Document,
    part: usize,
    spec: &PartSpec,
    line: TextRange,
    level: usize,
    above: u32,
) -> Titles {
    let Some(id) = document.heading_at(above) else {
        return Vec::new();
    };
    let mut over = document.ancestors(id);
    let Some((_, over)) = over.find(|(_, heading)| usize::from(heading.level) + 1 == level) else {
        return Vec::new();
    };
    match over.target {
        Target::Section {
            section,
            subsection: None,
            ..
        } => {
            let target = |subsection| Target::Section {
                part,
                section,
                subsection: Some(subsection),
            };
            let Some(spec) = spec.sections.get(section) else {
                return Vec::new();
            };
            let sections = spec.sections.iter().enumerate();
            let mut titles: Titles = sections
                .filter(|(at, spec)| spec.repeats || !taken(document, line, target(*at)))
                .map(|(at, spec)| (section_title(spec), target(at)))
                .collect();
            titles.extend(forms(document, spec));
            titles
        }
        Target::Section {
            section,
            subsection: Some(subsection),
            ..
        } => {
            let spec = spec.sections.get(section);
            let spec = spec.and_then(|spec| spec.sections.get(subsection));
            spec.map(|spec| forms(document, spec)).unwrap_or_default()
        }
        Target::Table { spec } => {
            let table = document.template.tables.get(spec);
            let grids = table.map(|table| &table.grids).into_iter().flatten();
            grids
                .enumerate()
                .map(|(grid, shape)| (shape.title.clone(), Target::Grid { spec, grid }))
                .filter(|(title, target)| !title.is_empty() && !taken(document, line, *target))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The forms of a section; one may stand several times.
fn forms(document: &Document, section: &SectionSpec) -> Titles {
    let tables = document.template.tables.iter().enumerate();
    tables
        .filter(|(_, table)| section.tables.contains(&table.id))
        .map(|(spec, table)| {
            (
                table_title(&document.template, table),
                Target::Table { spec },
            )
        })
        .collect()
}
