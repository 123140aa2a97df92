//! Where a document leads: the files that it names, and addresses on the web.

use budget_catalog::FrontKey;
use budget_model::Document;
use budget_syntax::TextRange;

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// A file, as the document writes it: relative to the document's folder.
    File(String),
    /// An address on the web.
    Url(String),
}

/// A link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The text that leads there.
    pub range: TextRange,
    /// Where.
    pub target: LinkTarget,
    /// What it does, in Chinese.
    pub tooltip: &'static str,
}

/// The links of a document, in order; of files those that `exists` says are there.
pub fn links(document: &Document, exists: impl Fn(&str) -> bool) -> Vec<Link> {
    let mut links = Vec::new();
    let mut file = |range: TextRange, tooltip| {
        // `批复.xlsx#表一`: a sheet of the file.
        let text = document.slice(range);
        let name = text
            .split(['#', '＃'])
            .next()
            .unwrap_or_default()
            .trim_end();
        let is_url = name.contains("://");
        if !name.is_empty() && !is_url && exists(name) {
            let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
            links.push(Link {
                range: TextRange::new(range.start(), range.start() + length),
                target: LinkTarget::File(name.to_owned()),
                tooltip,
            });
        }
    };
    for entry in &document.front.entries {
        match FrontKey::named(document.slice(entry.key)) {
            Some(FrontKey::LastYear) => file(entry.value, "打开上年文档"),
            Some(FrontKey::Budget) => file(entry.value, "打开预算文档"),
            _ => {}
        }
    }
    for table in &document.tables {
        if let Some(source) = table.source {
            file(source.value, "打开这张表的来源");
        }
    }
    urls(&document.text, &mut links);
    links.sort_by_key(|link| link.range.start());
    links
}

/// `http://…` and `https://…` typed in the text.
fn urls(text: &str, links: &mut Vec<Link>) {
    let mut end = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), "://") {
        // An address may hold others.
        if at < end {
            continue;
        }
        let before = text.get(..at).unwrap_or_default();
        let Some(scheme) = ["https", "http"]
            .into_iter()
            .find(|scheme| before.ends_with(scheme))
        else {
            continue;
        };
        let start = at - scheme.len();
        let rest = text.get(at + 3..).unwrap_or_default();
        let length = rest
            .find(|c: char| !c.is_ascii_graphic() || "|<>\"{}`^\\".contains(c))
            .unwrap_or(rest.len());
        let address = rest.get(..length).unwrap_or_default();
        end = at + 3 + length;
        // What ends a sentence isn't part of it, nor is a bracket around it.
        let mut address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        if !address.contains('(') {
            address = address.trim_end_matches(')');
        }
        if !address.contains('[') {
            address = address.trim_end_matches(']');
        }
        if address.is_empty() {
            continue;
        }
        let last = at + 3 + address.len();
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        links.push(Link {
            range: TextRange::new(offset(start), offset(last)),
            target: LinkTarget::Url(text.get(start..last).unwrap_or_default().to_owned()),
            tooltip: "在浏览器中打开",
        });
    }
}
