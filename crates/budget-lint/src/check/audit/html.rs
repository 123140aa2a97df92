//! The record on paper: one file that needs nothing else, neither scripts nor the network.
//!
//! Everything from a document goes through `maud`, which escapes it; characters that only move or hide
//! others are replaced at the end, so that what is signed is what is seen.

mod cover;
mod findings;
mod marks;
mod relations;
mod tables;
mod unread;

use budget_model::CellId;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rustc_hash::FxHashMap;

use self::marks::Marks;
use super::{super::Sheet, record::Record};

const STYLE: &str = include_str!("audit.css");

/// What the parts of the page are made of.
struct Page<'a, 'd> {
    sheet: &'a Sheet<'d>,
    record: &'a Record<'a>,
    /// Findings by cell.
    marks: Marks,
    /// Places of the cells in the record.
    cells: FxHashMap<CellId, usize>,
    /// Numbers of the relations of each table; last, of those that belong to none.
    relations: Vec<Vec<usize>>,
}

/// The page.
pub(super) fn page(sheet: &Sheet<'_>, record: &Record<'_>) -> String {
    let mut relations = vec![Vec::new(); record.tables.len() + 1];
    for relation in &record.relations {
        let place = relation.table.unwrap_or(record.tables.len());
        if let Some(list) = relations.get_mut(place) {
            list.push(relation.number);
        }
    }
    let page = Page {
        sheet,
        record,
        marks: Marks::of(sheet),
        cells: record
            .cells
            .iter()
            .enumerate()
            .map(|(place, cell)| (cell.id, place))
            .collect(),
        relations,
    };
    visible(page.whole().into_string())
}

impl Page<'_, '_> {
    fn whole(&self) -> Markup {
        let record = self.record;
        let title = format!(
            "核对清单 {}",
            record.document.body.unwrap_or(record.document.file)
        );
        // The foot of each printed page: which file these pages are about. Hexadecimal digits only.
        let short: String = record.document.sha256.chars().take(16).collect();
        let foot = format!(
            "@page{{@bottom-left{{font-size:8pt;color:#5c5c5c;content:\"文件 SHA-256 {short}…\"}}}}"
        );
        html! {
            (DOCTYPE)
            html lang="zh-CN" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="generator" content={ (record.tool.name) " " (record.tool.version) };
                    title { (title) }
                    style { (PreEscaped(STYLE)) (PreEscaped(foot)) }
                }
                body {
                    (self.cover())
                    (self.overview())
                    (self.index())
                    (self.unread())
                    (self.set_aside())
                    (self.tables())
                    (self.elsewhere())
                    (self.settings())
                }
            }
        }
    }
}

/// Characters that change nothing but how others are seen, or that no page may hold, made visible.
fn visible(text: String) -> String {
    let strange = |letter: char| match letter {
        '\t' | '\n' => false,
        // Direction: digits could be shown in another order than they were checked in.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => letter.is_control(),
    };
    if text.contains(strange) {
        text.replace(strange, "\u{fffd}")
    } else {
        text
    }
}

/// `表三 部门支出总体情况表`, or what there is to call a table by.
fn title(page: &Page<'_, '_>, table: usize) -> String {
    match page.record.tables.get(table) {
        Some(table) if !table.title.is_empty() => table.title.to_owned(),
        Some(table) => format!("第 {} 行的表", table.line),
        None => String::new(),
    }
}

/// A number, empty where there is none.
fn count(count: usize) -> String {
    if count == 0 {
        String::new()
    } else {
        count.to_string()
    }
}
