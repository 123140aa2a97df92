//! `- 键：值` above a table and in forms.

use budget_catalog::template::ColumnKind;
use budget_model::{Document, Unit};
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, cells, filter, fits, line_at};

pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, ask.offset)?;
    let rest = line.of(text).trim_start().strip_prefix("- ")?;
    let start = line.end().checked_sub(u32::try_from(rest.len()).ok()?)?;
    if ask.offset < start {
        return None;
    }
    let block = document.parse.tree.block_at(line.start())?;
    let BlockKind::ListItem(item) = block.kind else {
        return None;
    };
    let items = match item.field {
        Some(field) if field.key.end() < ask.offset => {
            let range = match field.value.is_empty() {
                true => TextRange::new(ask.offset, line.end()),
                false => TextRange::new(field.value.start(), field.value.end().min(line.end())),
            };
            if !range.touches(ask.offset) {
                return None;
            }
            values(
                document,
                document.slice(field.key),
                Typed::new(document, range, ask.offset),
            )
        }
        _ if ask.trigger.is_some() => return None,
        _ => {
            let end = item.field.map_or(line.end(), |field| field.key.end());
            let typed = Typed::new(document, TextRange::new(start, end), ask.offset);
            keys(document, typed, item.field.is_none())
        }
    };
    Some(CompletionList::of(items))
}

/// Fields of the template that the section doesn't have.
fn keys(document: &Document, typed: Typed<'_>, colon: bool) -> Vec<CompletionItem> {
    let heading = document.heading_at(typed.range.start());
    let extent = heading
        .and_then(|id| document.heading(id))
        .map(|heading| heading.extent);
    let near = |range: TextRange| extent.is_some_and(|extent| extent.contains(range));
    let there: Vec<&str> = document
        .parse
        .tree
        .blocks()
        .filter(|block| near(block.range) && !block.range.touches(typed.range.start()))
        .filter_map(|block| match block.kind {
            BlockKind::ListItem(item) => Some(document.slice(item.field?.key)),
            _ => None,
        })
        .collect();
    let specs = document.template.fields.iter();
    let missing = specs.filter(|spec| {
        let is_there = |name: &String| there.contains(&name.as_str());
        !is_there(&spec.name) && !spec.aliases.iter().any(is_there)
    });
    missing
        .filter(|spec| fits(typed.text, &spec.name))
        .map(|spec| {
            let mark = if colon { "：" } else { "" };
            CompletionItem::new(CompletionKind::Key, &spec.name, typed.range)
                .text(format!("{}{mark}", spec.name))
                .filter(filter(typed.text, &spec.name))
        })
        .collect()
}

fn values(document: &Document, key: &str, typed: Typed<'_>) -> Vec<CompletionItem> {
    let spec = document
        .template
        .fields
        .iter()
        .find(|spec| spec.name == key || spec.aliases.iter().any(|alias| alias == key));
    let value = |name: &str| {
        CompletionItem::new(CompletionKind::Value, name, typed.range)
            .filter(filter(typed.text, name))
    };
    match spec.map(|spec| spec.id.as_str()) {
        Some("unit") => {
            let own = document.front.unit.unwrap_or_default();
            let all = [Unit::TenThousandYuan, Unit::Yuan, Unit::HundredMillionYuan];
            let rest = all.into_iter().filter(|unit| *unit != own);
            let units = std::iter::once(own).chain(rest);
            units.map(|unit| value(unit.name())).collect()
        }
        Some("body" | "performance-body") => {
            let mut names: Vec<&str> = document
                .front
                .names
                .iter()
                .map(|name| document.slice(*name))
                .collect();
            names.dedup();
            let fitting = names.into_iter().filter(|name| fits(typed.text, name));
            fitting.map(value).collect()
        }
        Some("project") => {
            let is_project = |kind| kind == ColumnKind::Project;
            let any = document.tables.iter().flat_map(|table| &table.grids);
            let mut columns = any.flat_map(|grid| &grid.columns);
            if !columns.any(|column| is_project(column.kind)) {
                return Vec::new();
            }
            cells::projects(document, None, &typed).0
        }
        _ => Vec::new(),
    }
}
