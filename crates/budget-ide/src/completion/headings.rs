//! Headings that the template has and the document doesn't, in the template's order.

use budget_catalog::template::{PartContent, PartSpec, SectionSpec};
use budget_model::{Document, Target};
use budget_syntax::TextRange;
use budget_syntax::format::TextEdit;

use super::{CompletionItem, CompletionKind, CompletionList, line_at};

const DIGITS: [&str; 11] = [
    "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
];

pub(super) fn complete(document: &Document, offset: u32) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, offset)?;
    let content = line.of(text);
    let level = content.bytes().take_while(|byte| *byte == b'#').count();
    let rest = content.get(level..)?;
    if level == 0 || !rest.is_empty() && !rest.starts_with([' ', '\t', '\u{3000}']) {
        return None;
    }
    // Where the typed text begins.
    let typed = rest.trim_start();
    let start = line.end().checked_sub(u32::try_from(typed.len()).ok()?)?;
    if offset < start {
        return None;
    }
    // Without this line the headings above it decide where it stands.
    let above = line.start().checked_sub(1);
    let at = above.and_then(|above| document.part_at(above));
    let part = at.and_then(|at| document.template.parts.get(at).map(|part| (at, part)));
    let titles = match (level, part) {
        (1, _) => parts(document, line),
        (2, Some((_, part))) if part.content == PartContent::Tables => tables(document, line),
        (2, Some((at, part))) => sections(document, at, part, line),
        (3, Some((at, part))) => subsections(document, at, part, line, above?),
        _ => return None,
    };
    let gap = if rest.is_empty() { " " } else { "" };
    let items = titles
        .into_iter()
        .map(|title| CompletionItem {
            kind: CompletionKind::Heading,
            detail: String::new(),
            note: None,
            documentation: None,
            filter: title.clone(),
            edit: TextEdit {
                range: TextRange::new(start, line.end()),
                text: format!("{gap}{title}"),
            },
            also: Vec::new(),
            label: title,
        })
        .collect();
    Some(CompletionList {
        items,
        incomplete: false,
    })
}

/// Whether a heading other than the one on `line` is taken for `target`.
fn taken(document: &Document, line: TextRange, target: Target) -> bool {
    document
        .headings
        .iter()
        .any(|heading| heading.target == target && !line.touches(heading.range.start()))
}

fn numeral(n: usize) -> &'static str {
    DIGITS.get(n).copied().unwrap_or_default()
}

fn parts(document: &Document, line: TextRange) -> Vec<String> {
    let parts = document.template.parts.iter().enumerate();
    parts
        .filter(|(part, _)| !taken(document, line, Target::Part { part: *part }))
        .map(|(at, part)| format!("第{}部分 {}", numeral(at + 1), part.title))
        .collect()
}

fn tables(document: &Document, line: TextRange) -> Vec<String> {
    let specs = document.template.tables.iter().enumerate();
    specs
        .filter(|(spec, table)| {
            table.ordinal.is_some() && !taken(document, line, Target::Table { spec: *spec })
        })
        .map(|(_, spec)| match spec.ordinal {
            Some(ordinal) if !document.template.unnumbered => {
                format!("表{} {}", numeral(ordinal.into()), spec.title)
            }
            _ => spec.title.clone(),
        })
        .collect()
}

fn sections(document: &Document, at: usize, part: &PartSpec, line: TextRange) -> Vec<String> {
    let target = |section| Target::Section {
        part: at,
        section,
        subsection: None,
    };
    let sections = part.sections.iter().enumerate();
    sections
        .filter(|(index, spec)| spec.repeats || !taken(document, line, target(*index)))
        .map(|(_, spec)| numbered(spec))
        .collect()
}

fn subsections(
    document: &Document,
    at: usize,
    part: &PartSpec,
    line: TextRange,
    above: u32,
) -> Vec<String> {
    let Some(id) = document.heading_at(above) else {
        return Vec::new();
    };
    let Some((_, over)) = document
        .ancestors(id)
        .find(|(_, heading)| heading.level == 2)
    else {
        return Vec::new();
    };
    match over.target {
        Target::Section { section, .. } => {
            let target = |subsection| Target::Section {
                part: at,
                section,
                subsection: Some(subsection),
            };
            let below = part.sections.get(section).map(|spec| &spec.sections);
            let below = below.into_iter().flatten().enumerate();
            below
                .filter(|(index, spec)| spec.repeats || !taken(document, line, target(*index)))
                .map(|(_, spec)| numbered(spec))
                .collect()
        }
        Target::Table { spec } => {
            let table = document.template.tables.get(spec);
            let grids = table.map(|table| &table.grids).into_iter().flatten();
            grids
                .enumerate()
                .filter(|(grid, _)| !taken(document, line, Target::Grid { spec, grid: *grid }))
                .map(|(_, grid)| grid.title.clone())
                .filter(|title| !title.is_empty())
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `三、支出预算情况说明`, `（一）机关运行经费情况`.
fn numbered(spec: &SectionSpec) -> String {
    let number = &spec.number;
    let joint = if number.is_empty() || number.ends_with(['）', ')', '、']) {
        ""
    } else {
        "、"
    };
    format!("{number}{joint}{}", spec.title)
}
