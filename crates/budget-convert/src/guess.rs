//! Which template a document follows.

use budget_catalog::template::DisclosureKind;
use budget_catalog::{Catalog, Template};
use rustc_hash::FxHashSet;

use crate::block::{Block, Blocks};
use crate::document::is_table_title;
use crate::names::Names;
use crate::text;

/// How many names a reason lists.
const NAMED: usize = 3;

/// How many characters of a line a reason quotes.
const QUOTED: usize = 24;

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
    let says = |word: &str| head.iter().find(|line| line.contains(word));
    let accounts = says("决算").is_some();
    let (kind, word) = if accounts {
        (DisclosureKind::FinalAccounts, "决算")
    } else {
        (DisclosureKind::Budget, "预算")
    };
    let year = head.iter().find_map(|line| year(line));
    let mut nearest: Option<Nearest<'c>> = None;
    let mut other_year: Option<Nearest<'c>> = None;
    for template in catalog.templates() {
        if template.generic || template.base || template.kind != kind || template.tables.is_empty()
        {
            continue;
        }
        let near = Nearest::of(template, &lines);
        let same_year = template.year.is_none() || year.is_none() || template.year == year;
        let best = if same_year {
            &mut nearest
        } else {
            &mut other_year
        };
        if best.as_ref().is_none_or(|best| near.is_nearer(best)) {
            *best = Some(near);
        }
    }
    let mut reasons = vec![match (says(word), year) {
        (Some(line), Some(year)) => {
            format!("开头写着“{}”：{year} 年的部门{word}", shortened(line))
        }
        (Some(line), None) => format!("开头写着“{}”：部门{word}，没有写年度", shortened(line)),
        (None, Some(year)) => format!("开头没有写预算还是决算，按 {year} 年的部门预算读"),
        (None, None) => "开头没有写年度，也没有写预算还是决算，按部门预算读".to_owned(),
    }];
    match nearest {
        Some(best) if best.found.len() * 2 >= best.all => {
            reasons.push(format!(
                "表名有 {} 张与模板“{}”相同（{}），模板共 {} 张",
                best.found.len(),
                best.names.template.title,
                some(&best.found),
                best.all
            ));
            Guess {
                id: best.names.template.id.clone(),
                reasons,
                names: Some(best.names),
            }
        }
        nearest => {
            reasons.extend(nearest.map(|best| best.too_far("")));
            if let Some(other) = other_year.filter(|other| !other.found.is_empty()) {
                reasons.push(other.too_far("，年度也不同"));
            }
            let id = format!("通用-{word}");
            let tables = titles(&lines);
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            reasons.push(if tables.is_empty() {
                format!("没有合用的各省模板，用“{id}”；正文里没有见到表名")
            } else {
                format!(
                    "没有合用的各省模板，用“{id}”：见到 {} 张表（{}），各表按表名和表头里的字词认",
                    tables.len(),
                    some(&tables)
                )
            });
            Guess {
                names: catalog.template(&id).map(|template| Names::new(template)),
                id,
                reasons,
            }
        }
    }
}

/// How near a template comes to a document.
struct Nearest<'c> {
    names: Names<'c>,
    /// Titles of its tables that the document has.
    found: Vec<&'c str>,
    /// How many tables it has.
    all: usize,
}

impl<'c> Nearest<'c> {
    fn of(template: &'c Template, lines: &[&str]) -> Self {
        let names = Names::new(template);
        let met: FxHashSet<&str> = lines
            .iter()
            .filter_map(|line| names.table(strip_number(line)))
            .map(|table| table.id.as_str())
            .collect();
        let tables = template.tables.iter();
        Self {
            found: tables
                .clone()
                .filter(|table| met.contains(table.id.as_str()))
                .map(|table| table.title.as_str())
                .collect(),
            all: tables.filter(|table| table.ordinal.is_some()).count(),
            names,
        }
    }

    fn is_nearer(&self, other: &Self) -> bool {
        self.found.len() > other.found.len()
    }

    /// Why it isn't taken.
    fn too_far(&self, more: &str) -> String {
        let title = &self.names.template.title;
        let all = self.all;
        if self.found.is_empty() {
            return format!("模板“{title}”的 {all} 张表名，一张也没有见到");
        }
        let few = if self.found.len() * 2 < all {
            "，不到一半"
        } else {
            ""
        };
        format!(
            "最接近的模板“{title}”共 {all} 张表，表名只对上 {} 张（{}）{few}{more}",
            self.found.len(),
            some(&self.found)
        )
    }
}

/// The names of tables in a document, each once.
fn titles(lines: &[&str]) -> Vec<String> {
    let mut seen = FxHashSet::default();
    lines
        .iter()
        .map(|line| strip_number(line))
        .filter(|line| is_table_title(line))
        .map(text::compact)
        .filter(|title| seen.insert(title.clone()))
        .collect()
}

/// The first few names.
fn some(names: &[&str]) -> String {
    let more = if names.len() > NAMED { "等" } else { "" };
    let first: Vec<&str> = names.iter().take(NAMED).copied().collect();
    format!("{}{more}", first.join("、"))
}

/// A line as a reason quotes it.
fn shortened(line: &str) -> String {
    let mut out: String = line.chars().take(QUOTED).collect();
    if line.chars().nth(QUOTED).is_some() {
        out.push('…');
    }
    out
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
