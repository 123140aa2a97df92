//! TXT001: two marks where one belongs: `；；`, `，。`.

use budget_syntax::TextRange;

use crate::Severity;
use crate::clues::{Clue, is_mark};
use crate::context::{Context, Prose};
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "TXT001",
    slug: "doubled-punctuation",
    name: "标点重复",
    group: "文字",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Safe,
    page: include_str!("../../../../docs/rules/TXT001-doubled-punctuation.md"),
    check: Check::Prose(Clue::DoubledMark, check),
    indifferent_to: &[Change::Numbers],
};

fn check(context: &Context<'_>, prose: Prose<'_>, sink: &mut Sink<'_>) {
    // `键：；` and the like are one run, told once.
    let mut run: Option<(usize, usize, u32)> = None;
    let mut tell = |run: Option<(usize, usize, u32)>| {
        let Some((start, end, marks)) = run.filter(|(_, _, marks)| *marks > 1) else {
            return;
        };
        let from = prose.range.start() + text::offset(start);
        let range = TextRange::new(from, prose.range.start() + text::offset(end));
        let written = context.text(range);
        let mut marks_in = written.chars();
        let first = marks_in.next();
        let same = marks_in.all(|c| Some(c) == first);
        // The last mark of a mixed run closes the sentence.
        let wanted = if same { first } else { written.chars().last() };
        let wanted = wanted.map(String::from).unwrap_or_default();
        let detail = Detail::Text(TextFault::Doubled {
            written: written.to_owned(),
        });
        debug_assert!(marks >= 2);
        sink.report(range, Subject::default(), detail)
            .expect(written, wanted.clone())
            .fix(format!("改为“{wanted}”"), same, range, wanted);
    };
    for (at, c) in prose.text.char_indices() {
        if is_mark(c) {
            let end = at + c.len_utf8();
            run = Some(run.map_or((at, end, 1), |(start, _, marks)| (start, end, marks + 1)));
        } else if run.is_some() {
            tell(run.take());
        }
    }
    tell(run);
}
