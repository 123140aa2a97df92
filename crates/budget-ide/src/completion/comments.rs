//! `<!-- 忽略 规则: 理由 -->` and the marks of what a conversion lost.

use budget_model::Document;
use budget_syntax::TextRange;

use super::item::Typed;
use super::{Ask, CompletionItem, CompletionKind, CompletionList, filter, line_at};
use crate::MarkupText;

/// What a comment may begin with.
const WORDS: [(&str, &str); 5] = [
    ("忽略", "不报告这一行或下一段、下一张表的某些问题"),
    ("忽略本节", "不报告本节的某些问题"),
    ("忽略全文", "不报告整份文件的某些问题"),
    ("转换缺失", "来源里丢失的：表头、明细、合计行"),
    ("另附", "另外公开"),
];

/// `Some` inside of a comment, also where nothing is proposed.
pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let text: &str = &document.text;
    let line = line_at(text, ask.offset)?;
    let before = TextRange::new(line.start(), ask.offset).of(text);
    let (_, inside) = before.rsplit_once("<!--")?;
    if inside.contains("-->") {
        return None;
    }
    let after = TextRange::new(ask.offset, line.end()).of(text);
    let end = |stops: &[char]| {
        let rest = after.split(stops).next().unwrap_or_default();
        let rest = rest.split("--").next().unwrap_or_default().trim_end();
        ask.offset + u32::try_from(rest.len()).unwrap_or(0)
    };
    let length = |text: &str| u32::try_from(text.len()).unwrap_or(0);
    let inner = inside.trim_start();
    let rules = ["忽略本节", "忽略全文", "忽略"]
        .iter()
        .find_map(|word| inner.strip_prefix(word))
        .filter(|rest| rest.starts_with([' ', '\u{3000}']));
    let Some(rules) = rules else {
        let range = TextRange::new(ask.offset - length(inner), end(&[' ', ':', '：']));
        let typed = Typed::new(document, range, ask.offset);
        let fitting = WORDS
            .iter()
            .filter(|(word, _)| word.starts_with(typed.text));
        let items = fitting.map(|(word, detail)| {
            let gap = if *word == "另附" || *word == "转换缺失" || after.starts_with(' ') {
                ""
            } else {
                " "
            };
            CompletionItem::new(CompletionKind::Key, word, range)
                .text(format!("{word}{gap}"))
                .detail(*detail)
        });
        return Some(CompletionList::of(items.collect()));
    };
    if rules.contains([':', '：']) {
        // The reason: nobody else can give it.
        return Some(CompletionList::default());
    }
    let separators = ['、', ',', '，', ' ', '\u{3000}'];
    let own = rules.rsplit(separators).next().unwrap_or_default();
    let named: Vec<&str> = rules.split(separators).filter(|it| *it != own).collect();
    let range = TextRange::new(ask.offset - length(own), end(&[':', '：', '、', ' ']));
    let typed = Typed::new(document, range, ask.offset);
    let comment = TextRange::new(ask.offset - length(inside) - length("<!--"), line.end());
    let here = found_here(document, ask, line, comment);
    let fits = |rule: &&budget_rules::Rule| {
        let code = typed.text.to_ascii_uppercase();
        !named.contains(&rule.code)
            && (rule.code.starts_with(&code) || rule.name.contains(typed.text))
    };
    let mut rules: Vec<&budget_rules::Rule> = budget_rules::rules().iter().filter(fits).collect();
    rules.sort_by_key(|rule| !here.contains(&rule.code));
    let items: Vec<CompletionItem> = rules
        .into_iter()
        .map(|rule| {
            let label = format!("{} {}", rule.code, rule.name);
            let page = || crate::hover::explain_rule(MarkupText::default(), rule);
            let whole = ask.wants(&label);
            let item = CompletionItem::new(CompletionKind::Rule, &label, range)
                .text(rule.code)
                .filter(match rule.code.starts_with(typed.text) {
                    true => label.clone(),
                    false => filter(typed.text, &label),
                })
                .note(here.contains(&rule.code).then(|| "此处有".to_owned()));
            item.document(whole.then(page))
        })
        .collect();
    Some(CompletionList {
        incomplete: items.iter().any(|item| item.filter != item.label),
        items,
    })
}

/// The rules of what was found on a line, its comment left out, and in the block below it.
fn found_here(
    document: &Document,
    ask: &Ask<'_>,
    line: TextRange,
    comment: TextRange,
) -> Vec<&'static str> {
    let Some(found) = ask.found else {
        return Vec::new();
    };
    let mut blocks = document.parse.tree.blocks();
    let below = blocks.find(|block| {
        block.range.start() >= line.end()
            && !matches!(block.kind, budget_syntax::tree::BlockKind::Blank)
    });
    let near = |range: TextRange| {
        let overlaps =
            |other: TextRange| range.start() < other.end() && other.start() < range.end();
        overlaps(line) && !comment.touches(range.start())
            || below.is_some_and(|below| overlaps(below.range))
    };
    let found = found().into_iter().filter(|(range, _)| near(*range));
    found.map(|(_, rule)| rule).collect()
}
