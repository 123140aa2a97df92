//! “三公”经费中公务接待费: what is said of a part, with its whole named before it.

use super::{Account, Concept, Flow, Scope, Stage, has};

/// How a whole ends before 中.
const WHOLES: [&str; 12] = [
    "经费", "支出", "收入", "拨款", "预算", "决算", "资金", "费用", "总额", "采购", ")", "）",
];

/// What makes another word of 中: 支出中央, 收入中小学.
const LONGER: &str = "央小心学期等医型级国长介间标专高";

/// The whole before 中, if that is what stands at the end of a clause.
pub(crate) fn whole(clause: &str) -> Option<&str> {
    let clause = clause.trim_end();
    let before = clause.strip_suffix('中')?.trim_end();
    let before = before.trim_start().trim_start_matches('在');
    let named = WHOLES.iter().any(|end| before.ends_with(end));
    named.then_some(before)
}

/// Where 中 stands after a whole, the last that does, if its part follows.
fn place(subject: &str) -> Option<usize> {
    if !has(subject, "中") {
        return None;
    }
    let (at, _) = subject.rmatch_indices('中').find(|(at, word)| {
        let (before, after) = subject.split_at(*at);
        let after = after.strip_prefix(word).unwrap_or_default();
        let goes_on = after.chars().next().is_none_or(|c| LONGER.contains(c));
        !goes_on && WHOLES.iter().any(|end| before.ends_with(end))
    })?;
    Some(at)
}

/// The bytes of a whole, with 中, in a subject that goes on with its part.
pub(crate) fn leading(subject: &str) -> Option<usize> {
    Some(place(subject)? + "中".len())
}

/// The whole and the part of a subject, as compared.
pub(super) fn split(subject: &str) -> Option<(&str, &str)> {
    let (whole, part) = subject.split_at_checked(place(subject)?)?;
    let part = part.trim_start_matches(['中', '的', '用', '于', ',', '，']);
    let whole = whole.trim_start_matches('在');
    (!part.is_empty()).then_some((whole, part))
}

/// 办公费、水电费等公用经费: what is summed up at the end is what is meant.
pub(super) fn summed_up(subject: &str) -> &str {
    const SUMS: [&str; 4] = ["人员经费", "公用经费", "日常公用经费", "基本支出"];
    if !has(subject, "等") {
        return subject;
    }
    let last = subject.rsplit_once('等');
    let last = last.map(|it| it.1.trim_start_matches('的'));
    last.filter(|it| SUMS.contains(it)).unwrap_or(subject)
}

/// A part, to be looked for where its whole stands; of what isn't known, or of one row of a table, it is a
/// number that stands nowhere.
pub(crate) fn part_of(whole: &Concept, mut part: Concept) -> Concept {
    part.apart |= whole.apart;
    part.elsewhere |= whole.elsewhere;
    // 年初预算中基本支出 is planned too.
    if whole.stage == Some(Stage::Budget) {
        part.stage = part.stage.or(whole.stage);
    }
    // 项目支出中，行政运行（项）20 万元 is a part of that row.
    let split = matches!(&*whole.stem, "基本" | "项目" | "人员" | "公用" | "日常公用");
    part.elsewhere |= split && part.account.as_ref().is_some_and(Account::is_alone);
    if part.scope.is_some() || part.account.is_some() && whole.account.is_none() {
        return part;
    }
    // 2024 年预算中，基本支出 …: as if it weren't said.
    if whole.is_total() && whole.scope.is_none() && whole.flow.is_none() {
        return part;
    }
    part.above = scope(whole);
    part.elsewhere |= part.above.is_none();
    part
}

/// The tables that say what a whole is made of.
fn scope(whole: &Concept) -> Option<Scope> {
    if whole.account.is_some() {
        return None;
    }
    let stem = &*whole.stem;
    match (stem, whole.scope, whole.flow) {
        ("基本" | "人员" | "公用" | "日常公用", ..) => Some(Scope::Basic),
        ("项目", ..) => Some(Scope::Projects),
        ("政府采购" | "采购", ..) => Some(Scope::Purchases),
        ("\"三公\"", scope, _) => scope,
        _ if stem.ends_with("机关运行") => Some(Scope::Running),
        _ if !whole.is_total() => None,
        (_, Some(scope), _) => Some(scope),
        (_, None, Some(Flow::Income)) => Some(Scope::Income),
        (_, None, Some(Flow::Expense)) => Some(Scope::Expense),
        _ => None,
    }
}
