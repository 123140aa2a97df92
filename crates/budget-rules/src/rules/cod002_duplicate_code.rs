//! COD002: two rows of a table with the same key.
//!
//! Which of them bears the wrong code is said only where a name tells: the row whose name is not
//! the code's own, with the code whose name it is, if the table has none.

use std::borrow::Cow;
use std::collections::hash_map::Entry;

use budget_catalog::{Classification, Trust, name, template::KeyPart};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Severity;
use crate::accounts::{self, Fit};
use crate::context::{Context, GridAt, RowAt};
use crate::detail::CodeFault;
use crate::engine::Sink;
use crate::finding::Detail;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "COD002",
    slug: "duplicate-code",
    name: "科目编码重复",
    group: "科目",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::No,
    page: include_str!("../../../../docs/rules/COD002-duplicate-code.md"),
    check: Check::Grid(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

/// Segment, code and project.
type Key<'d> = (Option<u32>, &'d str, Option<Cow<'d, str>>);

fn check(context: &Context<'_>, grid: GridAt<'_>, sink: &mut Sink<'_>) {
    let by_project = grid
        .table
        .spec
        .is_some_and(|spec| spec.key.contains(&KeyPart::Project));
    let rows = grid.grid.rows.len();
    let mut seen: FxHashMap<Key<'_>, usize> = FxHashMap::default();
    let mut codes: FxHashSet<&str> = FxHashSet::default();
    seen.reserve(rows);
    codes.reserve(rows);
    let mut doubles = Vec::new();
    for at in grid.rows() {
        let Some((classification, code)) = accounts::account(at) else {
            continue;
        };
        codes.insert(code);
        // A project row is known by its project; one without a name of its own by nothing.
        if at.row.project.is_some() && !by_project {
            continue;
        }
        let project = at.row.project;
        let project = project.map(|project| name::normalize(context.text(project)));
        match seen.entry((at.row.segment, code, project)) {
            Entry::Vacant(vacant) => {
                vacant.insert(at.index);
            }
            Entry::Occupied(first) => doubles.push((*first.get(), at, classification)),
        }
    }
    for (nth, (first, second, classification)) in doubles.into_iter().enumerate() {
        let Some(first) = grid.row(first) else {
            continue;
        };
        let codes = (nth < MOST_EXPLAINED).then_some(&codes);
        tell(context, first, second, classification, codes, sink);
    }
}

/// For how many doubles of a table the right code is looked for: the catalogue is read for each.
const MOST_EXPLAINED: usize = 20;

fn tell(
    context: &Context<'_>,
    first: RowAt<'_>,
    second: RowAt<'_>,
    classification: Classification,
    codes: Option<&FxHashSet<&str>>,
    sink: &mut Sink<'_>,
) {
    let code = second.row.code.clone().unwrap_or_default();
    let own = context.document.catalog.codes(classification).lookup(&code);
    let year = context.document.front.year;
    let stranger = |at: RowAt<'_>| {
        accounts::account_name(context, at)
            .is_some_and(|key| accounts::fit(&key, own, year) == Fit::Different)
    };
    // The second is told unless its name is the code's and the first's is not.
    let (wrong, right) = if stranger(first) && !stranger(second) {
        (first, second)
    } else {
        (second, first)
    };
    let better = codes
        .filter(|_| stranger(wrong))
        .and_then(|codes| other_code(context, wrong, classification, codes));
    let detail = Detail::Code(CodeFault::Duplicate {
        code: code.clone(),
        name: context.text(wrong.row.label).to_owned(),
        better: better.map(|(code, name)| (code.to_owned(), name.to_owned())),
    });
    // The name is part of what is wrong: the rules on it are silent here.
    let place = wrong.row.code_range.cover(wrong.row.label);
    let finding = sink.report(place, wrong.subject(context), detail);
    if let Some((better, _)) = better {
        finding.expect(code, better);
    }
    finding.relate(
        right.row.code_range,
        format!("同一编码：{}", right.name(context.document)),
    );
}

/// The one code of the catalogue, not in the table, whose name holds the row's name.
fn other_code<'c>(
    context: &Context<'c>,
    at: RowAt<'_>,
    classification: Classification,
    codes: &FxHashSet<&str>,
) -> Option<(&'c str, &'c str)> {
    let key = accounts::account_name(context, at)?;
    let table = context.document.catalog.codes(classification);
    let own = at.row.code.as_deref().unwrap_or("");
    if let Some(owner) = accounts::owner(table, &key, own) {
        return (!codes.contains(&*owner.code)).then_some((&*owner.code, &*owner.name));
    }
    let mut found: Option<(&str, &str)> = None;
    for entry in table.entries() {
        if entry.trust < Trust::Document
            || codes.contains(&*entry.code)
            || !entry.holds_in(context.document.front.year)
            || !name::normalize_account(&entry.name).contains(&key)
        {
            continue;
        }
        if found.is_some_and(|(code, _)| code != entry.code) {
            return None;
        }
        found = Some((&*entry.code, &*entry.name));
    }
    found
}
