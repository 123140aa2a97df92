//! The front matter (文档信息): its keys, what they mean and what may be written there. The one table from which
//! it is read, checked, completed and explained; the reference of the language prints it.

/// A key that the language knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FrontKey {
    /// 模板
    Template,
    /// 部门
    Body,
    /// 简称
    ShortNames,
    /// 下属单位
    Affiliates,
    /// 年度
    Year,
    /// 金额单位
    Unit,
    /// 状态
    Status,
    /// 公开日期
    Published,
    /// 落款
    Signature,
    /// 封面
    Cover,
    /// 上年文档
    LastYear,
    /// 预算文档
    Budget,
    /// 小数
    Decimals,
    /// 末尾零
    TrailingZeros,
    /// 千分位
    Thousands,
    /// 百分比小数
    PercentDecimals,
}

/// What there is to know of a key.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// As it is written.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub brief: &'static str,
    /// What it means, in sentences.
    pub meaning: &'static str,
    /// What may be written.
    pub values: Values,
}

/// What may be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Values {
    /// Anything, of which this is told; other rules look at it.
    Text(&'static str),
    /// Four digits: `2020`, `2020年`.
    Year,
    /// A day or month of the calendar.
    Date,
    /// A unit of money: one of these, or words around one of them.
    Unit(&'static [Choice]),
    /// One of these.
    OneOf(&'static [Choice]),
    /// A number of decimals, up to [`MOST_DECIMALS`]; the usual ones.
    Decimals(&'static [Choice]),
}

/// A value and what comes of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Choice {
    /// As it is written.
    pub word: &'static str,
    /// An example, or what it means; empty where the word says it.
    pub detail: &'static str,
}

/// The most decimals that numbers can be wanted with.
pub const MOST_DECIMALS: u8 = 9;

/// 状态: holes are counted, not errors.
pub const DRAFT: &str = "草稿";
/// 状态: each hole is an error.
pub const REVIEW: &str = "送审";
/// 状态: out.
pub const PUBLISHED: &str = "公开";
/// 末尾零 are kept.
pub const KEPT: &str = "留";
/// 末尾零 are left out.
pub const TRIMMED: &str = "去";
/// 千分位 are separated.
pub const WITH: &str = "有";
/// 千分位 aren't separated.
pub const WITHOUT: &str = "无";

const fn choice(word: &'static str, detail: &'static str) -> Choice {
    Choice { word, detail }
}

const UNITS: &[Choice] = &[choice("万元", ""), choice("元", ""), choice("亿元", "")];
const STATES: &[Choice] = &[
    choice(DRAFT, "还在填写：待填处只计数"),
    choice(REVIEW, "每个待填处都要填好"),
    choice(PUBLISHED, "已经公开"),
];
const AMOUNTS: &[Choice] = &[
    choice("2", "3384.00"),
    choice("1", "3384.0"),
    choice("0", "3384"),
];
const RATES: &[Choice] = &[
    choice("2", "12.50%"),
    choice("1", "12.5%"),
    choice("0", "13%"),
];
const ZEROS: &[Choice] = &[choice(KEPT, "3384.00"), choice(TRIMMED, "3384")];
const THOUSANDS: &[Choice] = &[choice(WITHOUT, "3384.00"), choice(WITH, "3,384.00")];
const LIST: Values = Values::Text("名称，几个之间用顿号隔开");
const FILE: Values = Values::Text("文件名，从本文件所在的文件夹算起");

impl FrontKey {
    /// Every key, in the order in which they are usually written.
    pub const ALL: [Self; 16] = [
        Self::Template,
        Self::Body,
        Self::ShortNames,
        Self::Affiliates,
        Self::Year,
        Self::Unit,
        Self::Status,
        Self::Published,
        Self::Signature,
        Self::Cover,
        Self::LastYear,
        Self::Budget,
        Self::Decimals,
        Self::TrailingZeros,
        Self::Thousands,
        Self::PercentDecimals,
    ];

    /// The key that is written so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// As it is written.
    pub const fn name(self) -> &'static str {
        self.about().name
    }

    /// What there is to know of it.
    pub const fn about(self) -> About {
        let (name, brief, meaning, values) = match self {
            Self::Template => (
                "模板",
                "按哪个模板核对",
                "按哪个模板核对：要有哪些部分、表和列，哪些数要相等。",
                Values::Text("模板的名称"),
            ),
            Self::Body => (
                "部门",
                "单位全称",
                "公开单位的全称。标题和正文里的单位名称与它核对。",
                Values::Text("单位全称"),
            ),
            Self::ShortNames => (
                "简称",
                "文中用的其他名称，用顿号隔开",
                "文中用的其他名称。",
                LIST,
            ),
            Self::Affiliates => (
                "下属单位",
                "下属单位名称，用顿号隔开",
                "下属单位的名称；按单位分段的表里会用到。",
                LIST,
            ),
            Self::Year => (
                "年度",
                "预算年度",
                "哪一年的预算或决算。标题里的年度与它核对，科目编码按这一年的目录核对。",
                Values::Year,
            ),
            Self::Unit => (
                "金额单位",
                "没有另写单位的表用它",
                "没有另写单位的表用它。",
                Values::Unit(UNITS),
            ),
            Self::Status => (
                "状态",
                "草稿、送审或公开",
                "写到哪一步：草稿里待填的地方只计数，送审和公开时每一处都要填好；不写是送审。",
                Values::OneOf(STATES),
            ),
            Self::Published => ("公开日期", "如 2020-02-03", "哪一天公开。", Values::Date),
            Self::Signature => (
                "落款",
                "文末的署名",
                "文末的署名。",
                Values::Text("单位名称"),
            ),
            Self::Cover => (
                "封面",
                "封面上的标题",
                "封面上的标题。",
                Values::Text("标题"),
            ),
            Self::LastYear => (
                "上年文档",
                "式子里的“上年.”指它",
                "上一年的文件，式子里的“上年.”指它。",
                FILE,
            ),
            Self::Budget => (
                "预算文档",
                "式子里的“预算.”指它",
                "决算所对的预算文件，式子里的“预算.”指它。",
                FILE,
            ),
            Self::Decimals => (
                "小数",
                "金额的小数位数",
                "算出的金额保留几位小数；不写时照各表的写法。",
                Values::Decimals(AMOUNTS),
            ),
            Self::TrailingZeros => (
                "末尾零",
                "留或去",
                "算出的金额末尾的零留不留；不写时照各表的写法。",
                Values::OneOf(ZEROS),
            ),
            Self::Thousands => (
                "千分位",
                "有或无",
                "算出的金额写不写千分位逗号；不写是无。",
                Values::OneOf(THOUSANDS),
            ),
            Self::PercentDecimals => (
                "百分比小数",
                "百分比的小数位数",
                "算出的百分比保留几位小数；不写是 2 位。",
                Values::Decimals(RATES),
            ),
        };
        About {
            name,
            brief,
            meaning,
            values,
        }
    }
}

impl Values {
    /// The values to choose from, the usual one first; none where anything may be written.
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::Unit(choices) | Self::OneOf(choices) | Self::Decimals(choices) => choices,
            Self::Text(_) | Self::Year | Self::Date => &[],
        }
    }

    /// What may be written, in Chinese.
    pub fn allowed(self) -> String {
        match self {
            Self::Text(what) => what.to_owned(),
            Self::Year => "四位数字，如 2020".to_owned(),
            Self::Date => "日历上有的日期，如 2020-02-03".to_owned(),
            Self::Unit(choices) | Self::OneOf(choices) => {
                let words: Vec<&str> = choices.iter().map(|choice| choice.word).collect();
                words.join("、")
            }
            Self::Decimals(_) => format!("一位数字（0 到 {MOST_DECIMALS}），如 2"),
        }
    }

    /// Whether a value, without blanks around it, is one of them. What isn't counts as not written.
    pub fn fits(self, value: &str) -> bool {
        let numbers = numbers(value);
        // A number counts where the value begins with it.
        let begins = value.starts_with(|c: char| digit(c).is_some());
        match self {
            Self::Text(_) => true,
            Self::Year => begins && matches!(numbers.first(), Some(1950..=2200)),
            Self::Date => match numbers.as_slice() {
                [1950..=2200, 1..=12] => true,
                [year @ 1950..=2200, month @ 1..=12, day] => {
                    (1..=days(*year, *month)).contains(day)
                }
                _ => false,
            },
            Self::Unit(choices) => choices.iter().any(|choice| value.contains(choice.word)),
            Self::OneOf(choices) => choices.iter().any(|choice| choice.word == value),
            Self::Decimals(_) => {
                begins && matches!(numbers.as_slice(), [n] if *n <= u32::from(MOST_DECIMALS))
            }
        }
    }
}

/// The number a value begins with, full-width digits too: `2020年` is 2020.
pub fn leading_number(value: &str) -> Option<u32> {
    let begins = value.trim_start().starts_with(|c| digit(c).is_some());
    begins
        .then(|| numbers(value).first().copied())
        .flatten()
        .filter(|number| *number < u32::MAX)
}

/// Days of a month.
const fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(400) => 29,
        2 if year.is_multiple_of(4) && !year.is_multiple_of(100) => 29,
        2 => 28,
        _ => 31,
    }
}

fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        c => c.to_digit(10),
    }
}

/// The runs of digits, full-width ones too; what is beyond all measure is the largest.
fn numbers(value: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let mut open = None;
    for c in value.chars() {
        open = match (open, digit(c)) {
            (run, Some(digit)) => {
                let run: u32 = run.unwrap_or(0);
                Some(run.saturating_mul(10).saturating_add(digit))
            }
            (Some(run), None) => {
                found.push(run);
                None
            }
            (None, None) => None,
        };
    }
    found.extend(open);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_once() {
        for key in FrontKey::ALL {
            assert_eq!(FrontKey::named(key.name()), Some(key));
        }
        assert_eq!(FrontKey::named("备注"), None);
    }

    #[test]
    fn what_is_offered_fits() {
        for key in FrontKey::ALL {
            let values = key.about().values;
            for choice in values.choices() {
                assert!(values.fits(choice.word), "{key:?} {}", choice.word);
            }
        }
    }

    #[test]
    fn what_fits() {
        let fits = |key: FrontKey, value| key.about().values.fits(value);
        for (key, good, bad) in [
            (
                FrontKey::Year,
                &["2020", "２０２０年"][..],
                &["二〇二〇", "20", "20200", "约2020"][..],
            ),
            (
                FrontKey::Published,
                &["2020-02-29", "2020年2月", "2000-2-29"],
                &["2021-02-29", "1900-2-29", "2020-13-01", "2020", "元旦"],
            ),
            (FrontKey::Unit, &["人民币万元", "元"], &["万", "￥"]),
            (FrontKey::Status, &["草稿"], &["完成", ""]),
            (
                FrontKey::Decimals,
                &["0", "９", "2位"],
                &["10", "两位", "1.5", "-1", "99999999999999999999"],
            ),
            (FrontKey::Cover, &["", "随便"], &[]),
        ] {
            for value in good {
                assert!(fits(key, value), "{key:?} {value}");
            }
            for value in bad {
                assert!(!fits(key, value), "{key:?} {value}");
            }
        }
    }
}
