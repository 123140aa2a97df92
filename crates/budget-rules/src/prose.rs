//! Numbers of the narrative that don't agree: with a cell (文表), or with each other (文内).

use budget_model::amount::Style;
use budget_model::prose::check::{Cause, Kind, Relation, Weight};
use budget_model::prose::fact::{Fact, Measure, Narrative};
use budget_model::relation::Outcome;
use budget_model::{Amount, CellId};
use budget_syntax::TextRange;

use crate::context::{CellAt, Judged};
use crate::detail::{Detail, ProseFault};
use crate::finding::{Finding, Severity, Subject};
use crate::registry::{Check, Fixable, Rule};

macro_rules! card {
    ($code:literal, $slug:literal, $name:literal, $group:literal, $severity:ident, $fix:ident) => {
        Rule {
            code: $code,
            slug: $slug,
            name: $name,
            group: $group,
            severity: Severity::$severity,
            since: "0.1.0",
            fix: Fixable::$fix,
            page: include_str!(concat!("../../../docs/rules/", $code, "-", $slug, ".md")),
            check: Check::Engine,
            indifferent_to: &[],
        }
    };
}

pub(crate) const GROWTH: Rule = card!(
    "PRO001",
    "growth-rate",
    "增减幅度不对",
    "文内",
    Error,
    Unsafe
);
pub(crate) const SHARE: Rule = card!("PRO002", "share", "占比不对", "文内", Error, Unsafe);
pub(crate) const PARTS: Rule = card!(
    "PRO003",
    "parts-sum",
    "分项之和不等于总数",
    "文内",
    Error,
    Unsafe
);
pub(crate) const DIRECTION: Rule =
    card!("PRO004", "direction", "增减方向前后矛盾", "文内", Error, No);
pub(crate) const REPEATED: Rule = card!(
    "PRO005",
    "repeated-number",
    "同一个数前后不一",
    "文内",
    Warning,
    No
);
pub(crate) const PLAN_RATE: Rule = card!(
    "PRO006",
    "plan-rate",
    "完成率或差异率不对",
    "文内",
    Error,
    Unsafe
);
pub(crate) const PRODUCT: Rule = card!(
    "PRO007",
    "product",
    "单价乘数量不等于总额",
    "文内",
    Warning,
    Unsafe
);
pub(crate) const COUNTED: Rule = card!(
    "PRO008",
    "listed-count",
    "个数与所列名单不一致",
    "文内",
    Warning,
    No
);
pub(crate) const RESTATED: Rule = card!(
    "PRT001",
    "restated-amount",
    "文字与表不一致",
    "文表",
    Error,
    Unsafe
);

pub(crate) const ACROSS: Rule = card!(
    "PRT003",
    "other-year",
    "上年数、年初预算数与表不一致",
    "文表",
    Warning,
    Unsafe
);

/// The rule that a relation is told under.
pub fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Restated => RESTATED.code,
        Kind::Repeated => REPEATED.code,
        Kind::Growth => GROWTH.code,
        Kind::Share => SHARE.code,
        Kind::Rate => PLAN_RATE.code,
        Kind::Parts | Kind::Changes | Kind::Difference => PARTS.code,
        Kind::Product => PRODUCT.code,
        Kind::Counted => COUNTED.code,
        Kind::Direction => DIRECTION.code,
        Kind::Across => ACROSS.code,
    }
}

/// At most so many other numbers are attached to a finding.
const MOST_RELATED: usize = 60;

/// Tells each broken relation; what follows from another finding is its echo. `blamed` are the rules and
/// places of the findings on each blamed cell.
// By itself in profiles: scripts/cost.py counts it.
#[inline(never)]
pub(crate) fn report(
    context: &Judged<'_>,
    blamed: &[Vec<(&'static str, TextRange)>],
    findings: &mut Vec<Finding>,
) {
    let prose = &context.ledger.prose;
    for relation in &*prose.relations {
        if let Some(causes) = relation.blame.and_then(|blame| blamed.get(blame)) {
            attach(&prose.narrative, relation, causes, findings);
        }
        if relation.outcome != Outcome::Broken {
            continue;
        }
        let Some(mut finding) = finding(context, relation) else {
            continue;
        };
        if let Some(causes) = relation.blame.and_then(|blame| blamed.get(blame)) {
            finding.echo_of.clone_from(causes);
        }
        let cause = relation
            .follows
            .and_then(|index| prose.relations.get(index));
        if let Some(cause) = cause {
            // What only follows isn't told louder than its cause.
            finding.severity = finding.severity.min(severity(cause));
            finding
                .echo_of
                .extend(place(context, cause).map(|place| (code(cause.kind), place)));
        }
        findings.push(finding);
    }
}

/// A sentence that says a blamed cell's number is a place of the cell's finding.
fn attach(
    narrative: &Narrative,
    relation: &Relation,
    causes: &[(&'static str, TextRange)],
    findings: &mut [Finding],
) {
    let Some(fact) = narrative.fact(relation.fact) else {
        return;
    };
    let message = match relation.outcome {
        Outcome::Held => "文字说明里的同一个数，须随之改正",
        _ => "文字说明里的同一个数",
    };
    for finding in findings.iter_mut() {
        let is = causes.contains(&(finding.rule, finding.range));
        if is && finding.related.len() < MOST_RELATED {
            finding.relate(fact.whole, message);
        }
    }
}

/// A number with the word that says its direction: `减少 71.84 万元`.
fn with_word(narrative: &Narrative, fact: &Fact) -> TextRange {
    let statement = fact.statement.and_then(|id| narrative.statement(id));
    let mut changes = statement.into_iter().flat_map(|it| &it.changes);
    let change = changes.find(|it| {
        let amount = it.amount.and_then(|id| narrative.fact(id));
        amount.is_some_and(|it| it.range == fact.range)
    });
    change.map_or(fact.whole, |it| it.word.cover(fact.whole))
}

/// Where a relation's finding stands.
fn place(context: &Judged<'_>, relation: &Relation) -> Option<TextRange> {
    let narrative = &context.ledger.prose.narrative;
    if relation.odd {
        let cell = relation.cells.first().and_then(|id| context.cell(*id))?;
        return Some(cell.cell.range);
    }
    let fact = narrative.fact(relation.fact)?;
    if relation.kind != Kind::Direction {
        return Some(fact.whole);
    }
    // 减少 71.84 万元
    let statement = narrative.statement(relation.statement?)?;
    let change = statement
        .changes
        .iter()
        .find(|it| it.amount == Some(relation.fact) || it.percent == Some(relation.fact))?;
    let word = match change.percent_direction {
        Some((_, word)) if change.percent == Some(relation.fact) => word,
        _ => change.word,
    };
    Some(word.cover(fact.whole))
}

/// A cell that sentences agree against.
fn odd(context: &Judged<'_>, relation: &Relation) -> Option<Finding> {
    let narrative = &context.ledger.prose.narrative;
    let id = *relation.cells.first()?;
    let cell = context.cell(id)?;
    let table = context.document.tables.get(id.table as usize)?;
    let fact = narrative.fact(relation.fact)?;
    let all = || std::iter::once(&relation.fact).chain(&relation.facts);
    let written = cell.text(context).to_owned();
    let expected = relation.expected.map(|amount| {
        amount.print(Style {
            decimals: amount.decimals().max(table.most_decimals),
            trailing_zeros: true,
            thousands: written.contains(','),
        })
    });
    let detail = ProseFault {
        kind: relation.kind,
        subject: cell.name(context.document),
        written: written.clone(),
        expected: Some(context.text(fact.whole).split_whitespace().collect()),
        formula: relation.formula.clone(),
        others: Vec::new(),
        open: false,
        unit: None,
        sentences: all().count(),
    };
    let mut finding = Finding::new(
        code(relation.kind),
        severity(relation),
        cell.cell.range,
        cell.subject(context),
        Detail::Prose(detail),
    );
    finding.formula = Some(relation.formula.clone());
    finding.actual = Some(written);
    finding.expected = expected;
    for other in all()
        .filter_map(|id| narrative.fact(*id))
        .take(MOST_RELATED)
    {
        finding.relate(other.whole, "文字说明里的数");
    }
    Some(finding)
}

fn finding(context: &Judged<'_>, relation: &Relation) -> Option<Finding> {
    if relation.odd {
        return odd(context, relation);
    }
    let narrative = &context.ledger.prose.narrative;
    let fact = narrative.fact(relation.fact)?;
    let range = place(context, relation)?;
    let unit_slip = relation.cause == Some(Cause::Unit) && relation.kind == Kind::Parts;
    let in_ten_thousands = unit_slip.then(|| format!("{} 万元", context.text(fact.range)));
    let expected = relation
        .expected
        .map(|expected| print(context, fact, expected));
    let with_unit = |number: &str| number_with_unit(context, fact, number);
    let detail = ProseFault {
        kind: relation.kind,
        subject: subject_text(context, relation),
        written: with_unit(context.text(fact.range)),
        expected: expected.as_deref().map(with_unit),
        formula: relation.formula.clone(),
        others: cells(context, relation),
        open: relation.weight == Weight::Open,
        unit: in_ten_thousands.clone(),
        sentences: 1,
    };
    let mut finding = Finding::new(
        code(relation.kind),
        severity(relation),
        range,
        subject(context, relation),
        Detail::Prose(detail),
    );
    finding.formula = Some(relation.formula.clone());
    finding.cause = relation.cause.and_then(|cause| told(context, cause));
    finding.actual = Some(context.text(fact.whole).to_owned());
    finding.expected = match &in_ten_thousands {
        Some(text) => Some(text.clone()),
        None => expected.as_deref().map(with_unit),
    };
    finding.difference = relation
        .expected
        .and_then(|expected| fact.amount.checked_sub(expected))
        .map(|difference| difference.to_string());
    for (at, cell) in relation.cells.iter().enumerate() {
        if at < MOST_RELATED
            && let Some(cell) = context.cell(*cell)
        {
            let text = format!("{} {}", cell.name(context.document), cell.text(context));
            finding.relate(cell.cell.range, text);
        }
    }
    let others = relation.facts.iter().filter_map(|id| narrative.fact(*id));
    for other in others.take(MOST_RELATED) {
        if other.whole != fact.whole {
            let place = with_word(narrative, other);
            finding.relate(place, context.text(place).to_owned());
        }
    }
    // 减少 …: the word counts as well as the number.
    let own = with_word(narrative, fact);
    if own != fact.whole && !range.contains(own) {
        finding.relate(own, context.text(own).to_owned());
    }
    if relation.kind == Kind::Growth
        && let Some(change) = relation.statement.and_then(|id| {
            let it = narrative.statement(id)?;
            it.changes
                .iter()
                .find(|it| it.percent == Some(relation.fact))
        })
        && let Some((_, word)) = change.percent_direction
    {
        let place = word.cover(fact.whole);
        finding.relate(place, context.text(place).to_owned());
    }
    if relation.kind == Kind::Direction
        && let Some(reason) = relation
            .statement
            .and_then(|id| narrative.statement(id)?.reason)
        && !fact.whole.contains(reason)
    {
        finding.relate(reason, "所说的原因");
    }
    fixes(context, relation, fact, &mut finding, expected.as_deref());
    Some(finding)
}

fn severity(relation: &Relation) -> Severity {
    let most = match relation.weight {
        Weight::Open => Severity::Info,
        Weight::Likely => Severity::Warning,
        Weight::Sure => Severity::Error,
    };
    let rule = match relation.kind {
        Kind::Repeated | Kind::Product | Kind::Counted | Kind::Across => Severity::Warning,
        _ => Severity::Error,
    };
    most.min(rule)
}

/// The number that mends it, where there is no doubt which one is wrong.
fn fixes(
    context: &Judged<'_>,
    relation: &Relation,
    fact: &Fact,
    finding: &mut Finding,
    expected: Option<&str>,
) {
    // A slot is mended in its table.
    if fact.derived || !relation.certain {
        return;
    }
    if let Some(text) = finding
        .expected
        .clone()
        .filter(|_| relation.cause == Some(Cause::Unit) && relation.kind == Kind::Parts)
    {
        finding.fix(format!("改为 {text}"), false, fact.whole, text);
        return;
    }
    if let Some(expected) = expected {
        let shown = number_with_unit(context, fact, expected);
        finding.fix(format!("改为 {shown}"), false, fact.range, expected);
    }
}

/// As it would be written in the number's place.
fn print(context: &Judged<'_>, fact: &Fact, expected: Amount) -> String {
    let style = Style {
        decimals: fact.decimals.max(expected.decimals()).min(6),
        trailing_zeros: true,
        thousands: context.text(fact.range).contains(','),
    };
    // A sign that a word says isn't written again.
    let signed = context.text(fact.range).starts_with(['-', '－', '−']);
    let minus_before = fact.amount.is_negative() && !signed;
    if minus_before {
        expected.abs().print(style)
    } else {
        expected.print(style)
    }
}

fn number_with_unit(context: &Judged<'_>, fact: &Fact, number: &str) -> String {
    let number: String = number.split_whitespace().collect();
    match fact.measure {
        Measure::Percent => format!("{number}%"),
        Measure::Money { unit, .. } => format!("{number} {}", unit.name()),
        Measure::None => number,
        _ => {
            let whole = context.text(fact.whole);
            let unit = whole.strip_prefix(context.text(fact.range));
            format!("{number} {}", unit.unwrap_or_default().trim())
        }
    }
}

fn cells(context: &Judged<'_>, relation: &Relation) -> Vec<String> {
    let cells = relation.cells.iter().filter_map(|id| context.cell(*id));
    // What stands in a column of the year before isn't what is said to be wrong: its number tells.
    let named = |cell: CellAt<'_>| match relation.kind {
        Kind::Across => format!("{} {}", cell.name(context.document), cell.text(context)),
        _ => cell.name(context.document),
    };
    let own = cells.map(named);
    let other = relation.other.and_then(|(sibling, id)| {
        let document = sibling.of(context.document)?;
        let cell = CellAt::of(document, id)?;
        let number = document.slice(cell.cell.range);
        Some(format!(
            "{}的{} {number}",
            sibling.name(),
            cell.name(document)
        ))
    });
    own.chain(other).collect()
}

/// What the number is said of, as written.
fn subject_text(context: &Judged<'_>, relation: &Relation) -> String {
    let narrative = &context.ledger.prose.narrative;
    // A part's own subject, where a part is to blame.
    let own = narrative
        .fact(relation.fact)
        .and_then(|fact| fact.statement)
        .or(relation.statement);
    let Some(statement) = own.and_then(|id| narrative.statement(id)) else {
        return String::new();
    };
    let trim = |range: TextRange| -> String {
        let text = context.text(range);
        let text = text.trim_start_matches(['.', '．', '、', '，', ',', ' ', '：', ':']);
        text.split_whitespace().collect()
    };
    let subject = trim(statement.subject);
    match statement.head {
        Some(head) if subject.chars().count() < 12 => {
            let head = trim(head);
            if subject.is_empty() {
                head
            } else {
                format!("{head}：{subject}")
            }
        }
        _ => subject,
    }
}

/// The section, and what is spoken of.
fn subject(context: &Judged<'_>, relation: &Relation) -> Subject {
    let narrative = &context.ledger.prose.narrative;
    let statement = relation.statement.and_then(|id| narrative.statement(id));
    let heading = statement.and_then(|it| it.heading);
    let heading = heading.and_then(|id| context.document.heading(id));
    let section = heading.map(|heading| {
        context
            .document
            .section_spec(heading.target)
            .map_or_else(|| heading.key.clone(), |spec| spec.id.clone())
    });
    Subject {
        section,
        row: Some(relation.subject.clone()).filter(|it| !it.is_empty()),
        ..Subject::default()
    }
}

/// The slip that explains a wrong number, in words.
fn told(context: &Judged<'_>, cause: Cause) -> Option<String> {
    let name = |id: CellId| context.cell(id).map(|cell| cell.name(context.document));
    Some(match cause {
        Cause::Denominator => "疑似用本年数作了分母，应除以上年数".to_owned(),
        Cause::Cut => "末位是舍去的，没有四舍五入".to_owned(),
        Cause::Balanced => "疑似为使各项占比合计为 100% 而调整".to_owned(),
        Cause::Unit => "疑似元与万元混用".to_owned(),
        Cause::Point => "疑似小数点错位".to_owned(),
        Cause::Transposed => "疑似相邻两位数字颠倒".to_owned(),
        Cause::Digit => "疑似有一位数字写错、漏写或重复".to_owned(),
        Cause::Direction => "疑似增减方向写反".to_owned(),
        Cause::Other(id) => format!("与{}相同，疑似误填了另一科目的数", name(id)?),
    })
}
