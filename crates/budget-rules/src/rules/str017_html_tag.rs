//! STR017: tags of a web page in the text, left by an export.

use budget_syntax::TextRange;

use crate::clues::Clue;
use crate::context::{Context, RowAt, TableAt};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Edit, Fix, Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR017",
    slug: "html-tag",
    name: "网页标签",
    group: "结构",
    severity: Severity::Info,
    since: "0.1.0",
    fix: Fixable::Safe,
    page: include_str!("../../../../docs/rules/STR017-html-tag.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// Tags an export leaves behind. `<br>` has a meaning (a line break) and is none of them.
const TAGS: [&str; 34] = [
    "p", "span", "div", "b", "i", "u", "s", "em", "strong", "font", "a", "img", "table", "thead",
    "tbody", "tr", "td", "th", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "sup", "sub",
    "o:p", "style", "script", "center", "section",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    for prose in context.prose.iter().filter(|prose| prose.has(Clue::Tag)) {
        report(context, prose.range, Subject::default(), sink);
    }
    for grid in context.tables().flat_map(TableAt::grids) {
        if !context.text(grid.grid.range).contains('<') {
            continue;
        }
        for cell in grid.rows().flat_map(RowAt::cells) {
            if cell.text(context).contains('<') {
                report(context, cell.cell.range, cell.subject(context), sink);
            }
        }
    }
}

/// One finding a paragraph or cell.
fn report(context: &Context<'_>, range: TextRange, subject: Subject, sink: &mut Sink<'_>) {
    let text = context.text(range);
    let found = tags(text);
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return;
    };
    let shown = first.of(text).to_owned();
    let at = first.cover(*last).shift(range.start());
    let escapes = found.iter().map(|tag| Edit {
        range: TextRange::empty(tag.start()).shift(range.start()),
        text: "\\".to_owned(),
    });
    let deletions = found.iter().map(|tag| Edit {
        range: tag.shift(range.start()),
        text: String::new(),
    });
    let fixes = vec![
        Fix {
            title: "加反斜杠，保留原文".to_owned(),
            safe: true,
            edits: escapes.collect(),
        },
        Fix {
            title: "删除标签".to_owned(),
            safe: false,
            edits: deletions.collect(),
        },
    ];
    let detail = Structure::HtmlTag {
        tag: shown,
        count: found.len(),
    };
    sink.report(at, subject, detail).fixes = fixes;
}

/// The places of tags that aren't escaped.
fn tags(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('<') {
        if text
            .get(..start)
            .is_some_and(|before| before.ends_with('\\'))
        {
            continue;
        }
        let inner = text.get(start + 1..).unwrap_or("");
        // A tag is short: what has no end soon is a less-than sign.
        let Some(end) = inner
            .bytes()
            .take(400)
            .position(|byte| byte == b'>' || byte == b'<')
        else {
            continue;
        };
        if inner.as_bytes().get(end) != Some(&b'>') {
            continue;
        }
        let name = inner.get(..end).unwrap_or("").trim_matches('/');
        let name = name.split([' ', '\t', '\n', '/']).next().unwrap_or("");
        if TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name)) {
            let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
            found.push(TextRange::new(offset(start), offset(start + end + 2)));
        }
    }
    found
}
