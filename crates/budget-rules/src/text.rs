//! Small things about text that several rules need.

use budget_model::heading::{Ordinal, ordinal};
use budget_model::table::HOLE;
use budget_syntax::TextRange;

/// `3` is `三`: the number in 表三. Up to 99; larger ones in digits.
pub(crate) fn chinese_number(number: u8) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |digit: u8| DIGITS.get(usize::from(digit)).copied().unwrap_or('〇');
    match (number / 10, number % 10) {
        (0, ones) => digit(ones).to_string(),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens @ 2..=9, 0) => format!("{}十", digit(tens)),
        (tens @ 2..=9, ones) => format!("{}十{}", digit(tens), digit(ones)),
        _ => number.to_string(),
    }
}

/// A length in bytes as an offset.
pub(crate) fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Whether all characters of `short` occur in `long` in that order: how an office abbreviates its
/// name (县政府办 of 某县人民政府办公室).
pub(crate) fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    !short.is_empty() && short.chars().all(|wanted| rest.any(|have| have == wanted))
}

/// The indices that are out of order in `places`: those outside one longest run that rises.
/// `n log n`.
pub(crate) fn out_of_order(places: &[u32]) -> Vec<usize> {
    // tails[k]: index of the smallest last element of a rising run of length k + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(places.len());
    let value = |index: usize| places.get(index).copied().unwrap_or(u32::MAX);
    for (index, place) in places.iter().enumerate() {
        let at = tails.partition_point(|tail| value(*tail) < *place);
        before.push(at.checked_sub(1).and_then(|at| tails.get(at).copied()));
        match tails.get_mut(at) {
            Some(tail) => *tail = index,
            None => tails.push(index),
        }
    }
    let mut kept = vec![false; places.len()];
    let mut at = tails.last().copied();
    while let Some(index) = at {
        if let Some(keep) = kept.get_mut(index) {
            *keep = true;
        }
        at = before.get(index).copied().flatten();
    }
    kept.iter()
        .enumerate()
        .filter(|(_, kept)| !**kept)
        .map(|(index, _)| index)
        .collect()
}

/// Whether two reduced titles are the same but for words that carry no meaning there
/// (收支预算情况的总体说明, 收支预算情况总体说明).
pub(crate) fn differ_in_small_words(a: &str, b: &str) -> bool {
    let bare = |title: &str| {
        let title = title.replace("单位", "").replace("部门", "");
        title.replace(['的', '度'], "")
    };
    bare(a) == bare(b)
}

/// The number a title begins with, spaces after it included, and the rest: `第三部分 `, `表三 `,
/// `三、`, `（三）`.
pub(crate) fn split_number(title: &str) -> (&str, &str) {
    let (open, close): (&str, &[char]) = match ordinal(title) {
        Some(Ordinal::Part(_)) => ("部分", &[]),
        Some(Ordinal::Table(_)) => {
            let body = title
                .trim_start()
                .trim_start_matches("附")
                .trim_start_matches('表');
            let rest = body.trim_start_matches(|c: char| {
                c.is_ascii_digit() || c.is_whitespace() || "一二三四五六七八九十：:、".contains(c)
            });
            return title
                .split_at_checked(title.len() - rest.len())
                .unwrap_or(("", title));
        }
        Some(Ordinal::Section(_)) => ("", &['、', '.', '．', '）', ')', '，']),
        None => return ("", title),
    };
    let at = match open {
        "" => title
            .find(close)
            .and_then(|at| Some(at + title.get(at..)?.chars().next().map_or(0, char::len_utf8))),
        word => title.find(word).map(|at| at + word.len()),
    };
    let Some(at) = at else { return ("", title) };
    let rest = title.get(at..).unwrap_or("").trim_start();
    title
        .split_at_checked(title.len() - rest.len())
        .unwrap_or(("", title))
}

/// Whether a note or a section says that a table is empty. What every table bears as a reminder
/// (备注：无内容应公开空表并说明情况) says nothing.
pub(crate) fn says_empty(text: &str) -> bool {
    const WORDS: [&str; 7] = [
        "为空表",
        "是空表",
        "本表无数据",
        "此表无数据",
        "表无数据",
        "本表为空",
        "此表为空",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

/// A year in a text, with the place of its digits there.
#[derive(Clone, Copy)]
pub(crate) struct Year {
    pub(crate) year: u16,
    pub(crate) range: TextRange,
}

/// The years (`2020年`, `2020 年度`) that say which year a title is about: not a date of reference
/// (截至2019年底), an earlier year compared with, a span or a document's number (〔2019〕).
pub(crate) fn years(text: &str) -> impl Iterator<Item = Year> + '_ {
    text.match_indices('年').filter_map(move |(at, _)| {
        let before = text.get(..at)?.trim_end();
        let digits = before.get(before.len().checked_sub(4)?..)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year: u16 = digits
            .parse()
            .ok()
            .filter(|year| (1990..2100).contains(year))?;
        let lead = before.get(..before.len() - 4)?.trim_end();
        let referred = [
            "截至", "截止", "自", "从", "比", "较", "与", "至", "-", "—", "～", "~",
        ];
        let rest = text.get(at + '年'.len_utf8()..)?;
        let after = ["底", "末", "以来", "初", "至", "-", "—"];
        if lead.ends_with(|c: char| c.is_ascii_digit())
            || referred.iter().any(|word| lead.ends_with(word))
            || after.iter().any(|word| rest.starts_with(word))
        {
            return None;
        }
        let end = u32::try_from(before.len()).ok()?;
        Some(Year {
            year,
            range: TextRange::new(end - 4, end),
        })
    })
}

/// What is still to be filled in: `待填`, two or more `X` or `_`, each with its place.
pub(crate) fn holes(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let mut chars = text.char_indices().peekable();
    let mut last = ' ';
    while let Some((start, c)) = chars.next() {
        let before = last;
        last = c;
        if c == '待' && text.get(start..).is_some_and(|rest| rest.starts_with(HOLE)) {
            found.push(TextRange::new(offset(start), offset(start + HOLE.len())));
            continue;
        }
        if !is_cross(c) && c != '_' {
            continue;
        }
        let mut end = start + c.len_utf8();
        let mut crosses = 1;
        while let Some((at, next)) = chars.peek().copied() {
            let same = if c == '_' {
                next == '_'
            } else {
                is_cross(next) || next == '.'
            };
            if !same {
                break;
            }
            crosses += usize::from(next != '.');
            end = at + next.len_utf8();
            last = next;
            chars.next();
        }
        let after = chars.peek().map_or(' ', |(_, next)| *next);
        let word = |c: char| c.is_ascii_alphabetic() || "@/\\:-=".contains(c);
        if crosses >= 2 && !word(before) && !word(after) {
            found.push(TextRange::new(offset(start), offset(end)));
        }
    }
    found
}

/// Whether a long text is worth to be read by [`holes`].
pub(crate) fn may_hold_holes(text: &str) -> bool {
    let text = text.as_bytes();
    memchr::memchr3(b'X', b'x', b'_', text).is_some()
        || [HOLE, "×", "Ｘ", "ｘ"]
            .iter()
            .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
}

fn is_cross(c: char) -> bool {
    matches!(c, 'X' | 'x' | '×' | 'Ｘ' | 'ｘ')
}

/// A count at the start of a text, in Arabic or Chinese digits, and what follows it.
pub(crate) fn leading_count(text: &str) -> Option<(u32, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 {
        let (digits, rest) = text.split_at_checked(digits)?;
        return Some((digits.parse().ok()?, rest));
    }
    const NUMBERS: &str = "〇一二三四五六七八九十百两零";
    let rest = text.trim_start_matches(|c: char| NUMBERS.contains(c));
    let number = text.get(..text.len() - rest.len())?;
    // Which number doesn't matter to those who ask, only whether it is none.
    let none = number.chars().all(|c| matches!(c, '〇' | '零'));
    (!number.is_empty()).then_some((u32::from(!none), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_printed_in_titles() {
        let printed: Vec<String> = [1, 9, 10, 11, 20, 21, 99].map(chinese_number).to_vec();
        assert_eq!(
            printed,
            ["一", "九", "十", "十一", "二十", "二十一", "九十九"]
        );
    }

    #[test]
    fn abbreviations_keep_the_order() {
        assert!(is_subsequence("县政府办", "某县人民政府办公室"));
        assert!(!is_subsequence("县办政府", "某县人民政府办公室"));
        assert!(!is_subsequence("", "某县"));
    }

    #[test]
    fn the_fewest_are_out_of_order() {
        assert_eq!(out_of_order(&[1, 2, 3]), Vec::<usize>::new());
        assert_eq!(out_of_order(&[1, 5, 2, 3, 4]), [1]);
        assert_eq!(out_of_order(&[2, 3, 4, 1]), [3]);
        // Equal places don't rise: the second of two is out of order.
        assert_eq!(out_of_order(&[1, 1]).len(), 1);
        assert_eq!(out_of_order(&[]), Vec::<usize>::new());
    }

    fn found(text: &str) -> Vec<&str> {
        holes(text)
            .into_iter()
            .map(|range| range.of(text))
            .collect()
    }

    #[test]
    fn holes_and_what_is_none() {
        assert_eq!(found("20XX年安排XX.XX万元，待填"), ["XX", "XX.XX", "待填"]);
        assert_eq!(found("____万元，××单位"), ["____", "××"]);
        assert!(found("X光机、XL型、MAX、www.xx.gov.cn、5×6×7、a__b").is_empty());
        for hole in ["待填", "XX", "xx", "××", "ＸＸ", "ｘｘ", "__"] {
            assert!(may_hold_holes(hole) && found(hole) == [hole]);
        }
        assert!(!may_hold_holes("待办：填报201"));
    }

    #[test]
    fn years_of_titles() {
        let of = |text: &str| years(text).map(|year| year.year).collect::<Vec<_>>();
        assert_eq!(of("关于某部门 2020 年支出预算"), [2020]);
        assert_eq!(of("2021年度部门预算"), [2021]);
        assert!(of("截至2019年底的资产、〔2019〕12号、2019年末、12019年").is_empty());
    }

    #[test]
    fn numbers_are_split_off() {
        assert_eq!(split_number("第三部分 情况说明"), ("第三部分 ", "情况说明"));
        assert_eq!(split_number("表三 支出表"), ("表三 ", "支出表"));
        assert_eq!(split_number("（三）其他"), ("（三）", "其他"));
        assert_eq!(split_number("十、其他"), ("十、", "其他"));
        assert_eq!(split_number("其他"), ("", "其他"));
    }

    #[test]
    fn the_reminder_says_nothing() {
        assert!(!says_empty("备注：无内容应公开空表并说明情况。"));
        assert!(says_empty("政府性基金预算支出情况表为空表。"));
    }
}
