//! The words that the narrative's grammar knows, as data.

use std::{ops::Range, sync::LazyLock};

use super::lexer::Tok;

/// Words and what they are; at each place the longest counts.
#[rustfmt::skip]
const WORDS: &[(Tok, &[&str])] = &[
    (Tok::Points, &["个百分点", "百分点"]),
    (Tok::Times, &["倍"]),
    (Tok::Yuan, &["元"]),
    (Tok::WanYuan, &["万元"]),
    (Tok::YiYuan, &["亿元"]),
    (Tok::Wan, &["万"]),
    (Tok::Yi, &["亿"]),
    (Tok::Measure, &[
        "人", "名", "个", "家", "辆", "台", "套", "项", "次", "批", "批次", "人次", "处", "份",
        "件", "条", "篇", "位", "支", "户", "期", "场", "部", "座", "间", "艘", "架", "宗", "起",
        "批（次）", "平方米", "公里", "亩", "吨", "小时", "天", "个月",
    ]),
    (Tok::Year, &["年", "年度", "年底", "年末", "年初", "年内"]),
    (Tok::Day, &["月", "月份", "月底", "日", "号", "季度"]),
    (Tok::Up, &["增加", "增长", "上升", "提高", "上涨", "增涨", "调增", "增幅", "涨幅"]),
    (Tok::Down, &["减少", "下降", "降低", "压减", "缩减", "压缩", "减低", "调减", "降幅", "减幅"]),
    (Tok::Flat, &[
        "持平", "无变化", "无变动", "无增减", "没有变化", "没有变动", "一致", "不变", "相同",
        "无增减变化",
    ]),
    (Tok::Compare, &["比", "较", "与", "同", "和", "对比", "比较", "比照"]),
    (Tok::SameTime, &["同比", "同比口径"]),
    (Tok::Compared, &["相比", "相比较", "比较起来"]),
    (Tok::Base, &[
        "上年", "上年度", "去年", "上一年", "上一年度", "上年同期", "去年同期", "前一年", "同期",
        "年初预算", "年初预算数", "全年预算", "全年预算数", "调整预算", "调整预算数", "预算",
        "预算数", "决算", "决算数", "执行数", "年初数", "上年数", "期初",
    ]),
    (Tok::Share, &["占", "占比", "所占比重", "所占比例", "占比重", "比重", "占总额", "所占"]),
    (Tok::OfWhich, &["其中", "其 中"]),
    (Tok::Consists, &["包括", "包含", "分别为", "分别是", "分为", "具体为", "具体包括", "构成为"]),
    (Tok::MainlyConsists, &["主要包括", "主要包含", "主要有", "主要是由", "主要用于"]),
    (Tok::Reason, &[
        "主要原因", "主要原因是", "主要原因为", "原因是", "原因为", "主要是", "主要系", "主要为",
        "主要由于", "由于", "主要因", "是因为", "因为",
    ]),
    (Tok::Filler, &[
        "为", "是", "约", "近", "了", "共", "共计", "共有", "合计", "总计", "计", "达", "达到",
        "各", "各为", "均", "额", "数", "幅度", "率", "率为", "比率", "幅", "比例", "至", "到",
        "仅", "总额", "总数", "安排",
    ]),
    (Tok::Done, &["完成", "完成率", "预算完成率", "执行率", "预算执行率", "支出进度"]),
    (Tok::Differs, &["差异率", "预决算差异率", "预决算差异"]),
    (Tok::Limit, &["以上", "以下", "以内", "及以上", "及以下"]),
    // They have one of the above in them and mean something else.
    (Tok::Word, &[
        "不包括", "不包含", "未包括", "未包含", "金额", "比例尺", "比赛", "比武", "比对", "比选", "较大", "较好", "较多", "较高", "较为",
        "比较好", "占用", "占地", "占有", "无线", "无人机", "无锡", "未来", "元旦", "单元", "日常",
        "日报", "月报", "部门", "部分", "项目", "家具", "家庭", "人员", "人民", "人大", "人事",
        "人力", "人均", "人才", "个人", "处室", "处理", "条件", "位于", "单位", "期间", "台账",
        "件数", "次数", "人数", "支出", "支付", "支持", "部署", "部队", "部委", "名称", "名单",
        "万一", "天山", "处级", "场所", "场地", "间接", "起草", "套数", "户籍", "年龄", "年报",
        "月度", "日期", "预算管理", "预算绩效", "预算单位", "预算改革", "预算法", "行为", "作为",
        "成为", "认为", "为了", "因为此", "到位", "到期", "近年", "额度", "数据", "数字", "数量",
        "参数", "指数", "共同", "公共", "总计划", "设计", "会计", "审计", "统计", "计划", "计算",
        "达标", "各类", "各项", "各级", "各部门", "各单位", "同时", "同意", "和谐", "和平",
        "共和国", "使用", "作用", "费用", "应用", "信用", "公用", "利用", "采用",
    ]),
];

/// The words of some kinds.
pub(super) fn words_of(kinds: &[Tok]) -> impl Iterator<Item = &'static str> {
    let rows = WORDS.iter().filter(|(kind, _)| kinds.contains(kind));
    rows.flat_map(|(_, words)| words.iter().copied())
}

/// The first and the last of the characters that words begin with.
const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// A word, by its first characters.
struct Word {
    /// What it begins with, less [`FIRST`].
    first: u32,
    /// What comes after that, as far as [`next_two`] goes, and the bits of it that count.
    next: u64,
    mask: u64,
    /// What comes after them.
    rest: &'static [u8],
    /// Bytes of all of it.
    length: usize,
    kind: Tok,
}

/// The two Chinese characters that a text begins with, and two bytes more, as one number: so words are compared at
/// once.
fn next_two(text: &[u8]) -> u64 {
    let padded = || {
        let mut bytes = [0; 8];
        for (byte, own) in bytes.iter_mut().zip(text) {
            *byte = *own;
        }
        bytes
    };
    u64::from_le_bytes(text.first_chunk().copied().unwrap_or_else(padded))
}

/// The words by their beginnings. An automaton of them takes longer to build than a document to
/// check.
struct Index {
    /// By the first character, the longest first.
    words: Vec<Word>,
    /// Of every first character: one more than the index of its first word, or 0.
    starts: Vec<u16>,
}

impl Index {
    fn new() -> Self {
        let word = |kind: Tok, text: &'static str| {
            let first = text.chars().next()?;
            let after = text.as_bytes().get(first.len_utf8()..)?;
            let mask = next_two([0xff; 6].get(..after.len()).unwrap_or(&[0xff; 6]));
            Some(Word {
                first: u32::from(first).checked_sub(FIRST)?,
                next: next_two(after) & mask,
                mask,
                rest: after.get(6..).unwrap_or_default(),
                length: text.len(),
                kind,
            })
        };
        let all = WORDS.iter();
        let all = all.flat_map(|(kind, words)| words.iter().map(|text| (*kind, *text)));
        let mut words: Vec<Word> = all.filter_map(|(kind, text)| word(kind, text)).collect();
        words.sort_unstable_by_key(|word| (word.first, std::cmp::Reverse(word.length)));
        let mut starts = vec![0; (LAST - FIRST + 1) as usize];
        for (at, word) in (1..).zip(&words) {
            if let Some(start @ 0) = starts.get_mut(word.first as usize) {
                *start = at;
            }
        }
        Self { words, starts }
    }

    /// The words that begin with a character, and those after them; none for most characters.
    #[inline]
    fn begun(&self, first: u32) -> Option<usize> {
        usize::from(*self.starts.get(first as usize)?).checked_sub(1)
    }

    /// The longest of the words from one on that begins with a character and goes on as a text does from an offset.
    fn longest(&self, (start, first): (usize, u32), text: &[u8], from: usize) -> Option<&Word> {
        let after = text.get(from..).unwrap_or_default();
        let next = next_two(after);
        let words = self.words.get(start..)?.iter();
        words.take_while(|word| word.first == first).find(|word| {
            let rest = || after.get(6..).unwrap_or_default();
            next & word.mask == word.next && (word.rest.is_empty() || rest().starts_with(word.rest))
        })
    }
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

/// A piece of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// A word or a mark, or a run of words and characters that mean nothing.
    Word(Tok),
    /// A run of anything else that isn't Chinese.
    Other,
}

/// The mark at an offset, if it is one of those that are written most.
fn mark(text: &str, at: usize) -> Option<Tok> {
    Some(match text.get(at..at + 3)? {
        "，" => Tok::Comma,
        "、" => Tok::Pause,
        "。" => Tok::Stop,
        "；" => Tok::Semicolon,
        "：" => Tok::Colon,
        "（" => Tok::Open,
        "）" => Tok::Close,
        _ => return None,
    })
}

/// Parts a text into words, marks and what lies between them. Linear.
pub(super) fn split(text: &str, mut each: impl FnMut(Piece, Range<usize>)) {
    let index = &*INDEX;
    let bytes = text.as_bytes();
    // The run before the place, and what it is.
    let mut from = 0;
    let mut run = Piece::Other;
    let mut at = 0;
    while let Some(lead) = bytes.get(at) {
        let rest = bytes.get(at + 1..at + 3);
        let found = match (lead, rest) {
            // U+4000 to U+9FFF; no other character has such a byte in it.
            (0xe4..=0xe9, Some([second, third])) => {
                let bits = |byte: &u8, mask: u8| u32::from(byte & mask);
                let code = bits(lead, 15) << 12 | bits(second, 63) << 6 | bits(third, 63);
                let first = code.wrapping_sub(FIRST);
                let begun = index.begun(first);
                // As most characters in a run of words that mean nothing.
                if begun.is_none() && run == Piece::Word(Tok::Word) && from < at {
                    at += 3;
                    continue;
                }
                let word = begun.and_then(|start| index.longest((start, first), bytes, at + 3));
                word.map(|word| (word.kind, word.length))
            }
            (0xe3 | 0xef, Some(_)) => mark(text, at).map(|kind| (kind, 3)),
            _ => None,
        };
        if let Some((kind, length)) = found.filter(|(kind, _)| *kind != Tok::Word) {
            if from < at {
                each(run, from..at);
            }
            each(Piece::Word(kind), at..at + length);
            at += length;
            from = at;
            continue;
        }
        let (piece, length) = match (found, lead, rest) {
            (Some((_, length)), _, _) => (Piece::Word(Tok::Word), length),
            (None, 0xe4..=0xe9, Some(_)) => (Piece::Word(Tok::Word), 3),
            _ => (Piece::Other, 1),
        };
        if piece != run {
            if from < at {
                each(run, from..at);
            }
            run = piece;
            from = at;
        }
        at += length;
    }
    if from < at {
        each(run, from..at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_once_and_is_found() {
        let words = WORDS.iter();
        let mut all: Vec<_> = words
            .flat_map(|(kind, words)| words.iter().map(|word| (*word, *kind)))
            .collect();
        for (word, kind) in &all {
            let mut found = Vec::new();
            split(word, |piece, range| found.push((piece, range)));
            assert_eq!(found, [(Piece::Word(*kind), 0..word.len())], "{word}");
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup_by_key(|(word, _)| *word);
        assert_eq!(all.len(), count);
    }

    #[test]
    fn the_longest_word_counts() {
        let found = |text| {
            let mut found = Vec::new();
            split(text, |piece, range| found.push((piece, range.len() / 3)));
            found
        };
        let word = Piece::Word;
        assert_eq!(found("没有变动"), [(word(Tok::Flat), 4)]);
        assert_eq!(
            found("没有变化了"),
            [(word(Tok::Flat), 4), (word(Tok::Filler), 1)]
        );
        assert_eq!(found("没有变样"), [(word(Tok::Word), 4)]);
        assert_eq!(
            found("批（"),
            [(word(Tok::Measure), 1), (word(Tok::Open), 1)]
        );
        assert_eq!(found("批“"), [(word(Tok::Measure), 1), (Piece::Other, 1)]);
        // The words that shield.
        assert_eq!(
            found("无线电人"),
            [(word(Tok::Word), 3), (word(Tok::Measure), 1)]
        );
        assert_eq!(
            found("因为此，为此"),
            [
                (word(Tok::Word), 3),
                (word(Tok::Comma), 1),
                (word(Tok::Filler), 1),
                (word(Tok::Word), 1),
            ]
        );
    }
}
