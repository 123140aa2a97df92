//! What a line of converted text looks like: numbers, numbering, spaces left by line wrapping.

use unicode_normalization::UnicodeNormalization;

/// Keys of the lines between a table's title and the table.
const FIELDS: [&str; 10] = [
    "编制部门",
    "填报部门",
    "公开部门",
    "编制单位",
    "填报单位",
    "公开单位",
    "部门",
    "单位",
    "金额单位",
    "单位名称",
];

/// The key of a line that stands above a table, without spaces: `编 制 部 门：…`.
pub(crate) fn field_key(line: &str) -> Option<String> {
    let (key, _) = line.split_once(['：', ':'])?;
    let key = compact(key);
    FIELDS.contains(&key.as_str()).then_some(key)
}

/// Whether a line is one of those that stand above a table.
pub(crate) fn is_field(line: &str) -> bool {
    field_key(line).is_some()
}

/// Whether a line is the number of a printed form, not its title: `公开01表`, `财决公开03表`.
pub(crate) fn is_form_number(line: &str) -> bool {
    let compacted = compact(line);
    let number = compacted
        .strip_suffix('表')
        .and_then(|line| line.split_once("公开"));
    number.is_some_and(|(before, digits)| {
        before.chars().count() <= 4
            && (1..=2).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// A text as it is compared: NFKC, without white space.
pub(crate) fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .nfkc()
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// Whether a character is written without spaces around it: CJK, and the punctuation that stands
/// among it.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
        || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—')
}

/// Whether a character is an ideograph.
pub(crate) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Takes out the spaces that wrapping and justification leave inside a name: those between two
/// wide characters, or between one and a bracket. `公务用车购 置费`, `项 目`, `因公出国 (境)费`.
pub(crate) fn tidy(text: &str) -> String {
    let joins = |c: char| is_wide(c) || matches!(c, '(' | ')' | '/');
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            let before = out.chars().next_back();
            if !(joins(c) && before.is_some_and(joins)) {
                out.push(' ');
            }
            gap = false;
        }
        out.push(c);
    }
    out
}

/// The numbers of a text, as written: `2,597.01`, `2020`, `71.00`. Signs and percent signs are not
/// part of them.
pub(crate) fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_ascii_digit())?;
        let from = rest.get(start..)?;
        let length = number_length(from);
        let (number, after) = from.split_at_checked(length)?;
        rest = after;
        Some(number)
    })
}

/// Length of the number at the start of a text; 0 if there is none.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    let mut point = false;
    loop {
        let separates = at > 0 && digit(at + 1) && !point;
        match bytes.get(at) {
            Some(b'0'..=b'9') => {}
            Some(b',') if separates => {}
            Some(b'.') if separates => point = true,
            _ => return at,
        }
        at += 1;
    }
}

/// Whether a cell holds a number and nothing else that matters (a sign, a percent sign, emphasis).
pub(crate) fn is_number(cell: &str) -> bool {
    let cell = plain(cell);
    let digits = cell
        .trim_start_matches(['-', '−', '－', '+', '(', '（'])
        .trim_end_matches(['%', '％', ')', '）']);
    !digits.is_empty() && number_length(digits) == digits.len()
}

/// Whether a cell is a line that stands for nothing: `-`, `—`.
pub(crate) fn is_dash(cell: &str) -> bool {
    matches!(cell.trim(), "-" | "—" | "－" | "--" | "——")
}

/// A cell without the emphasis a converter put around it.
pub(crate) fn plain(cell: &str) -> &str {
    let mut text = cell.trim();
    for (open, close) in [("<b>", "</b>"), ("<strong>", "</strong>"), ("**", "**")] {
        if let Some(inner) = text
            .strip_prefix(open)
            .and_then(|inner| inner.strip_suffix(close))
        {
            text = inner.trim();
        }
    }
    text
}

/// How a line is numbered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Numbering {
    /// `第一部分`
    Part,
    /// `一、`
    Chinese,
    /// `（一）`
    Bracket,
    /// `1.` `1、` `1．`
    Arabic,
    /// `表一`, `表 3`, `表1-2`
    Table,
    /// `附表 2`
    Annex,
}

/// A line's number and what follows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbered<'t> {
    pub(crate) numbering: Numbering,
    pub(crate) ordinal: u32,
    pub(crate) rest: &'t str,
}

/// Reads the number at the start of a line.
pub(crate) fn numbered(line: &str) -> Option<Numbered<'_>> {
    let line = line.trim();
    let (numbering, ordinal, rest) = if let Some(after) = line.strip_prefix('第') {
        let (ordinal, rest) = ordinal(after)?;
        let rest = rest.trim_start().strip_prefix("部分")?;
        (Numbering::Part, ordinal, rest)
    } else if let Some(after) = line.strip_prefix("附表") {
        let (ordinal, rest) = ordinal(after.trim_start())?;
        let rest = rest.trim_start();
        let rest = rest.strip_prefix(['：', ':', '、', '.']).unwrap_or(rest);
        (Numbering::Annex, ordinal, rest)
    } else if let Some(after) = line.strip_prefix('表') {
        let (ordinal, rest) = ordinal(after.trim_start())?;
        let rest = sub_number(rest).trim_start();
        let rest = rest.strip_prefix(['：', ':', '、', '.']).unwrap_or(rest);
        (Numbering::Table, ordinal, rest)
    } else if let Some(after) = line.strip_prefix(['（', '(']) {
        let (ordinal, rest) = ordinal(after.trim_start())?;
        let rest = rest.trim_start().strip_prefix(['）', ')'])?;
        (Numbering::Bracket, ordinal, rest)
    } else {
        let (ordinal, rest) = ordinal(line)?;
        let rest = rest.trim_start().strip_prefix(['.', '．', '、'])?;
        if !line.starts_with(|c: char| c.is_ascii_digit()) {
            (Numbering::Chinese, ordinal, rest)
        } else {
            (Numbering::Arabic, ordinal, rest)
        }
    };
    Some(Numbered {
        numbering,
        ordinal,
        rest: rest.trim(),
    })
}

/// What follows `-2` in `1-2`; the text itself if no such number stands there.
fn sub_number(text: &str) -> &str {
    text.trim_start()
        .strip_prefix(['-', '—', '–', '－'])
        .and_then(|after| ordinal(after.trim_start()))
        .map_or(text, |(_, rest)| rest)
}

/// A number in Chinese or ASCII digits at the start of a text: at most three characters of either.
fn ordinal(text: &str) -> Option<(u32, &str)> {
    const DIGITS: &str = "〇一二三四五六七八九十";
    let ascii = text.starts_with(|c: char| c.is_ascii_digit());
    let is_digit = |c: char| {
        if ascii {
            c.is_ascii_digit()
        } else {
            DIGITS.contains(c)
        }
    };
    let end = text.find(|c| !is_digit(c)).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    // `1.5` is an amount, and so is `表 21,234.50` the end of something else.
    let amount = rest.starts_with(['.', ',']) && number_length(text) > end;
    if digits.is_empty() || digits.chars().nth(3).is_some() || amount {
        return None;
    }
    let (mut value, mut pending) = (0, 0);
    for c in digits.chars() {
        if let Some(digit) = c.to_digit(10) {
            pending = pending * 10 + digit;
        } else if c == '十' {
            value += 10 * pending.max(1);
            pending = 0;
        } else {
            pending = u32::try_from(DIGITS.chars().position(|d| d == c)?).ok()?;
        }
    }
    Some((value + pending, rest))
}

/// Writes 1 … 99 in Chinese.
pub(crate) fn chinese(ordinal: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |d: u32| DIGITS.get(d as usize).copied().unwrap_or("");
    match ordinal {
        0 => "〇".to_owned(),
        1..=9 => digit(ordinal).to_owned(),
        10..=19 => format!("十{}", digit(ordinal % 10)),
        20..=99 => format!("{}十{}", digit(ordinal / 10), digit(ordinal % 10)),
        _ => ordinal.to_string(),
    }
}

/// Whether a line ends a sentence or introduces a list: nothing runs on from it.
pub(crate) fn ends_sentence(line: &str) -> bool {
    line.trim_end()
        .chars()
        .next_back()
        .is_none_or(|c| "。；：！？…;:!?>》”\"".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_of_wrapping_go_and_others_stay() {
        assert_eq!(tidy("公务用车购 置费"), "公务用车购置费");
        assert_eq!(tidy("因公出国 (境)费"), "因公出国(境)费");
        assert_eq!(tidy("201 一般公共服务支 出"), "201 一般公共服务支出");
        assert_eq!(tidy(" ≥3500 人 "), "≥3500 人");
    }

    #[test]
    fn numbers_as_written() {
        let all: Vec<_> = numbers("2,597.01元，占81%；3.5.2 与 2020年1,").collect();
        assert_eq!(all, ["2,597.01", "81", "3.5", "2", "2020", "1"]);
        assert!(is_number("<b>3,384.08</b>"));
        assert!(is_number("-3.2%"));
        assert!(!is_number("7万元"));
        assert!(!is_number("-"));
    }

    #[test]
    fn numbering_of_lines() {
        let read = |line| numbered(line).map(|n| (n.numbering, n.ordinal, n.rest.to_owned()));
        assert_eq!(
            read("第一部分 单位概况"),
            Some((Numbering::Part, 1, "单位概况".into()))
        );
        assert_eq!(
            read("十一、其他"),
            Some((Numbering::Chinese, 11, "其他".into()))
        );
        assert_eq!(
            read("(十) 政府采购"),
            Some((Numbering::Bracket, 10, "政府采购".into()))
        );
        assert_eq!(read("表六:"), Some((Numbering::Table, 6, String::new())));
        assert_eq!(
            read("表1-2 部门支出总表"),
            Some((Numbering::Table, 1, "部门支出总表".into()))
        );
        assert_eq!(read("1.房屋"), Some((Numbering::Arabic, 1, "房屋".into())));
        assert_eq!(read("1.5万元"), None);
        assert_eq!(read("2020 年部门预算"), None);
        assert_eq!(read("表示感谢"), None);
        assert_eq!(read("表 2201"), None);
        assert_eq!(read("(2024 年)"), None);
        assert_eq!(chinese(27), "二十七");
    }
}
