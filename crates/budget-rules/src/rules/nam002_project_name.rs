//! NAM002: one project, named differently in the project table, the narrative and its form.
//!
//! Mentions are one project if their names are alike and their money, where both say it, is the
//! same. The name that fewer mentions bear is told, once a project.

use std::borrow::Cow;

use budget_catalog::template::{ColumnKind, DisclosureKind};
use budget_catalog::{Spelling, name};
use budget_model::{Amount, Target, prose::fact::Statement};
use budget_syntax::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Severity;
use crate::accounts::is_near;
use crate::clues::Clue;
use crate::context::{Judged, TableAt};
use crate::detail::NameFault;
use crate::engine::Sink;
use crate::finding::{Detail, Subject};
use crate::registry::{Check, Fixable, Rule};
use crate::text;

pub(crate) const RULE: Rule = Rule {
    code: "NAM002",
    slug: "project-name",
    name: "项目名称前后不一致",
    group: "名称",
    severity: Severity::Warning,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/NAM002-project-name.md"),
    check: Check::Ledger(check),
    indifferent_to: &[],
};

/// A place that names a project.
struct Mention<'d> {
    key: Cow<'d, str>,
    range: TextRange,
    amount: Option<Amount>,
    place: &'static str,
    /// The table or the list that it stands in: names side by side are two projects.
    home: (&'static str, usize),
    /// What is bought for it: not all of its money.
    bought: bool,
}

/// Beyond so many differently named projects likeness is not looked for: it compares all pairs.
const MOST_NAMES: usize = 500;

fn check(context: &Judged<'_>, sink: &mut Sink<'_>) {
    let mut mentions = in_tables(context);
    let different: FxHashSet<&str> = mentions.iter().map(|it| &*it.key).collect();
    if different.len() > MOST_NAMES {
        return;
    }
    in_prose(context, &mut mentions);
    in_forms(context, &mut mentions);
    in_lists(context, &mut mentions);
    let mut names: Vec<(Spelling<'_>, Vec<&Mention<'_>>)> = Vec::new();
    let mut index: FxHashMap<&str, usize> = FxHashMap::default();
    for mention in &mentions {
        let at = *index.entry(&mention.key).or_insert_with(|| {
            names.push((Spelling::new(&*mention.key), Vec::new()));
            names.len() - 1
        });
        if let Some((_, of)) = names.get_mut(at) {
            of.push(mention);
        }
    }
    if names.len() > MOST_NAMES {
        return;
    }
    // A name is told against the name alike that more mentions bear; of two borne equally often,
    // the one that comes first counts.
    // However many things are bought for a project, they are named in one place.
    let weight = |of: &[&Mention<'_>]| {
        let own = of.iter().filter(|it| !it.bought).count();
        (own, of.len())
    };
    let weights: Vec<_> = names.iter().map(|it| weight(&it.1)).collect();
    let ranks = || {
        weights
            .iter()
            .zip(0..)
            .map(|(weight, at)| (weight, std::cmp::Reverse(at)))
    };
    for ((key, mine), own) in names.iter().zip(ranks()) {
        let mut others = names.iter().zip(ranks());
        let better = others.find(|((other, theirs), rank)| {
            *rank > own && is_same_project(key, mine, other, theirs)
        });
        if let Some(((_, theirs), _)) = better
            && let (Some(first), Some(right)) = (mine.first(), theirs.first())
        {
            tell(context, first, mine, right, theirs, sink);
        }
    }
}

fn is_same_project(
    a: &Spelling<'_>,
    mine: &[&Mention<'_>],
    b: &Spelling<'_>,
    theirs: &[&Mention<'_>],
) -> bool {
    if !is_near(a, b) {
        return false;
    }
    // A project may have a row for each account it is paid from.
    let sum = |of: &[&Mention<'_>], home| {
        let here = of.iter().filter(|mention| mention.home == home);
        let mut amounts = here.filter_map(|mention| mention.amount).peekable();
        amounts.peek()?;
        amounts.try_fold(Amount::ZERO, Amount::checked_add)
    };
    // Names that stand side by side in one place are two projects, unless together they have the money that
    // one has elsewhere.
    let shared = mine
        .iter()
        .find(|m| theirs.iter().any(|t| t.home == m.home));
    if let Some(shared) = shared.map(|it| it.home) {
        let here = sum(theirs, shared);
        let both = here
            .zip(sum(mine, shared))
            .and_then(|(a, b)| a.checked_add(b));
        let alone = mine.iter().all(|it| it.home == shared);
        let mut others = theirs.iter().filter(|it| it.home != shared);
        return alone
            && both.is_some()
            && both != here
            && others.any(|it| sum(theirs, it.home) == both);
    }
    // What is bought for a project has no money to compare: only words that any project may end with are a slip.
    if mine.iter().all(|it| it.bought) || theirs.iter().all(|it| it.bought) {
        return bare(a.as_str()) == bare(b.as_str());
    }
    let money = |of: &[&Mention<'_>]| {
        let home = of.iter().find(|mention| mention.amount.is_some())?.home;
        sum(of, home)
    };
    match (money(mine), money(theirs)) {
        (Some(mine), Some(theirs)) => mine == theirs,
        _ => true,
    }
}

/// A name without the words that any project may end with.
fn bare(name: &str) -> &str {
    const ENDS: [&str; 6] = ["专项", "经费", "项目", "资金", "补助", "支出"];
    let mut rest = name;
    while let Some(cut) = ENDS.iter().find_map(|end| rest.strip_suffix(end)) {
        rest = cut;
    }
    rest
}

fn tell(
    context: &Judged<'_>,
    first: &Mention<'_>,
    mine: &[&Mention<'_>],
    right: &Mention<'_>,
    theirs: &[&Mention<'_>],
    sink: &mut Sink<'_>,
) {
    let written = context.text(first.range).to_owned();
    let expected = context.text(right.range).to_owned();
    let detail = Detail::Name(NameFault::Project {
        written: written.clone(),
        place: first.place,
        expected: expected.clone(),
        other: right.place,
    });
    let finding = sink.report(first.range, Subject::default(), detail);
    for other in theirs {
        finding.relate(other.range, format!("{}的名称", other.place));
    }
    for other in mine.iter().skip(1) {
        finding.relate(other.range, format!("{}同样写法", other.place));
    }
    finding.fix(
        format!("改为“{expected}”"),
        false,
        first.range,
        expected.clone(),
    );
    finding.expect(written, expected);
}

/// The rows of tables that have a column of projects.
fn in_tables<'d>(context: &Judged<'d>) -> Vec<Mention<'d>> {
    let mut mentions = Vec::new();
    let tables = context.tables().enumerate();
    let grids = tables.flat_map(|(home, table)| table.grids().map(move |grid| (home, grid)));
    for (home, grid) in grids {
        let bought = context
            .table(home)
            .is_some_and(|it| it.name(context.document).contains("采购"));
        let amount = grid
            .grid
            .columns
            .iter()
            .position(|column| column.kind == ColumnKind::Amount);
        let named = grid.grid.columns.iter().position(|column| {
            bought
                && matches!(
                    &*name::normalize(context.text(column.name)),
                    "项目名称" | "专项名称" | "预算项目名称"
                )
        });
        for at in grid.rows() {
            let other = || Some(at.cell(named?)?.cell.range).filter(|range| !range.is_empty());
            let Some(project) = at.row.project.or_else(other) else {
                continue;
            };
            let amount = amount.and_then(|column| at.cell(column)?.amount());
            let key = name::normalize(context.text(project));
            let amount = amount.filter(|_| !bought);
            // A project of the tables has its account; the summary of 绩效自评 has none.
            let place = if bought {
                "政府采购表"
            } else if at.row.code.is_some() {
                "项目支出表"
            } else {
                "项目汇总表"
            };
            mentions.push(Mention {
                key,
                range: project,
                amount,
                place,
                home: (place, home),
                bought,
            });
        }
    }
    mentions
}

/// `项目名称：…` in the narrative, with the money that the paragraphs after it say.
fn in_prose<'d>(context: &Judged<'d>, mentions: &mut Vec<Mention<'d>>) {
    let mut open = false;
    for prose in context.prose {
        let in_form = prose
            .heading
            .and_then(|id| context.heading(id))
            .is_some_and(|at| {
                matches!(
                    at.heading.target,
                    Target::Table { .. } | Target::Grid { .. }
                )
            });
        if in_form {
            open = false;
            continue;
        }
        if !prose.has(Clue::Label) {
            continue;
        }
        let line = prose.text.lines().next().unwrap_or_default();
        let Some((label, value)) = line.split_once(['：', ':']) else {
            continue;
        };
        let label = name::normalize(label);
        if label == "项目名称" {
            let value = value.trim_start();
            let lead = text::offset(line.len()) - text::offset(value.len());
            let start = prose.range.start() + lead;
            let range = TextRange::new(start, start + text::offset(value.trim_end().len()));
            mentions.push(Mention {
                key: name::normalize(value),
                range,
                amount: None,
                place: "项目支出说明",
                home: ("项目支出说明", 0),
                bought: false,
            });
            open = true;
        } else if open
            && label == "预算安排规模"
            && let Some(mention) = mentions.last_mut()
        {
            mention.amount = leading_amount(value);
            open = false;
        }
    }
}

/// The forms (绩效目标表) with a field 项目名称.
fn in_forms<'d>(context: &Judged<'d>, mentions: &mut Vec<Mention<'d>>) {
    for at in context.tables() {
        let field = |wanted: &str| {
            at.table
                .fields
                .iter()
                .find(|field| name::normalize(context.text(field.key)) == wanted)
        };
        let Some(project) = field("项目名称") else {
            continue;
        };
        let amount = field("年度资金总额")
            .or_else(|| field("年度预算总额"))
            .and_then(|field| leading_amount(context.text(field.value)));
        let range = project.value;
        if !range.is_empty() {
            let key = name::normalize(context.text(range));
            let place = match context.template.kind {
                DisclosureKind::Budget => "绩效目标表",
                DisclosureKind::FinalAccounts => "绩效自评表",
            };
            mentions.push(Mention {
                key,
                range,
                amount,
                place,
                home: (place, 0),
                bought: false,
            });
        }
    }
}

/// The parts of a list of the narrative that names a project as a table does, with its money.
fn in_lists<'d>(context: &Judged<'d>, mentions: &mut Vec<Mention<'d>>) {
    let narrative = &context.ledger.prose.narrative;
    let mut known: FxHashMap<Cow<'_, str>, Option<Amount>> = FxHashMap::default();
    for mention in mentions.iter() {
        let rows = known.entry(mention.key.clone()).or_insert(None);
        if rows.is_none() {
            *rows = mention.amount;
        }
    }
    if known.is_empty() || narrative.lists.is_empty() {
        return;
    }
    // As the tables of projects are printed.
    let project = |at: &TableAt<'_>| {
        at.grids()
            .any(|it| it.grid.rows.iter().any(|row| row.project.is_some()))
    };
    let Some(unit) = context.tables().find(project).map(|it| it.table.unit) else {
        return;
    };
    let amounts: FxHashSet<Amount> = known.values().filter_map(|amount| *amount).collect();
    let said = |statement: &Statement| {
        let fact = narrative.fact(statement.amount?)?;
        let own = i32::try_from(fact.unit()?.exponent()).ok()?;
        let apart = own - i32::try_from(unit.exponent()).ok()?;
        fact.amount.shift(apart)
    };
    for (home, list) in narrative.lists.iter().enumerate() {
        let statements = || list.parts.iter().filter_map(|id| narrative.statement(*id));
        // Most lists are of other things.
        if !statements().any(|it| said(it).is_some_and(|amount| amounts.contains(&amount))) {
            continue;
        }
        let parts = statements().filter_map(|statement| {
            let amount = said(statement)?;
            let text = context.text(statement.subject);
            let name =
                text.trim_start_matches(|c: char| c.is_whitespace() || ".．、，,和及".contains(c));
            let start = statement.subject.end() - text::offset(name.len());
            let range = TextRange::new(start, start + text::offset(name.trim_end().len()));
            (!range.is_empty()).then(|| (name::normalize(name), range, amount))
        });
        let parts: Vec<(Cow<'_, str>, TextRange, Amount)> = parts.collect();
        let same = |key: &str, amount: Amount| known.get(key) == Some(&Some(amount));
        if parts.len() < 2 || !parts.iter().any(|(key, _, amount)| same(key, *amount)) {
            continue;
        }
        mentions.extend(parts.into_iter().map(|(key, range, amount)| Mention {
            key,
            range,
            amount: Some(amount),
            place: "文字说明",
            home: ("文字说明", home),
            bought: false,
        }));
    }
}

/// The number that a value begins with; whatever unit follows, mentions are compared in theirs.
fn leading_amount(value: &str) -> Option<Amount> {
    let value = value.trim_start();
    let end = value.find(|c: char| {
        !(c.is_ascii_digit() || ".,，．".contains(c) || ('０'..='９').contains(&c))
    });
    let number = end.map_or(Some(value), |end| value.get(..end))?;
    Amount::parse(number.trim_end_matches(['，', ','])).map(|(amount, _)| amount)
}
