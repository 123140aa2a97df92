//! TXT003: 公用 for 公共 and the other way round, in a name that the template or the glossary has.

use budget_catalog::Template;
use budget_model::PerTemplate;
use budget_syntax::TextRange;
use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::Severity;
use crate::context::Context;
use crate::detail::TextFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "TXT003",
    slug: "official-name",
    name: "“公共”与“公用”混淆",
    group: "文字",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/TXT003-official-name.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// A name as it is wrongly written.
struct Slip {
    official: String,
    written: String,
    /// The bytes of `written` before the word in it that is wrong.
    lead: usize,
}

/// The two words that are taken for each other.
const WORDS: [&str; 2] = ["公共", "公用"];

/// By the word that is wrong.
static SLIPS: PerTemplate<[Vec<Slip>; 2]> = PerTemplate::new();

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let text = context.document.text.as_ref();
    let slips = SLIPS.get(&context.document.template, slips);
    for (word, slips) in WORDS.into_iter().zip(slips.iter()) {
        for at in memmem::find_iter(text.as_bytes(), word) {
            for slip in slips {
                let begin = at.checked_sub(slip.lead);
                let Some(begin) = begin.filter(|begin| stands_at(text, *begin, slip)) else {
                    continue;
                };
                tell(text::offset(begin), slip, sink);
            }
        }
    }
}

fn stands_at(text: &str, begin: usize, slip: &Slip) -> bool {
    let rest = text.as_bytes().get(begin..);
    rest.is_some_and(|rest| rest.starts_with(slip.written.as_bytes()))
}

fn tell(start: u32, slip: &Slip, sink: &mut Sink<'_>) {
    let Slip {
        official, written, ..
    } = slip;
    let range = TextRange::new(start, start + text::offset(written.len()));
    let detail = Detail::Text(TextFault::OfficialName {
        written: written.clone(),
        official: official.clone(),
    });
    sink.report(range, Subject::default(), detail)
        .expect(written.clone(), official.clone())
        .fix(format!("改为“{official}”"), false, range, official.clone());
}

/// Official names that hold one of the two words, with the name in which it is the other. The
/// words are taken with the two characters before and after them: `一般公共预算`, `公用经费`.
fn slips(template: &Template) -> [Vec<Slip>; 2] {
    let mut names: FxHashSet<String> = FxHashSet::default();
    let printed = template.tables.iter().flat_map(|table| {
        let columns = table
            .grids
            .iter()
            .flat_map(|grid| grid.columns.iter().map(|c| &c.name));
        let rows = table
            .grids
            .iter()
            .flat_map(|grid| grid.rows.iter().map(|row| &row.label));
        std::iter::once(&table.title).chain(columns).chain(rows)
    });
    for name in printed {
        for word in WORDS {
            for (at, _) in name.match_indices(word) {
                let before = name.get(..at).unwrap_or_default();
                let before: String = before.chars().rev().take(2).collect();
                let before: String = before.chars().rev().collect();
                let after = name.get(at + word.len()..).unwrap_or_default();
                let after: String = after.chars().take(2).collect();
                if after.chars().count() == 2 {
                    names.insert(format!("{before}{word}{after}"));
                }
            }
        }
    }
    let swap = |name: &str| {
        if name.contains("公共") {
            name.replace("公共", "公用")
        } else {
            name.replace("公用", "公共")
        }
    };
    WORDS.map(|word| {
        let slip = |official: &String| {
            let written = swap(official);
            let lead = written.find(word)?;
            (!names.contains(&written)).then(|| Slip {
                official: official.clone(),
                written,
                lead,
            })
        };
        names.iter().filter_map(slip).collect()
    })
}
