//! The words that the narrative's grammar knows, as data.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

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
        "批（次）", "平方米", "公里", "亩", "吨", "小时", "天", "个月", "M",
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
    (Tok::MainlyConsists, &["主要包括", "主要包含", "主要有", "主要是由"]),
    (Tok::Reason, &[
        "主要原因", "主要原因是", "主要原因为", "原因是", "原因为", "主要是", "主要系", "主要为",
        "主要由于", "由于", "主要因", "是因为", "因为",
    ]),
    (Tok::Nothing, &["未安排", "没有安排", "无安排", "没有使用", "无", "没有", "未"]),
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
        "金额", "比例尺", "比赛", "比武", "比对", "比选", "较大", "较好", "较多", "较高", "较为",
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

/// The automaton of all words, and what each of its patterns is.
struct Words {
    automaton: Option<AhoCorasick>,
    kinds: Vec<Tok>,
}

static AUTOMATON: LazyLock<Words> = LazyLock::new(|| {
    let words = || {
        WORDS
            .iter()
            .flat_map(|(kind, words)| words.iter().map(move |word| (*kind, *word)))
    };
    Words {
        // `None` only where there were more words than an automaton can hold.
        automaton: AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words().map(|(_, word)| word))
            .ok(),
        kinds: words().map(|(kind, _)| kind).collect(),
    }
});

/// The words of a text, in order; none overlaps another.
pub(super) fn find(text: &str) -> impl Iterator<Item = (Tok, Range<usize>)> {
    let words = &*AUTOMATON;
    let found = words.automaton.as_ref().map(|it| it.find_iter(text));
    found.into_iter().flatten().map(|found| {
        let kind = words.kinds.get(found.pattern().as_usize());
        (kind.copied().unwrap_or(Tok::Word), found.range())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_once_and_is_nothing_that_the_marks_know() {
        let mut all: Vec<&str> = WORDS
            .iter()
            .flat_map(|(_, words)| *words)
            .copied()
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        // The lexer takes what lies between words: no word may begin within a number or a blank.
        for word in all {
            assert!(word.starts_with(char::is_alphabetic), "{word}");
        }
    }

    #[test]
    fn the_longest_word_counts() {
        let found = |text| {
            find(text)
                .map(|(kind, at)| (kind, at.len() / 3))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("没有变动"), [(Tok::Flat, 4)]);
        assert_eq!(found("没有变化了"), [(Tok::Flat, 4), (Tok::Filler, 1)]);
        assert_eq!(found("没有变样"), [(Tok::Nothing, 2)]);
        assert_eq!(found("批（次）"), [(Tok::Measure, 4)]);
        assert_eq!(found("批（"), [(Tok::Measure, 1)]);
        // The words that shield.
        assert_eq!(found("无线电"), [(Tok::Word, 2)]);
        assert_eq!(found("因为此，为此"), [(Tok::Word, 3), (Tok::Filler, 1)]);
    }
}
