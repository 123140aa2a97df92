//! How names are compared: the same name written two ways is one name.
//!
//! Everything here is for comparing, nothing for display. Most names of a document are already in
//! the reduced form; they are borrowed.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;

use crate::Catalog;

/// A name reduced to what counts when names are compared: NFKC, without any white space, brackets
/// and punctuation in one width (quotation marks become `"`), without leading numbers (`一、`
/// `（一）` `1.` `表一：` `第一部分` …), without `其中：` and without closing colons.
///
/// A name that consists of nothing but such a number keeps it: `表一：` gives `表一`.
pub fn normalize(name: &str) -> Cow<'_, str> {
    match fold(name) {
        Cow::Borrowed(folded) => Cow::Borrowed(strip_leading(folded.trim_end_matches(':'))),
        Cow::Owned(mut folded) => {
            let trimmed = folded.trim_end_matches(':').len();
            folded.truncate(trimmed);
            let prefix = folded.len() - strip_leading(&folded).len();
            folded.drain(..prefix);
            Cow::Owned(folded)
        }
    }
}

/// As [`normalize`], and without what is printed after an account's name to say where it belongs:
/// a parent's name (`行政运行（政府办公厅（室）及相关机构事务）` gives `行政运行`), a code (`行政运行（01）`)
/// or a level (`行政运行（项）`).
///
/// A trailing bracket group is such a suffix if it is a code or a level, if it names a 类 or 款 of
/// the functional classification, or if it has [`LONG_SUFFIX`] characters or more. Names that end
/// in a bracket of their own (`资本性支出（基本建设）`, `驻外使领馆（团、处）`) are shorter.
pub fn normalize_account(name: &str) -> Cow<'_, str> {
    match normalize(name) {
        Cow::Borrowed(name) => Cow::Borrowed(strip_suffix(name)),
        Cow::Owned(mut name) => {
            let length = strip_suffix(&name).len();
            name.truncate(length);
            Cow::Owned(name)
        }
    }
}

/// From how many characters on a trailing bracket group is taken for a parent's name, unknown to
/// the catalogue or not. The longest group that belongs to an account's own name has four.
const LONG_SUFFIX: usize = 5;

fn strip_suffix(name: &str) -> &str {
    let mut rest = name;
    // 行政运行（01）（项）: a code and a level may both be there.
    for _ in 0..3 {
        match split_group(rest) {
            Some((base, group)) if is_suffix(group) => rest = base,
            _ => break,
        }
    }
    rest
}

/// Splits a trailing bracket group, nested brackets balanced, off a name that is more than it.
fn split_group(name: &str) -> Option<(&str, &str)> {
    let inner = name.strip_suffix(')')?;
    let mut depth = 1u32;
    for (at, char) in inner.char_indices().rev() {
        match char {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let base = inner.get(..at)?;
            return (!base.is_empty()).then_some((base, inner.get(at + 1..)?));
        }
    }
    None
}

fn is_suffix(group: &str) -> bool {
    if matches!(group, "类" | "款" | "项") {
        return true;
    }
    let digits = group.trim_end_matches(['类', '款', '项']);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    group.chars().nth(LONG_SUFFIX - 1).is_some() || is_short_parent(group)
}

/// Whether a short name is that of a 类 or 款: `公安`, `人大事务`.
fn is_short_parent(group: &str) -> bool {
    static SHORT: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    SHORT
        .get_or_init(|| {
            let entries = Catalog::builtin().functional.entries().iter();
            entries
                .filter(|entry| entry.code.len() < 7)
                .map(|entry| &*entry.name)
                .filter(|name| name.chars().count() < LONG_SUFFIX)
                .collect()
        })
        .contains(group)
}

/// What becomes of a character.
pub(crate) enum Fold {
    Keep(char),
    Drop,
    /// Only the Unicode tables know.
    Ask,
}

pub(crate) fn fold_char(char: char) -> Fold {
    match char {
        '!'..='~' => Fold::Keep(char),
        '\u{4e00}'..='\u{9fff}' | '、' | '。' | '《' | '》' | '〈' | '〉' | '·' | '※' => {
            Fold::Keep(char)
        }
        '“' | '”' | '„' | '‟' | '＂' | '「' | '」' | '『' | '』' | '〝' | '〞' => {
            Fold::Keep('"')
        }
        '‘' | '’' => Fold::Keep('\''),
        '【' | '〔' | '〖' => Fold::Keep('['),
        '】' | '〕' | '〗' => Fold::Keep(']'),
        '—' | '–' | '−' | '‐' | '‑' => Fold::Keep('-'),
        '．' => Fold::Keep('.'),
        // Full-width twins of ASCII.
        '\u{ff01}'..='\u{ff5e}' => Fold::Keep(char::from_u32(char as u32 - 0xfee0).unwrap_or(char)),
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => Fold::Drop,
        _ if char.is_whitespace() || char.is_control() => Fold::Drop,
        _ => Fold::Ask,
    }
}

/// Whether a character stays as it is; nearly all do.
pub(crate) fn is_plain(char: char) -> bool {
    match char {
        '!'..='~' | '\u{4e00}'..='\u{9fff}' => true,
        _ => matches!(fold_char(char), Fold::Keep(kept) if kept == char),
    }
}

/// Where the first character stands that doesn't stay as it is ([`is_plain`]).
pub(crate) fn first_odd(text: &str) -> Option<usize> {
    let mut rest = text.as_bytes();
    loop {
        // Most are told by their first byte: ASCII, U+5000 to U+9FFF, U+4E00 to U+4FFF.
        while let [b'!'..=b'~', next @ ..]
        | [0xe5..=0xe9, _, _, next @ ..]
        | [0xe4, 0xb8..=0xbf, _, next @ ..] = rest
        {
            rest = next;
        }
        let at = text.len() - rest.len();
        let char = text.get(at..)?.chars().next()?;
        if !is_plain(char) {
            return Some(at);
        }
        rest = rest.get(char.len_utf8()..)?;
    }
}

/// NFKC, no white space, one width.
fn fold(name: &str) -> Cow<'_, str> {
    let Some(first) = first_odd(name) else {
        return Cow::Borrowed(name);
    };
    let trimmed = name.trim();
    if trimmed.len() < name.len() {
        // Blanks around a name are common, and no reason to copy it.
        return fold(trimmed);
    }
    let mut folded = String::with_capacity(name.len());
    let mut ask = false;
    // Plain characters are copied run by run.
    let mut run = 0;
    let rest = name.get(first..).unwrap_or_default();
    for (at, char) in rest.char_indices().filter(|(_, char)| !is_plain(*char)) {
        let at = first + at;
        folded.push_str(name.get(run..at).unwrap_or_default());
        run = at + char.len_utf8();
        match fold_char(char) {
            Fold::Keep(kept) => folded.push(kept),
            Fold::Drop => {}
            Fold::Ask => {
                ask = true;
                break;
            }
        }
    }
    folded.push_str(name.get(run..).unwrap_or_default());
    if ask {
        folded.clear();
        for char in name.nfkc() {
            match fold_char(char) {
                Fold::Keep(kept) => folded.push(kept),
                Fold::Drop => {}
                Fold::Ask => folded.push(char),
            }
        }
    }
    Cow::Owned(folded)
}

/// Takes leading numbers and `其中：` off a folded name, unless nothing would be left.
fn strip_leading(name: &str) -> &str {
    let mut rest = name;
    while let Some(next) = strip_one(rest) {
        if next.is_empty() {
            break;
        }
        rest = next;
    }
    rest
}

fn strip_one(name: &str) -> Option<&str> {
    let first = name.chars().next()?;
    match first {
        '其' => name.strip_prefix("其中:"),
        '(' => {
            let inner = name.strip_prefix('(')?;
            let rest = strip_chinese_number(inner).or_else(|| strip_digits(inner, 2))?;
            rest.strip_prefix(')')
        }
        '表' | '附' => {
            let rest = name.strip_prefix('附').unwrap_or(name);
            let rest = rest.strip_prefix('表').or_else(|| {
                // 附件1： but not a name that begins with 件.
                rest.strip_prefix('件').filter(|_| first == '附')
            })?;
            let rest = strip_chinese_number(rest).or_else(|| strip_digits(rest, 2))?;
            // 表1-2 is the second table of the first group.
            let below = rest.strip_prefix('-');
            let rest = below.and_then(|rest| strip_digits(rest, 2)).unwrap_or(rest);
            Some(rest.strip_prefix([':', '.', '、', '-']).unwrap_or(rest))
        }
        '第' => {
            let rest = strip_chinese_number(name.strip_prefix('第')?)?;
            let rest = rest.strip_prefix("部分")?;
            Some(rest.strip_prefix([':', '、']).unwrap_or(rest))
        }
        '0'..='9' => {
            let rest = strip_digits(name, 3)?;
            if let Some(rest) = rest.strip_prefix(['、', ')']) {
                return Some(rest);
            }
            // 1.5吨 is a quantity.
            rest.strip_prefix('.')
                .filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        }
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' => {
            strip_chinese_number(name)?.strip_prefix(['、', '.', ')'])
        }
        _ => None,
    }
}

/// `一` … `九十九`, well-formed: of `一一般` only the first 一 is a number.
fn strip_chinese_number(text: &str) -> Option<&str> {
    const ONES: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let rest = text.strip_prefix(ONES);
    match rest.unwrap_or(text).strip_prefix('十') {
        Some(tens) => Some(tens.strip_prefix(ONES).unwrap_or(tens)),
        None => rest,
    }
}

fn strip_digits(text: &str, most: usize) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let count = text.len() - rest.len();
    (1..=most).contains(&count).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(written: &str, reduced: &str) {
        assert_eq!(normalize(written), reduced, "{written}");
    }

    #[test]
    fn plain_names_are_borrowed() {
        for name in ["一般公共服务支出", "行政运行", "预算数", " 合计 ", "201"] {
            assert!(matches!(normalize(name), Cow::Borrowed(_)), "{name}");
        }
    }

    #[test]
    fn the_first_that_changes_is_found() {
        let odd = |text: &str| text.chars().position(|char| !is_plain(char));
        for char in '\0'..=char::MAX {
            let text = format!("甲a{char}乙");
            let at = first_odd(&text).and_then(|at| Some(text.get(..at)?.chars().count()));
            assert_eq!(at, odd(&text), "{char:?}");
        }
        assert_eq!(first_odd(""), None);
    }

    #[test]
    fn width_and_blanks_do_not_count() {
        same("小 计", "小计");
        same("收　入\u{a0}总\t计", "收入总计");
        same("因公出国 (境)费", "因公出国(境)费");
        same("因公出国（境）费", "因公出国(境)费");
        same("２０１", "201");
        same("一般公共预算“三公”经费", "一般公共预算\"三公\"经费");
        same("一般公共预算\"三公\"经费", "一般公共预算\"三公\"经费");
        same("⼀般公共预算", "一般公共预算");
        same("资本性支出\u{200b}（基本\n建设）", "资本性支出(基本建设)");
    }

    #[test]
    fn leading_numbers_do_not_count() {
        same("一、主要职能", "主要职能");
        same("十一、其他", "其他");
        same("（一）机关运行经费情况", "机关运行经费情况");
        same("(二) 政府采购情况", "政府采购情况");
        same("㈢国有资产", "国有资产");
        same("1. 房屋", "房屋");
        same("1．房屋", "房屋");
        same("12、房屋", "房屋");
        same("(3)房屋", "房屋");
        same("⒋其他", "其他");
        same("2)其他", "其他");
        same("表一：部门收支总体情况表", "部门收支总体情况表");
        same(
            "表六 一般公共预算基本支出情况表",
            "一般公共预算基本支出情况表",
        );
        same("表一一般公共预算", "一般公共预算");
        same("表10：三公", "三公");
        same("附表3 部门", "部门");
        same("表1-2 部门支出总表", "部门支出总表");
        same("表3-部门", "部门");
        same("第四部分 名词解释", "名词解释");
        same("其中：财政拨款", "财政拨款");
        same("1.其中: 一般公共预算", "一般公共预算");
        same("年度资金总额：", "年度资金总额");
    }

    #[test]
    fn what_only_looks_like_a_number_stays() {
        same("一般公共预算", "一般公共预算");
        same("三公经费", "三公经费");
        same("第五办公室经费", "第五办公室经费");
        same("表内调整", "表内调整");
        same("1.5吨", "1.5吨");
        same("2020.1", "2020.1");
        same("(本级)", "(本级)");
        same("其中", "其中");
        same("附加费", "附加费");
        same("件数", "件数");
    }

    #[test]
    fn a_number_alone_stays() {
        same("表一：", "表一");
        same("表一", "表一");
        same("一、", "一、");
        same("（一）", "(一)");
        same("", "");
        same("：", "");
    }

    #[test]
    fn parent_suffixes_are_dropped() {
        for (written, reduced) in [
            ("行政运行(政府办公厅(室)及相关机构事务)", "行政运行"),
            ("行政运行（政府办公厅（室）及相关机构事务）", "行政运行"),
            ("行政运行（公安）", "行政运行"),
            ("行政运行（人大事务）", "行政运行"),
            ("行政运行（某某管理事务）", "行政运行"),
            ("行政运行（01）", "行政运行"),
            ("行政运行（项）", "行政运行"),
            ("行政运行（01项）", "行政运行"),
            ("一般公共服务支出（201）（类）", "一般公共服务支出"),
            (
                "政府办公厅（室）及相关机构事务",
                "政府办公厅(室)及相关机构事务",
            ),
            (
                "政府办公厅（室）及相关机构事务（款）",
                "政府办公厅(室)及相关机构事务",
            ),
            ("因公出国（境）费用", "因公出国(境)费用"),
            ("维修（护）费", "维修(护)费"),
            ("资本性支出（基本建设）", "资本性支出(基本建设)"),
            ("机关资本性支出（一）", "机关资本性支出(一)"),
            ("驻外使领馆（团、处）", "驻外使领馆(团、处)"),
            ("（政府办公厅及相关机构事务）", "(政府办公厅及相关机构事务)"),
            ("行政运行)", "行政运行)"),
        ] {
            assert_eq!(normalize_account(written), reduced, "{written}");
        }
    }

    #[test]
    fn no_account_of_the_catalogue_is_harmed() {
        let catalog = Catalog::builtin();
        let (functional, economic) = (catalog.functional.entries(), catalog.economic.entries());
        for entry in functional.iter().chain(economic) {
            assert_eq!(
                normalize_account(&entry.name),
                fold(&entry.name),
                "{}",
                entry.code
            );
        }
    }

    #[test]
    fn normalising_twice_is_normalising_once() {
        for name in [
            "表一： 1.其中：收 入",
            "（一）（二）（三）（四）（五）甲",
            "“三公”经费：",
        ] {
            let once = normalize(name).into_owned();
            assert_eq!(normalize(&once), once);
        }
    }

    #[test]
    fn hostile_names_are_cheap() {
        let deep = format!("甲{}{}", "（".repeat(100_000), "）".repeat(100_000));
        assert!(normalize_account(&deep).len() <= deep.len());
        let long = "一、".repeat(100_000);
        assert!(!normalize(&long).is_empty());
    }
}
