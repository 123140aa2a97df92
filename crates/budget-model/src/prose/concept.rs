//! What a subject, a heading, a row or a column is about, whatever way it is written.

use budget_catalog::name;
use rustc_hash::FxHashSet;

use crate::heading::drop_years;

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
}

impl Scope {
    /// Of a title, reduced by [`name::normalize`].
    pub(crate) fn of_title(title: &str) -> Option<Self> {
        let has = |word: &str| title.contains(word);
        let both = has("收支") || has("收入支出");
        Some(if has("三公") {
            Scope::Hospitality
        } else if has("机关运行经费") || has("政府采购") || has("国有资产") || has("绩效")
        {
            return None;
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

/// The name of an account as prose writes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Account {
    /// Its code, if digits are given for each level.
    pub(crate) code: Option<String>,
    /// The stems of its names, 类 first.
    pub(crate) names: Vec<String>,
}

/// What is spoken of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Concept {
    /// Which tables the subject itself names.
    pub(crate) scope: Option<Scope>,
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
                "" | "收支" | "总" | "收支总" | "本年" | "部门收支总" | "部门"
            )
    }

    /// Whether it says nothing by itself.
    pub(crate) fn is_empty(&self) -> bool {
        self.account.is_none()
            && self.stem.is_empty()
            && self.scope.is_none()
            && self.flow.is_none()
    }
}

/// Words at the end of a name that don't tell it from others.
const ENDS: [&str; 24] = [
    "预算数",
    "决算数",
    "执行数",
    "预算",
    "决算",
    "合计",
    "总计",
    "小计",
    "金额",
    "数额",
    "总额",
    "总数",
    "费用",
    "经费",
    "费",
    "拨款",
    "安排",
    "规模",
    "情况",
    "支出",
    "收入",
    "数",
    "额",
    "的",
];

/// Whether a subject is set aside: 不含上解支出.
pub(crate) fn is_aside(subject: &str) -> bool {
    let subject = subject.trim_start();
    ASIDE.iter().any(|word| subject.starts_with(word))
}

/// The stem of a name, and the flow its end says.
pub(crate) fn stem(name: &str) -> (String, Option<Flow>) {
    let mut rest = name;
    let mut flow = None;
    loop {
        let cut = ENDS.iter().find_map(|end| {
            let cut = rest.strip_suffix(end)?;
            Some((cut, *end))
        });
        let Some((cut, end)) = cut else { break };
        match end {
            "支出" if flow.is_none() => flow = Some(Flow::Expense),
            "收入" if flow.is_none() => flow = Some(Flow::Income),
            _ => {}
        }
        rest = cut;
    }
    let rest = rest.replace("运行维护", "运行");
    (rest, flow)
}

/// Words before a subject that say whose or when, not what.
const STARTS: [&str; 25] = [
    "本部门",
    "我部门",
    "该部门",
    "本单位",
    "我单位",
    "该单位",
    "我局",
    "本局",
    "我委",
    "我办",
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

/// The names a body goes by, reduced, and its year.
pub(crate) struct Names {
    names: Vec<String>,
    /// Those of the bodies below it.
    others: Vec<String>,
    year: Option<u16>,
}

impl Names {
    pub(crate) fn new<'n>(
        names: impl Iterator<Item = &'n str>,
        others: &str,
        year: Option<u16>,
    ) -> Self {
        let others = others.split(['、', '，', ',', '；', ';']);
        let others = sorted(others.map(str::trim));
        let mut names = sorted(names);
        names.retain(|name| !others.contains(name));
        Self {
            names,
            others,
            year,
        }
    }

    /// Whether a subject begins with the name of a body below this one.
    fn is_of_another(&self, subject: &str) -> bool {
        self.others
            .iter()
            .any(|it| subject.starts_with(it.as_str()))
    }

    fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut names = self.names.iter();
        names.find_map(|it| text.strip_prefix(it.as_str()))
    }

    /// 本级 is all of a body that calls itself so.
    fn is_own_level(&self) -> bool {
        self.names.iter().any(|it| it.contains("本级"))
    }

    /// Whether a subject names a year that isn't the document's: 2018年, 上年.
    fn is_of_another_year(&self, subject: &str) -> bool {
        let Some(own) = self.year else { return false };
        subject.match_indices('年').any(|(at, _)| {
            let head = subject.get(..at).unwrap_or_default();
            let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
            let year = head.get(head.len() - digits..).unwrap_or_default();
            digits == 4 && year.parse().is_ok_and(|year: u16| year != own)
        })
    }
}

/// Names as they are compared, the longest first.
fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(|it| name::normalize(it).into_owned()).collect();
    names.retain(|it| it.chars().count() >= 2);
    names.sort_by_key(|it| std::cmp::Reverse(it.len()));
    names.dedup();
    names
}

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

/// Reads a subject.
pub(crate) fn read(subject: &str, names: &Names) -> Concept {
    let normal =
        name::normalize(subject.trim_start_matches(['.', '．', '、', '，', ',', ' ', '\n']));
    let mut concept = Concept::default();
    let plain = drop_years(&normal);
    concept.placed = plain.len() != normal.len();
    concept.apart =
        names.is_of_another_year(&normal) || ASIDE.iter().any(|word| plain.starts_with(word));
    let normal = plain;
    let mut rest = normal.as_str();
    let first = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "().、".contains(c));
    concept.elsewhere |= names.is_of_another(first);
    // 及下属 3 家行政单位和 4 家事业单位的机关运行经费
    if rest.contains("及下属") || rest.contains("及所属") {
        concept.elsewhere = true;
        rest = rest.rsplit_once('的').map_or(rest, |(_, rest)| rest);
    }
    loop {
        let next = names
            .strip(rest)
            .or_else(|| STARTS.iter().find_map(|start| rest.strip_prefix(start)));
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
    if let Some(next) = level.iter().find_map(|word| rest.strip_prefix(word)) {
        concept.elsewhere |= !names.is_own_level();
        concept.placed = true;
        rest = next;
    }
    if let Some(account) = account(rest) {
        concept.account = Some(account);
        concept.stage = stage(rest);
        concept.elsewhere |= concept.apart;
        return concept;
    }
    let ends_elsewhere = ["上年", "去年", "上一年"]
        .iter()
        .any(|word| rest.starts_with(word));
    let carried = rest.contains("结转") || rest.contains("结余");
    concept.apart |=
        ends_elsewhere && !carried || rest.contains("由上年") || rest.contains("从上年");
    concept.elsewhere |= concept.apart;
    concept.stage = stage(rest);
    concept.grand = rest.contains("总计") || rest.contains("总预算");
    concept.this_year =
        rest.starts_with("本年") || normal.starts_with("当年") || normal.starts_with("本年");
    concept.placed |=
        concept.grand || concept.this_year || rest.contains('总') || rest.contains("合计");
    let mut plain = rest.replace("年初预算数", "").replace("年初预算", "");
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
        plain = format!("{cut}{flow}");
    }
    concept.name = rest.to_owned();
    concept.label = stem(&plain).0;
    let mut rest = plain.as_str();
    if let Some(at) = rest.find("\"三公\"") {
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
            if let Some(after) = rest.strip_prefix(phrase) {
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
    concept.stem = stem;
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

fn stage(subject: &str) -> Option<Stage> {
    let planned = ["预算数", "预算", "预算安排", "预算金额", "预算总额"];
    if subject.contains("年初预算") || planned.iter().any(|end| subject.ends_with(end)) {
        Some(Stage::Budget)
    } else if subject.contains("决算") || subject.ends_with("执行数") {
        Some(Stage::Final)
    } else {
        None
    }
}

/// `一般公共服务支出(201)政府办公厅(室)及相关机构事务(03)行政运行(01)`, `…(类)…(款)…(项)`,
/// `公共安全支出(204类)…`, `2010301行政运行`.
fn account(text: &str) -> Option<Account> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if matches!(digits, 3 | 5 | 7) {
        let (code, label) = text.split_at_checked(digits)?;
        if label.chars().next().is_some_and(|c| !c.is_ascii()) {
            return Some(Account {
                code: Some(code.to_owned()),
                names: vec![stem(&name::normalize_account(label)).0],
            });
        }
    }
    let mut account = Account::default();
    let mut code = String::new();
    let mut numbered = true;
    let mut start = 0;
    let mut open = None;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open = Some(at),
            ')' => {
                let Some(from) = open.take() else { continue };
                let inner = text.get(from + 1..at)?;
                let number = inner.trim_end_matches(['类', '款', '项']);
                let is_number = !number.is_empty()
                    && number.len() <= 7
                    && number.bytes().all(|byte| byte.is_ascii_digit());
                if !(is_number || matches!(inner, "类" | "款" | "项")) {
                    continue;
                }
                let own = text.get(start..from)?;
                start = at + 1;
                if own.is_empty() {
                    // 行政运行(01)(项)
                    continue;
                }
                if account.names.len() == 3 {
                    return None;
                }
                account
                    .names
                    .push(stem(own.trim_start_matches(['、', ','])).0);
                numbered &= is_number;
                if is_number {
                    if number.len() > 3 {
                        code.clear();
                    }
                    code.push_str(number);
                }
            }
            _ => {}
        }
    }
    if account.names.is_empty() {
        return None;
    }
    if numbered && matches!(code.len(), 3 | 5 | 7) {
        account.code = Some(code);
    }
    Some(account)
}

/// Parts that are all there is of their whole, by their stems.
struct Partition {
    parts: &'static [&'static str],
    /// Those without which a set is not whole.
    needed: &'static [&'static str],
    /// What the whole must be called, if that matters: 人员 and 公用 are all of 基本支出, not of an account.
    whole: &'static [&'static str],
}

const PARTITIONS: [Partition; 7] = [
    Partition {
        parts: &[
            "基本",
            "项目",
            "上缴上级",
            "经营",
            "对附属单位补助",
            "事业单位经营",
        ],
        needed: &["基本", "项目"],
        whole: &[],
    },
    Partition {
        parts: &["人员", "公用", "日常公用"],
        needed: &["人员"],
        whole: &["基本"],
    },
    Partition {
        parts: &["货物", "工程", "服务"],
        needed: &["货物", "服务"],
        whole: &["采购"],
    },
    Partition {
        parts: &[
            "因公出国(境)",
            "公务用车购置及运行",
            "公务用车购置",
            "公务用车运行",
            "公务接待",
            "公务用车",
            "购置",
            "运行",
        ],
        needed: &["公务接待"],
        whole: &["三公"],
    },
    Partition {
        parts: &["购置", "运行", "公务用车购置", "公务用车运行"],
        needed: &[],
        whole: &["公务用车", "购置及运行"],
    },
    Partition {
        parts: &[
            "在职",
            "退休",
            "离休",
            "离退休",
            "在职人员",
            "退休人员",
            "离休人员",
            "离退休人员",
        ],
        needed: &["在职"],
        whole: &[],
    },
    Partition {
        parts: &["财政", "上级补助", "事业", "经营", "附属单位上缴", "其他"],
        needed: &["财政", "其他"],
        whole: &[],
    },
];

fn bare(stem: &str) -> &str {
    let stem = stem
        .strip_prefix("政府采购")
        .or_else(|| stem.strip_prefix("采购"))
        .unwrap_or(stem);
    stem.strip_suffix("类采购")
        .or_else(|| stem.strip_suffix('类'))
        .unwrap_or(stem)
}

/// Whether parts with these stems can stand beside each other in one whole.
pub(crate) fn belong_together(stems: &[String]) -> bool {
    let within = |it: &Partition| stems.iter().all(|stem| it.parts.contains(&bare(stem)));
    PARTITIONS.iter().any(within)
}

/// Whether parts with these stems are all there is of a whole of that name.
pub(crate) fn is_partition(stems: &[String], whole: &str) -> bool {
    let stems: FxHashSet<&str> = stems.iter().map(|stem| bare(stem)).collect();
    if stems.len() < 2 {
        return false;
    }
    PARTITIONS.iter().any(|set| {
        let has = |needed: &&str| stems.iter().any(|stem| stem.starts_with(*needed));
        let named = set.whole.is_empty() || set.whole.iter().any(|word| whole.contains(word));
        named && stems.iter().all(|stem| set.parts.contains(stem)) && set.needed.iter().all(has)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(subject: &str) -> Concept {
        let names = Names::new(["某县水利局", "县水利局"].into_iter(), "", Some(2020));
        read(subject, &names)
    }

    #[test]
    fn accounts_in_their_written_forms() {
        let code = |subject: &str| concept(subject).account.and_then(|it| it.code);
        let full = Some("2010301".to_owned());
        assert_eq!(
            code("一般公共服务支出（201）政府办公厅（室）及相关机构事务（03）行政运行（01）"),
            full
        );
        assert_eq!(code("2010301 行政运行"), full);
        assert_eq!(
            code("公共安全支出（204类）司法（06款）其他司法支出（99项）"),
            Some("2040699".to_owned())
        );
        assert_eq!(code("一般公共服务支出（201类）"), Some("201".to_owned()));
        let named = concept(
            "1.一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）2020 年预算数",
        );
        let account = named.account.unwrap();
        assert_eq!(account.code, None);
        assert_eq!(
            account.names,
            ["一般公共服务", "政府办公厅(室)及相关机构事务", "行政运行"]
        );
        assert_eq!(concept("因公出国（境）费").account, None);
        assert_eq!(concept("12 月工资").account, None);
    }

    #[test]
    fn the_body_and_the_year_are_set_aside() {
        for subject in [
            "某县水利局 2020 年“三公”经费财政拨款预算数",
            "2020年本部门“三公”经费预算安排",
            "2020 年度一般公共预算“三公”经费支出决算",
        ] {
            let concept = concept(subject);
            assert_eq!(concept.scope, Some(Scope::Hospitality), "{subject}");
        }
        let total = concept("某县水利局2020年收支总预算");
        assert!(total.is_total());
        assert_eq!(
            concept("县水利局 2020 年支出预算").flow,
            Some(Flow::Expense)
        );
        let basic = concept("2020年一般公共预算拨款基本支出");
        assert_eq!((basic.scope, &*basic.stem), (Some(Scope::General), "基本"));
        let source = concept("一般公共预算");
        assert_eq!((source.scope, &*source.stem), (None, "一般公共"));
        assert!(concept("某县水利局及下属 3 家行政单位的机关运行经费预算").elsewhere);
        assert!(concept("上年决算数").elsewhere);
        assert!(!concept("上年结转").elsewhere);
    }

    #[test]
    fn names_with_other_ends_are_one() {
        let same = |a: &str, b: &str| assert_eq!(stem(a), stem(b), "{a} {b}");
        same("公务用车运行费", "公务用车运行维护费");
        same("公务用车购置", "公务用车购置费");
        same("本年收入合计", "本年收入");
        assert_ne!(stem("其他收入"), stem("其他支出"));
        assert_ne!(stem("基本支出"), stem("项目支出"));
    }

    #[test]
    fn sets_that_are_whole() {
        let whole = |name: &str, stems: &[&str]| {
            is_partition(&stems.iter().map(|it| stem(it).0).collect::<Vec<_>>(), name)
        };
        assert!(whole("", &["基本支出", "项目支出"]));
        let purchases = ["政府采购货物预算", "政府采购工程预算", "政府采购服务预算"];
        assert!(whole("政府采购", &purchases));
        assert!(!whole("项目", &purchases));
        assert!(whole(
            "政府采购",
            &["货物类采购预算", "工程类采购预算", "服务类采购预算"]
        ));
        assert!(whole(
            "\"三公\"",
            &["公务接待费", "公务用车购置及运行维护费"]
        ));
        assert!(whole("公务用车购置及运行", &["购置费", "运行维护费"]));
        assert!(whole("基本", &["人员经费", "公用经费"]));
        // An account has project money too.
        assert!(!whole("行政运行", &["人员经费", "公用经费"]));
        assert!(!whole("", &["基本支出"]));
        assert!(!whole(
            "采购",
            &["授予中小企业合同金额", "授予小微企业合同金额"]
        ));
        assert!(!whole("", &["基本支出", "人员经费"]));
    }

    #[test]
    fn what_is_not_of_this_year_or_body() {
        for subject in [
            "2018年度本年支出",
            "剔除上年一次性项目",
            "公用经费由上年的",
            "去年",
        ] {
            assert!(concept(subject).apart, "{subject}");
        }
        for subject in ["2020年度本年支出", "上年结转", "2020年末结转和结余"] {
            assert!(!concept(subject).apart, "{subject}");
        }
        for subject in ["本级支出", "某县水利局本级支出", "全口径“三公”经费"]
        {
            assert!(concept(subject).elsewhere, "{subject}");
        }
        let own = Names::new(["某市政府办公厅（本级）"].into_iter(), "", Some(2020));
        assert!(!read("本级支出", &own).elsewhere);
    }
}
