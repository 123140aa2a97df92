//! STR018: the overview says that the body has no subordinate units, another paragraph counts some.

use budget_catalog::template::PartContent;
use budget_model::Target;
use budget_syntax::TextRange;

use crate::clues::Clue;
use crate::context::{Context, Prose};
use crate::detail::Structure;
use crate::engine::Sink;
use crate::finding::{Severity, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text::leading_count;
use budget_model::Change;

pub(super) const RULE: Rule = Rule {
    code: "STR018",
    slug: "affiliate-contradiction",
    name: "下属单位前后矛盾",
    group: "结构",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/STR018-affiliate-contradiction.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// How the overview says that there are none.
const NONE: [&str; 8] = [
    "无下属预算单位",
    "无下属单位",
    "没有下属预算单位",
    "没有下属单位",
    "无所属预算单位",
    "无所属单位",
    "无下属二级预算单位",
    "无二级预算单位",
];

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let prose = || {
        let prose = context.prose.iter();
        prose.filter(|prose| prose.has(Clue::Affiliate))
    };
    let overview = prose().filter(|prose| in_overview(context, prose));
    let mut said = overview.filter_map(|prose| {
        let (start, word) = NONE.iter().find_map(|word| {
            let start = prose.text.find(word)?;
            // `其中某单位无下属单位` is said of another.
            let before = prose.text.get(..start)?;
            let sentence = before.rsplit(['。', '；', ';', '\n']).next().unwrap_or("");
            (!sentence.contains("其中") && !sentence.contains("分别")).then_some((start, word))
        })?;
        Some(part(prose, start, word.len()))
    });
    let Some(none) = said.next() else { return };
    for prose in prose() {
        for (start, word) in prose.text.match_indices("下属") {
            let rest = prose.text.get(start + word.len()..).unwrap_or("");
            if let Some(length) = counts_some(rest) {
                let at = part(prose, start, word.len() + length);
                let detail = Structure::Affiliates {
                    written: context.text(at).to_owned(),
                    none: context.text(none).to_owned(),
                };
                sink.report(at, Subject::default(), detail)
                    .relate(none, "单位概况说没有下属单位");
            }
        }
    }
}

/// In the overview, or in a document whose parts aren't known under a heading on the organisation.
fn in_overview(context: &Context<'_>, prose: &Prose<'_>) -> bool {
    context
        .ancestors(prose.heading)
        .any(|at| match at.heading.target {
            Target::Part { part } => context
                .template
                .parts
                .get(part)
                .is_some_and(|part| part.content == PartContent::Overview),
            Target::Other => {
                let title = context.text(at.heading.text);
                title.contains("机构设置") || title.contains("概况")
            }
            _ => false,
        })
}

/// `3家行政单位和4家事业单位`: how long that is, if it counts any at all. `0家行政单位和0家事业单位`
/// is a sentence of the template.
fn counts_some(text: &str) -> Option<usize> {
    let mut rest = text;
    let mut any = false;
    loop {
        let (count, after) = leading_count(rest.trim_start())?;
        let after = after.trim_start();
        let after = after.strip_prefix(['家', '个', '户'])?;
        any |= count > 0;
        // The kind of unit, up to the next count.
        let next = after
            .char_indices()
            .find(|(_, c)| matches!(c, '和' | '、' | '，' | '。' | '的'));
        let more = next.and_then(|(at, c)| {
            let joined = matches!(c, '和' | '、' | '，');
            let following = after.get(at + c.len_utf8()..)?;
            let (_, unit) = leading_count(following.trim_start())?;
            let counted = unit.trim_start().starts_with(['家', '个', '户']);
            (joined && counted && at < 60).then_some(following)
        });
        match more {
            Some(following) => rest = following,
            None => {
                let units = next.map_or(0, |(at, _)| if at < 60 { at } else { 0 });
                return any.then(|| text.len() - after.len() + units);
            }
        }
    }
}

fn part(prose: &Prose<'_>, start: usize, length: usize) -> TextRange {
    let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let from = prose.range.start().saturating_add(offset(start));
    TextRange::new(from, from.saturating_add(offset(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        let whole = |text: &str| {
            counts_some(text)
                .and_then(|length| text.get(..length))
                .map(str::to_owned)
        };
        assert_eq!(
            whole("3家行政单位和4家事业单位的经费").as_deref(),
            Some("3家行政单位和4家事业单位")
        );
        assert_eq!(
            whole("0家行政单位和2家事业单位的经费").as_deref(),
            Some("0家行政单位和2家事业单位")
        );
        assert_eq!(whole(" 三 家预算单位。").as_deref(), Some(" 三 家预算单位"));
        assert_eq!(whole("0家行政单位和0家事业单位的经费"), None);
        assert_eq!(whole("各预算单位"), None);
        assert_eq!(whole("2020年"), None);
    }
}
