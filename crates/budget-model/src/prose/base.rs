//! What a number is compared with: of which year it is, and whether it was planned or carried out. Numbers
//! of different bases are never compared.

use budget_catalog::name;

use super::concept::Letters;

/// Of which year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Year {
    /// 上年, 2023 年 in a document of 2024.
    Last,
    /// 年初预算 of the year itself.
    This,
}

/// Which number of that year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Stated {
    /// 上年: it isn't said which.
    Plain,
    /// 上年预算
    Planned,
    /// 上年执行数
    Executed,
    /// 上年决算
    Settled,
}

/// What a number is compared with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Base {
    pub(crate) year: Year,
    pub(crate) stated: Stated,
}

/// Words for the year before; 同比 and 上年同期 are of it too.
const LAST: [&str; 6] = ["上年度", "上一年", "上年", "去年", "同比", "同期"];

/// Budgets that were changed in the course of the year: in no document.
const CHANGED: [&str; 6] = ["调整", "全年预算", "追加", "中期", "月", "季"];

impl Base {
    /// Of words like 与 2022 年预算相比, 上年执行数, 年初预算; `own` is the document's year.
    pub(crate) fn of(text: &str, own: Option<u16>) -> Option<Self> {
        let text = name::normalize(text);
        let letters = Letters::of(&text);
        let has = |word: &str| letters.have(&text, word);
        if CHANGED.iter().any(|word| has(word)) {
            return None;
        }
        let year = match year_of(&text) {
            Some(year) => match own? {
                own if year == own => Year::This,
                own if year.checked_add(1) == Some(own) => Year::Last,
                _ => return None,
            },
            None if LAST.iter().any(|word| has(word)) => Year::Last,
            None => Year::This,
        };
        let stated = if has("执行") {
            Stated::Executed
        } else if has("决算") {
            Stated::Settled
        } else if has("预算") {
            Stated::Planned
        } else {
            Stated::Plain
        };
        let base = Self { year, stated };
        // Of this year only the budget is another number.
        (year == Year::Last || stated == Stated::Planned && has("年初预算")).then_some(base)
    }
}

/// The first year in a text: four digits before 年.
fn year_of(text: &str) -> Option<u16> {
    text.match_indices('年').find_map(|(at, _)| {
        let head = text.get(..at)?;
        let digits = head.bytes().rev().take_while(u8::is_ascii_digit).count();
        let year = head.get(head.len() - digits..)?;
        (digits == 4).then(|| year.parse().ok()).flatten()
    })
}

/// What a column holds of the year before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Held {
    /// Its number.
    Amount,
    /// How much more there is this year.
    Change,
}

/// A column that holds numbers of the year before, by its name (levels of the header joined by `/`);
/// whether it says nothing but that.
pub(crate) fn column(name: &str, own: Option<u16>) -> Option<(Held, Stated)> {
    let letters = Letters::of(name);
    if !["年", "比", "较", "增"]
        .iter()
        .any(|it| letters.may_have(it))
    {
        return None;
    }
    let last = name.rsplit('/').next().unwrap_or(name);
    let is_rate = last.contains('%') || ["幅", "率", "比例"].iter().any(|it| last.contains(it));
    // 2023年预算数比2022年执行数/增减额
    let compared = name
        .split('/')
        .find_map(|level| level.split_once(['比', '较']));
    if let Some((_, base)) = compared.filter(|_| !is_rate) {
        let base = Base::of(base, own).filter(|base| base.year == Year::Last)?;
        return Some((Held::Change, base.stated));
    }
    if is_rate {
        return None;
    }
    if matches!(last, "增减额" | "增减" | "增减数" | "增减金额" | "增减变化") {
        return Some((Held::Change, Stated::Plain));
    }
    name.split('/').find_map(|level| {
        let rest = LAST
            .iter()
            .take(4)
            .find_map(|word| level.strip_prefix(word))
            .or_else(|| level.split_once('年').map(|(_, rest)| rest))?;
        if !is_plain(rest) {
            return None;
        }
        let base = Base::of(level, own)?;
        (base.year == Year::Last).then_some((Held::Amount, base.stated))
    })
}

/// Whether what follows a year says nothing but which number of it is meant.
fn is_plain(rest: &str) -> bool {
    let rest = rest.trim_start_matches('度').trim_start_matches("年初");
    let plain = [
        "",
        "数",
        "金额",
        "预算",
        "预算数",
        "预算安排",
        "执行",
        "执行数",
        "预算执行数",
        "决算",
        "决算数",
    ];
    plain.contains(&rest)
}

/// Whether a label names the document's own year, and nothing but a number of it: 2025年预算数, 本年.
pub(crate) fn is_own(label: &str, own: Option<u16>) -> bool {
    let rest = ["本年", "当年"]
        .iter()
        .find_map(|word| label.strip_prefix(word))
        .or_else(|| {
            let (year, rest) = label.split_once('年')?;
            (own.is_some() && year.parse().ok() == own).then_some(rest)
        });
    rest.is_some_and(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_kept_apart() {
        let of = |text: &str| Base::of(text, Some(2023)).map(|it| (it.year, it.stated));
        assert_eq!(of("上年"), Some((Year::Last, Stated::Plain)));
        assert_eq!(of("与上年预算数"), Some((Year::Last, Stated::Planned)));
        assert_eq!(
            of("比 2022 年当年预算执行数"),
            Some((Year::Last, Stated::Executed))
        );
        assert_eq!(of("较2022年决算"), Some((Year::Last, Stated::Settled)));
        assert_eq!(of("比2022年初预算"), Some((Year::Last, Stated::Planned)));
        assert_eq!(of("同比"), Some((Year::Last, Stated::Plain)));
        assert_eq!(of("年初预算"), Some((Year::This, Stated::Planned)));
        assert_eq!(of("2023年年初预算数"), Some((Year::This, Stated::Planned)));
        for other in [
            "2021年",
            "调整预算数",
            "全年预算数",
            "预算数",
            "2023年决算数",
            "上年调整预算",
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn labels_of_the_own_year() {
        for own in ["2023年", "2023年度", "2023年预算数", "本年预算数", "本年"] {
            assert!(is_own(own, Some(2023)), "{own}");
        }
        for other in [
            "2022年预算数",
            "本年收入",
            "2023年公务接待费",
            "合计",
            "年度",
        ] {
            assert!(!is_own(other, Some(2023)), "{other}");
        }
    }

    #[test]
    fn columns_of_the_year_before() {
        let of = |name: &str| column(name, Some(2023));
        assert_eq!(of("2022年执行数"), Some((Held::Amount, Stated::Executed)));
        assert_eq!(
            of("上年预算数/基本支出"),
            Some((Held::Amount, Stated::Planned))
        );
        assert_eq!(
            of("2023年预算数比2022年执行数/增减额"),
            Some((Held::Change, Stated::Executed))
        );
        assert_eq!(of("比上年增减"), Some((Held::Change, Stated::Plain)));
        for other in [
            "2023年预算数比2022年执行数/增减%",
            "上年结转/一般公共预算",
            "上年结转",
            "2023年预算数/小计",
            "年初预算数",
            "比重",
            "合计",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
