//! Which template a document follows.

use budget_catalog::Catalog;
use budget_catalog::template::DisclosureKind;
use rustc_hash::FxHashSet;

use crate::block::{Block, Blocks};
use crate::names::Names;
use crate::text;

/// The template and why.
pub(crate) struct Guess<'c> {
    pub(crate) id: String,
    pub(crate) names: Option<Names<'c>>,
    pub(crate) reasons: Vec<String>,
}

/// The one asked for, or the one whose year and tables fit best.
pub(crate) fn guess<'c>(
    asked: Option<&str>,
    blocks: &Blocks<'_>,
    catalog: &'c Catalog,
) -> Guess<'c> {
    if let Some(id) = asked {
        let template = catalog.template(id).map(AsRef::as_ref);
        return Guess {
            id: template
                .map_or(id, |template| template.id.as_str())
                .to_owned(),
            names: template.map(Names::new),
            reasons: vec![match template {
                Some(_) => "按指定的模板导入".to_owned(),
                None => format!("没有名为“{id}”的模板，各表按通用办法读取"),
            }],
        };
    }
    let lines: Vec<&str> = blocks
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Text(line) if line.text.len() <= 200 => Some(line.text),
            _ => None,
        })
        .collect();
    let head: Vec<String> = lines
        .iter()
        .take(12)
        .map(|line| text::compact(line))
        .collect();
    let accounts = head.iter().any(|line| line.contains("决算"));
    let kind = if accounts {
        DisclosureKind::FinalAccounts
    } else {
        DisclosureKind::Budget
    };
    let year = head.iter().find_map(|line| year(line));
    let mut best: Option<(usize, Names<'c>)> = None;
    for template in catalog.templates() {
        if template.generic || template.base || template.kind != kind || template.tables.is_empty()
        {
            continue;
        }
        if template.year.is_some() && year.is_some() && template.year != year {
            continue;
        }
        let names = Names::new(template);
        let found: FxHashSet<&str> = lines
            .iter()
            .filter_map(|line| names.table(strip_number(line)))
            .map(|table| table.id.as_str())
            .collect();
        let tables = template
            .tables
            .iter()
            .filter(|table| table.ordinal.is_some())
            .count();
        if found.len() * 2 >= tables && best.as_ref().is_none_or(|(count, _)| found.len() > *count)
        {
            best = Some((found.len(), names));
        }
    }
    let word = if accounts { "决算" } else { "预算" };
    let year_reason = match year {
        Some(year) => format!("封面写明 {year} 年部门{word}"),
        None => format!("封面没有年度，按部门{word}"),
    };
    match best {
        Some((count, names)) => Guess {
            id: names.template.id.clone(),
            reasons: vec![
                year_reason,
                format!("表名中有 {count} 张与模板“{}”相同", names.template.title),
            ],
            names: Some(names),
        },
        None => Guess {
            id: format!("通用-{word}"),
            names: catalog
                .template(&format!("通用-{word}"))
                .map(|template| Names::new(template)),
            reasons: vec![year_reason, "没有表名相合的模板".to_owned()],
        },
    }
}

/// A line without its number.
fn strip_number(line: &str) -> &str {
    text::numbered(line).map_or(line, |numbered| numbered.rest)
}

fn year(line: &str) -> Option<u16> {
    let at = line.find('年')?;
    let before = line.get(..at)?;
    before.get(before.len().checked_sub(4)?..)?.parse().ok()
}
