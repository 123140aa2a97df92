//! NAM001: a list of the narrative (支出预算包括：…) that calls an account something like its name.
//!
//! Only near misses of an account that the tables print are told; whether the list is complete is
//! another question.

use std::borrow::Cow;

use budget_catalog::{Classification, Spelling, Trust, name, template::PartContent};
use budget_syntax::{TextRange, expr::Level};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Severity;
use crate::clues::Clue;
use crate::context::{Context, Prose};
use crate::detail::NameFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "NAM001",
    slug: "account-name-in-prose",
    name: "文中科目名称与表中不一致",
    group: "名称",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/NAM001-account-name-in-prose.md"),
    check: Check::Document(check),
    indifferent_to: &[Change::Numbers],
};

/// An account that the tables print.
struct Account<'d> {
    name: Spelling<'d>,
    label: &'d str,
    place: TextRange,
    level: Level,
    classification: Classification,
}

/// By name, as names are compared.
type Accounts<'d> = FxHashMap<Cow<'d, str>, Account<'d>>;

fn check(context: &Context<'_>, sink: &mut Sink<'_>) {
    let mut accounts: Option<Accounts<'_>> = None;
    for prose in context.prose {
        if !is_narrative(context, prose) {
            continue;
        }
        for list in lists(prose) {
            let accounts = accounts.get_or_insert_with(|| printed(context));
            for item in list {
                check_item(context, prose, item, accounts, sink);
            }
        }
    }
}

/// Only where the template says what the parts are.
fn is_narrative(context: &Context<'_>, prose: &Prose<'_>) -> bool {
    if !prose.has(Clue::List) {
        return false;
    }
    let part = context.document.part_at(prose.range.start());
    part.and_then(|part| context.template.parts.get(part))
        .is_some_and(|part| part.content == PartContent::Narrative)
}

/// The items of each list that 包括： opens, up to the end of its sentence.
fn lists<'d>(prose: &Prose<'d>) -> impl Iterator<Item = Vec<TextRange>> + use<'d> {
    let (whole, base) = (prose.text, prose.range.start());
    whole.match_indices("包括").filter_map(move |(at, word)| {
        let rest = whole.get(at + word.len()..)?;
        let rest = rest.strip_prefix(['：', ':'])?;
        let list = rest.split(['。', '\n']).next()?;
        let start = base + text::offset(whole.len()) - text::offset(rest.len());
        Some(items(list, start))
    })
}

/// The names of a list, cut at its marks: what follows a number or a comma in an item is no name.
fn items(list: &str, start: u32) -> Vec<TextRange> {
    let mut at = start;
    let mut found = Vec::new();
    for piece in list.split_inclusive(['、', '；', ';']) {
        let item = piece.trim_end_matches(['、', '；', ';']);
        let own = item
            .split(|c: char| matches!(c, '，' | ',' | '0'..='9'))
            .next()
            .unwrap_or(item);
        // 收入包括：…；支出包括：…
        let head = own.rsplit(['：', ':']).next().unwrap_or(own);
        let before = own.len() - head.len();
        let lead = before + head.len() - head.trim_start().len();
        let name = head.trim();
        if !name.is_empty() {
            let from = at + text::offset(lead);
            found.push(TextRange::new(from, from + text::offset(name.len())));
        }
        at += text::offset(piece.len());
    }
    found
}

/// Each name with the first place that bears it.
fn printed<'d>(context: &Context<'d>) -> Accounts<'d> {
    let mut accounts = Accounts::default();
    // The tables print the same labels over and over.
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for grid in context.tables().flat_map(|table| table.grids()) {
        let Some(classification) = grid.spec.and_then(|spec| spec.classification) else {
            continue;
        };
        for at in grid.rows() {
            let label = context.text(at.row.label);
            let Some(level) = at.row.level.filter(|_| !label.is_empty()) else {
                continue;
            };
            if !seen.insert(label) {
                continue;
            }
            let key = name::normalize_account(label);
            accounts.entry(key).or_insert_with_key(|name| Account {
                name: Spelling::new(name.clone()),
                label,
                place: at.row.label,
                level,
                classification,
            });
        }
    }
    accounts
}

/// How alike a 类 must be to be one misnamed.
const LEAST_ALIKE: f64 = 0.6;

fn check_item(
    context: &Context<'_>,
    prose: &Prose<'_>,
    item: TextRange,
    accounts: &Accounts<'_>,
    sink: &mut Sink<'_>,
) {
    let written = context.text(item);
    let key = name::normalize_account(written);
    let length = key.chars().count();
    // `医疗费等`: the word that ends an open list is no part of the name.
    let key: &str = key.strip_suffix('等').unwrap_or(&key);
    if !(4..=40).contains(&length) || accounts.contains_key(key) {
        return;
    }
    let catalog = &context.document.catalog;
    let standard = [Classification::Functional, Classification::Economic]
        .iter()
        .any(|of| {
            catalog
                .codes(*of)
                .named(key)
                .any(|entry| entry.trust >= Trust::Memory)
        });
    if standard {
        return;
    }
    let own = Spelling::new(key);
    let best = accounts
        .values()
        .filter_map(|account| Some((account.name.likeness(&own, LEAST_ALIKE)?, account)))
        .max_by(|(a, one), (b, other)| {
            let names = || one.name.as_str().cmp(other.name.as_str());
            a.total_cmp(b).then_with(names)
        });
    let Some((alike, account)) = best else { return };
    // 类 names are long and distinct; the short ones of 款 and 项 are alike without being the same.
    let enough = match (account.classification, account.level) {
        (Classification::Functional, Level::Class) => LEAST_ALIKE,
        _ => 0.8,
    };
    if alike < enough {
        return;
    }
    let section = prose
        .heading
        .and_then(|id| context.heading(id))
        .and_then(|at| {
            context
                .document
                .section_spec(at.heading.target)
                .map(|spec| spec.id.clone())
        });
    let detail = Detail::Name(NameFault::Account {
        written: written.to_owned(),
        printed: account.label.to_owned(),
    });
    sink.report(
        item,
        Subject {
            section,
            ..Subject::default()
        },
        detail,
    )
    .expect(written, account.label)
    .relate(account.place, "表中的科目名称")
    .fix(
        format!("改为“{}”", account.label),
        false,
        item,
        account.label,
    );
}
