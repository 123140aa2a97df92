//! What a subject, a heading, a row or a column is about, whatever way it is written.

mod account;
mod lead;
mod letters;
mod names;
mod partition;
mod stem;
#[cfg(test)]
mod tests;
mod within;

use std::borrow::Cow;

use budget_catalog::name;

pub(crate) use account::Account;
pub(crate) use lead::is_lead;
pub(crate) use letters::{Letters, begins, ends, has, is_called, is_chinese, last_letter};
pub(crate) use names::Names;
pub(crate) use partition::{are_apart, belong_together, fund, is_partition, is_usual_division};
pub(crate) use stem::{stem, stem_of};
pub(crate) use within::{leading, part_of, whole};

use crate::heading::drop_years;
use account::account;

/// Which tables a heading or a subject speaks of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Scope {
    /// 收支总体
    Balance,
    /// 收入
    Income,
    /// 支出
    Expense,
    /// 财政拨款收支
    Fiscal,
    /// 一般公共预算支出
    General,
    /// 基本支出
    Basic,
    /// 项目支出
    Projects,
    /// “三公”经费
    Hospitality,
    /// 政府性基金
    Fund,
    /// 国有资本经营
    Capital,
    /// 上年结转结余
    CarryOver,
    /// 机关运行经费
    Running,
    /// 政府采购
    Purchases,
}

impl Scope {
    /// Of a title, reduced by [`name::normalize`].
    pub(crate) fn of_title(title: &str) -> Option<Self> {
        let letters = Letters::of(title);
        let has = |word: &str| letters.have(title, word);
        let both = has("收支") || has("收入支出");
        Some(if has("三公") {
            Scope::Hospitality
        } else if has("国有资产") || has("绩效") {
            return None;
        } else if has("机关运行经费") {
            Scope::Running
        } else if has("政府采购") {
            Scope::Purchases
        } else if has("项目支出") && !has("基本支出") {
            Scope::Projects
        } else if has("基本支出") {
            Scope::Basic
        } else if has("政府性基金") {
            Scope::Fund
        } else if has("国有资本") {
            Scope::Capital
        } else if has("结转") {
            Scope::CarryOver
        } else if has("财政拨款") && both {
            Scope::Fiscal
        } else if has("一般公共预算") && (has("支出") || has("拨款")) {
            Scope::General
        } else if has("财政拨款支出") {
            Scope::Fiscal
        } else if both {
            Scope::Balance
        } else if has("支出") {
            Scope::Expense
        } else if has("收入") {
            Scope::Income
        } else {
            return None;
        })
    }

    /// Where else the same numbers stand.
    pub(crate) fn others(self) -> &'static [Scope] {
        match self {
            Scope::Balance => &[Scope::Income, Scope::Expense],
            Scope::Income | Scope::Expense => &[Scope::Balance],
            // 工资福利支出 of all that was spent may be that of the basic expenditure.
            Scope::General => &[Scope::Basic, Scope::Projects],
            _ => &[],
        }
    }
}

/// Whether money comes in or goes out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Flow {
    Income,
    Expense,
}

/// Which of the columns of a settlement is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Stage {
    /// 年初预算数
    Budget,
    /// 决算数
    Final,
}

/// What is spoken of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Concept {
    /// Which tables the subject itself names.
    pub(crate) scope: Option<Scope>,
    /// Which tables the title above it names.
    pub(crate) above: Option<Scope>,
    /// The account, if it is one.
    pub(crate) account: Option<Account>,
    /// What is left of the subject without the words that don't tell it from others.
    pub(crate) stem: String,
    /// The same with the words that name a table: where it is a row's own name.
    pub(crate) label: String,
    /// The subject without the body, the year and the like.
    pub(crate) name: String,
    pub(crate) flow: Option<Flow>,
    pub(crate) stage: Option<Stage>,
    /// It speaks of another year, or of other bodies than this one.
    pub(crate) elsewhere: bool,
    /// It is no number of this year: another year's, or what is set aside (剔除…).
    pub(crate) apart: bool,
    /// 总计, 总预算: with what is carried over.
    pub(crate) grand: bool,
    /// 本年收入: without.
    pub(crate) this_year: bool,
    /// The body, the year or a total is named: all of it is meant.
    pub(crate) placed: bool,
}

impl Concept {
    /// All of a table.
    pub(crate) fn is_total(&self) -> bool {
        self.account.is_none()
            && matches!(
                &*self.stem,
                "" | "收支" | "收、支" | "总" | "收支总" | "本年" | "部门收支总" | "部门"
            )
    }

    /// Whether it says of which year a number is, and no more: 上年决算数, 2018 年.
    pub(crate) fn is_only_a_year(&self) -> bool {
        const YEARS: [&str; 5] = ["上年度", "上一年度", "上一年", "上年", "去年"];
        let stem = self.stem.trim_start_matches(['是', '为']);
        let rest = YEARS.iter().find_map(|word| stem.strip_prefix(word));
        let rest = rest.unwrap_or(stem);
        self.account.is_none() && matches!(rest, "" | "同期" | "年初" | "本年" | "实际")
    }

    /// Whether it says nothing by itself.
    pub(crate) fn is_empty(&self) -> bool {
        self.account.is_none()
            && self.stem.is_empty()
            && self.scope.is_none()
            && self.flow.is_none()
    }
}

/// Whether a subject is set aside: 不含上解支出.
pub(crate) fn is_aside(subject: &str) -> bool {
    let subject = subject.trim_start();
    ASIDE.iter().any(|word| subject.starts_with(word))
}

/// Words before a subject that say whose or when, not what.
const STARTS: [&str; 21] = [
    "本部门",
    "我部门",
    "该部门",
    "本单位",
    "我单位",
    "该单位",
    "全年",
    "年度",
    "本年度",
    "当年",
    "财政安排",
    "安排",
    "的",
    "涉及",
    "及所属单位",
    "及下属单位",
    "年末",
    "按照",
    "单位全年安排的",
    "全部",
    "部门",
];

/// What a body calls itself after 我 or 本.
const BODIES: [&str; 13] = [
    "局", "委", "厅", "院", "校", "所", "站", "队", "馆", "镇", "乡", "街道", "中心",
];

/// What follows 我局, 本院.
fn own_body(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("我办") {
        return Some(rest);
    }
    let rest = text.strip_prefix(['我', '本'])?;
    BODIES.iter().find_map(|body| rest.strip_prefix(body))
}

/// Phrases that name tables, the longer first.
const SCOPES: [(&str, Scope); 12] = [
    ("一般公共预算当年财政拨款", Scope::General),
    ("一般公共预算当年拨款", Scope::General),
    ("一般公共预算财政拨款", Scope::General),
    ("一般公共预算拨款", Scope::General),
    ("一般公共预算当年", Scope::General),
    ("一般公共预算", Scope::General),
    ("政府性基金预算财政拨款", Scope::Fund),
    ("政府性基金预算拨款", Scope::Fund),
    ("政府性基金预算", Scope::Fund),
    ("国有资本经营预算财政拨款", Scope::Capital),
    ("国有资本经营预算", Scope::Capital),
    ("财政拨款", Scope::Fiscal),
];

/// Words that begin what is set aside, not stated.
const ASIDE: [&str; 6] = ["剔除", "扣除", "不含", "不包括", "不包含", "除"];

/// What may stand before “三公” without making it another thing.
const HOSPITALITY: [&str; 14] = [
    "一般公共预算",
    "公共预算",
    "财政拨款",
    "财政",
    "当年",
    "拨款",
    "年初",
    "预算",
    "决算",
    "安排的",
    "安排",
    "用于",
    "其中",
    "的",
];

/// What may follow 部门整体: all of its money.
const WHOLE: [&str; 9] = [
    "绩效目标",
    "支出绩效目标",
    "支出",
    "支出年度资金总额",
    "年度资金总额",
    "支出资金总额",
    "资金总额",
    "绩效目标年度资金总额",
    "预算绩效目标",
];

/// What may follow a body's name and 单位.
const AFTER_UNIT: [&str; 8] = [
    "支出",
    "收入",
    "收支",
    "预算",
    "基本支出",
    "项目支出",
    "一般公共预算",
    "财政拨款",
];

/// Reads a subject.
pub(crate) fn read(subject: &str, names: &Names) -> Concept {
    let normal =
        name::normalize(subject.trim_start_matches(['.', '．', '、', '，', ',', ' ', '\n']));
    if has(&normal, "中")
        && let Some((whole, part)) = within::split(&normal)
    {
        return part_of(&read_one(whole, names), read_one(part, names));
    }
    read_one(&normal, names)
}

/// Names that are written shorter than the tables have them, and what they stand for.
const SHORT: [(&str, &str); 4] = [
    ("公务车", "公务用车"),
    ("公车购置", "公务用车购置"),
    ("公车运行", "公务用车运行"),
    ("一般公共财政拨款", "一般公共预算财政拨款"),
];

/// A subject with the names in it as the tables have them.
fn spelt_out(subject: &str) -> Cow<'_, str> {
    let mut letters = Letters::of(subject);
    let mut spelt = Cow::Borrowed(subject);
    for (short, long) in SHORT {
        if letters.have(&spelt, short) {
            spelt = Cow::Owned(spelt.replace(short, long));
            letters = Letters::of(&spelt);
        }
    }
    spelt
}

/// Reads what names one thing, as compared.
fn read_one(normal: &str, names: &Names) -> Concept {
    let mut concept = Concept::default();
    let normal = &*spelt_out(normal);
    let dated = has(normal, "年");
    let plain = match dated {
        true => drop_years(normal),
        false => Cow::Borrowed(normal),
    };
    concept.placed = plain.len() != normal.len();
    concept.apart =
        dated && names.is_of_another_year(normal) || ASIDE.iter().any(|word| begins(&plain, word));
    let normal = plain;
    let letters = Letters::of(&normal);
    let has = |text: &str, word: &str| letters.have(text, word);
    let mut rest = &*normal;
    let first = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "().、".contains(c));
    concept.elsewhere |= names.is_of_another(first);
    // 及下属 3 家行政单位和 4 家事业单位的机关运行经费
    if has(rest, "及下属") || has(rest, "及所属") {
        concept.elsewhere = true;
        rest = rest.rsplit_once('的').map_or(rest, |(_, rest)| rest);
    }
    loop {
        let next = names.strip(rest).or_else(|| own_body(rest));
        let next = next.or_else(|| {
            let start = STARTS.iter().find(|start| begins(rest, start))?;
            let carried = ["年末结转", "年末结余"].iter().any(|it| begins(rest, it));
            rest.strip_prefix(start).filter(|_| !carried)
        });
        // 部门 alone is what is meant.
        match next {
            Some(next) if next != rest => rest = next,
            _ => break,
        }
        concept.placed = true;
    }
    // 本级 is one of the bodies of a department.
    let level = [
        "本级",
        "(本级)",
        "机关本级",
        "局本级",
        "厅本级",
        "委本级",
        "局机关",
        "厅机关",
        "委机关",
    ];
    if let Some(next) = level
        .iter()
        .find(|word| begins(rest, word))
        .and_then(|word| rest.strip_prefix(word))
    {
        concept.elsewhere |= !names.is_own_level();
        concept.placed = true;
        rest = next;
    }
    // 某办（本级）单位支出预算; 单位资金 is another thing.
    if concept.placed
        && let Some(next) = rest.strip_prefix("单位")
        && AFTER_UNIT.iter().any(|word| begins(next, word))
    {
        rest = next;
    }
    // 部门整体支出年度资金总额, 整体绩效目标 1 个，涉及金额 …: all that is spent.
    if let Some(of) = begins(rest, "整体")
        .then(|| rest.strip_prefix("整体"))
        .flatten()
        && WHOLE.contains(&of)
        && stage(rest, letters).is_none()
    {
        concept.placed = true;
        concept.name = rest.to_owned();
        concept.scope = Some(Scope::Expense);
        concept.flow = Some(Flow::Expense);
        concept.elsewhere |= concept.apart;
        return concept;
    }
    // 用于基本工资、津贴补贴等人员经费
    let rest = within::summed_up(rest);
    // “一般公共服务支出”科目
    let rest = rest.strip_suffix("科目").unwrap_or(rest);
    let quoted = rest.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let rest = quoted.filter(|it| !it.contains('"')).unwrap_or(rest);
    if let Some(account) = account(rest) {
        concept.account = Some(account);
        concept.stage = stage(rest, letters);
        concept.elsewhere |= concept.apart;
        return concept;
    }
    let ends_elsewhere = ["上年", "去年", "上一年"]
        .iter()
        .any(|word| has(rest, word));
    let carried = has(rest, "结转") || has(rest, "结余");
    concept.apart |= ends_elsewhere && !carried || has(rest, "由上年") || has(rest, "从上年");
    concept.elsewhere |= concept.apart;
    concept.stage = stage(rest, letters);
    concept.grand = has(rest, "总计") || has(rest, "总预算");
    concept.this_year =
        rest.starts_with("本年") || normal.starts_with("当年") || normal.starts_with("本年");
    concept.placed |= concept.grand || concept.this_year || has(rest, "总") || has(rest, "合计");
    let mut plain = Cow::Borrowed(rest);
    if has(rest, "年初预算") {
        plain = Cow::Owned(rest.replace("年初预算数", "").replace("年初预算", ""));
    }
    if let Some(cut) = plain
        .strip_suffix("支出决算")
        .or_else(|| plain.strip_suffix("收入决算"))
    {
        // 一般公共预算支出决算 is what was spent.
        let flow = if plain.ends_with("支出决算") {
            "支出"
        } else {
            "收入"
        };
        plain = Cow::Owned(format!("{cut}{flow}"));
    }
    concept.name = rest.to_owned();
    concept.label = stem(&plain).0.into_owned();
    let mut rest = &*plain;
    if has(rest, "三公")
        && let Some(at) = rest.find("\"三公\"")
    {
        concept.scope = Some(Scope::Hospitality);
        let mut before = rest.get(..at).unwrap_or_default();
        while let Some(next) = HOSPITALITY
            .iter()
            .find_map(|word| before.strip_prefix(word))
        {
            before = next;
        }
        // 全口径“三公”经费, 其他资金“三公”经费
        concept.elsewhere |= !before.is_empty();
        rest = rest.get(at..).unwrap_or(rest);
    } else {
        for (phrase, scope) in SCOPES {
            if begins(rest, phrase)
                && let Some(after) = rest.strip_prefix(phrase)
            {
                let (left, flow) = stem(after);
                // 一般公共预算 alone is a source of income; more than that, a table.
                if !after.is_empty()
                    && (flow.is_some() || !left.is_empty())
                    && !after.starts_with('-')
                {
                    concept.scope = Some(scope);
                    if !(left.is_empty() && scope != Scope::Fiscal) {
                        rest = after;
                    }
                }
                break;
            }
        }
    }
    let (stem, flow) = stem(rest);
    concept.stem = stem.into_owned();
    concept.flow = flow;
    // 一般公共预算拨款收入 is income, and no line of 一般公共预算支出.
    if flow == Some(Flow::Income)
        && matches!(
            concept.scope,
            Some(Scope::General | Scope::Fund | Scope::Capital)
        )
    {
        concept.scope = None;
    }
    concept
}

fn stage(subject: &str, letters: Letters) -> Option<Stage> {
    let planned = ["预算数", "预算", "预算安排", "预算金额", "预算总额"];
    if letters.have(subject, "年初预算") || planned.iter().any(|end| ends(subject, end)) {
        Some(Stage::Budget)
    } else if letters.have(subject, "决算") || subject.ends_with("执行数") {
        Some(Stage::Final)
    } else {
        None
    }
}
