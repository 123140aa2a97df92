//! A project: where it stands, with its money there.

use budget_catalog::template::ColumnKind;
use budget_model::relation::Explorer;
use budget_model::{CellId, Document};

use super::{Hover, formula};
use crate::MarkupText;
use crate::symbol::{Symbol, names, symbol_at};

/// Rows and forms shown; the rest are counted.
const MOST: usize = 8;

pub(super) fn hover(document: &Document, offset: u32) -> Option<Hover> {
    let standing = symbol_at(document, offset)?;
    let Symbol::Project(key) = &standing.symbol else {
        return None;
    };
    let mut places = rows(document, key);
    places.extend(forms(document, key));
    if places.is_empty() || !standing.range.touches(offset) || standing.range.end() == offset {
        return None;
    }
    let name = names::unescaped(document.slice(standing.range)).into_owned();
    let mut markup = MarkupText::default().bold(&name).paragraph();
    markup = markup.text("这个项目的数：").gap();
    for place in places.iter().take(MOST) {
        markup = markup.item().text(place);
    }
    if let Some(more) = places.len().checked_sub(MOST).filter(|more| *more > 0) {
        markup = markup.item().text(&format!("另有 {more} 处"));
    }
    Some(Hover {
        range: standing.range,
        markup,
    })
}

/// Its rows, each with its first amount.
fn rows(document: &Document, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut explorer = None;
    for (t, table) in (0..).zip(&document.tables) {
        for (g, grid) in (0..).zip(&table.grids) {
            let mut columns = grid.columns.iter();
            let amount = columns.position(|column| column.kind == ColumnKind::Amount);
            let Some(column) = amount.and_then(|column| u32::try_from(column).ok()) else {
                continue;
            };
            let own = (0..).zip(&grid.rows).filter(|(_, row)| {
                let project = names::project_of(row);
                project.is_some_and(|range| names::key(document.slice(range)) == key)
            });
            for (row, _) in own {
                let id = CellId {
                    table: t,
                    grid: g,
                    row,
                    column,
                };
                let explorer = explorer.get_or_insert_with(|| Explorer::new(document));
                let number = formula::written(document, explorer, id);
                let unit = table.unit.name();
                let place = formula::place(document, id);
                found.push(match number.as_str() {
                    "空" | "待填" | "还算不出" => format!("{place}：{number}"),
                    _ => format!("{place}：{number} {unit}"),
                });
            }
        }
    }
    found
}

/// Its forms, each with the money that it says.
fn forms(document: &Document, key: &str) -> impl Iterator<Item = String> {
    document.tables.iter().filter_map(move |table| {
        let field = |wanted: fn(&str) -> bool| {
            let mut fields = table.fields.iter();
            fields.find(|field| wanted(&names::key(document.slice(field.key))))
        };
        let project = field(|name| name == names::PROJECT_NAME)?;
        if names::key(document.slice(project.value)) != key {
            return None;
        }
        let heading = document.heading(table.heading?)?;
        let heading = document.slice(heading.text);
        Some(
            match field(|name| name.starts_with("年度") && name.ends_with("总额")) {
                Some(money) => format!(
                    "{heading}：{} {}",
                    document.slice(money.key),
                    document.slice(money.value)
                ),
                None => heading.to_owned(),
            },
        )
    })
}
