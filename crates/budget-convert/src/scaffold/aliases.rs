//! Other spellings of titles that the document itself has: those of its contents (目录).

use budget_catalog::{Spelling, template::Template};
use budget_model::{Document, Target, heading::TitleKey};
use rustc_hash::FxHashSet;

use super::title;

/// Lines of contents that are read.
const MOST_LINES: usize = 400;
/// A longer line, in bytes, is no title.
const LONGEST: usize = 400;
/// How alike two titles are that mean one thing.
const ALIKE: f64 = 0.8;

/// Adds to parts, sections and tables the title that the contents give them, where it is another.
pub(super) fn add(document: &Document, template: &mut Template) {
    let Some(contents) = document
        .headings
        .iter()
        .find(|it| it.target == Target::Contents)
    else {
        return;
    };
    let names = document
        .front
        .names
        .iter()
        .map(|name| document.slice(*name));
    let keys = TitleKey::new(names);
    let plain = TitleKey::new(std::iter::empty());
    let lines = document.section_text(contents).lines();
    let lines = lines
        .map(without_page)
        .filter(|line| !line.is_empty() && line.len() <= LONGEST);
    let entries: Vec<(&str, Spelling<'_>)> = lines
        .take(MOST_LINES)
        .map(|line| (line, Spelling::new(keys.of(line))))
        .collect();
    let listed: FxHashSet<&str> = entries.iter().map(|(_, key)| key.as_str()).collect();
    let known: FxHashSet<String> = titles(template).map(|(title, _)| plain.of(title)).collect();
    let found: Vec<Option<String>> = titles(template)
        .map(|(title, _)| {
            let own = Spelling::new(plain.of(title));
            if listed.contains(own.as_str()) {
                return None;
            }
            let free = entries
                .iter()
                .filter(|(_, key)| !known.contains(key.as_str()));
            let alike = free.filter_map(|entry| Some((entry.1.likeness(&own, ALIKE)?, entry)));
            let (_, (line, key)) = alike.max_by(|a, b| a.0.total_cmp(&b.0))?;
            Some(title::of(document, line, key.as_str()).short)
        })
        .collect();
    for ((_, aliases), alias) in titles_mut(template).zip(found) {
        aliases.extend(alias);
    }
}

fn titles(template: &Template) -> impl Iterator<Item = (&str, &Vec<String>)> {
    let parts = template.parts.iter().flat_map(|part| {
        let sections = part
            .sections
            .iter()
            .map(|it| (it.title.as_str(), &it.aliases));
        std::iter::once((part.title.as_str(), &part.aliases)).chain(sections)
    });
    let tables = template.tables.iter().filter(|it| it.ordinal.is_some());
    parts.chain(tables.map(|it| (it.title.as_str(), &it.aliases)))
}

/// As [`titles`], in the same order.
fn titles_mut(template: &mut Template) -> impl Iterator<Item = (&str, &mut Vec<String>)> {
    let parts = template.parts.iter_mut().flat_map(|part| {
        let sections = part.sections.iter_mut();
        let sections = sections.map(|it| (it.title.as_str(), &mut it.aliases));
        std::iter::once((part.title.as_str(), &mut part.aliases)).chain(sections)
    });
    let tables = template.tables.iter_mut().filter(|it| it.ordinal.is_some());
    parts.chain(tables.map(|it| (it.title.as_str(), &mut it.aliases)))
}

/// A line of contents without its bullet, leaders and page.
fn without_page(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['-', '*']).trim_start();
    let bare = line.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '—');
    let leaders = bare.trim_end_matches(['.', '…', '·', '．', ' ', '\t', '\u{3000}']);
    // 表1 is no page.
    if leaders.len() < bare.len() {
        leaders
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::without_page;

    #[test]
    fn pages_go_and_numbers_stay() {
        assert_eq!(without_page("- 一、主要职能……3"), "一、主要职能");
        assert_eq!(without_page("二、机构设置 12"), "二、机构设置");
        assert_eq!(without_page("见表1"), "见表1");
        assert_eq!(without_page("名词解释"), "名词解释");
    }
}
