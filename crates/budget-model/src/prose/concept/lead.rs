//! Titles in front of sentences that name nothing: （三）具体情况。

use super::ends;

/// Words that such a title is made of; the longer of those that begin alike first.
const WORDS: [&str; 34] = [
    "具体", "总体", "总的", "整体", "结构", "构成", "分项", "明细", "详细", "主要", "有关", "变动",
    "变化", "增减", "对比", "比较", "分析", "情况", "说明", "如下", "收支", "支出", "收入", "决算",
    "预算", "安排", "使用", "执行", "内容", "完成", "分类", "的", "及", "和",
];

/// Whether a text is only the title of what is said after it.
pub(crate) fn is_lead(text: &str) -> bool {
    let marks = |c: char| match c {
        '（' | '）' | '(' | ')' | '.' | '．' | '、' => true,
        '\u{4e00}'..='\u{9fff}' => false,
        _ => c.is_whitespace() || c.is_numeric(),
    };
    let text = text.trim_end_matches(marks);
    if !["情况", "说明", "如下", "分析"]
        .iter()
        .any(|end| ends(text, end))
    {
        return false;
    }
    let ordinals = |c: char| "一二三四五六七八九十".contains(c) || marks(c);
    let mut rest = text.trim_start_matches(ordinals);
    if rest == "基本情况" {
        return true;
    }
    while let Some(next) = WORDS.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_name_nothing() {
        for lead in [
            "（三）具体情况",
            "总体情况",
            "支出决算具体情况",
            "2.结构分析",
            "基本情况",
            "（1）情况说明",
        ] {
            assert!(is_lead(lead), "{lead}");
        }
        for name in [
            "（一）基本支出情况",
            "公务接待费情况",
            "机关运行经费支出情况",
            "支出",
            "",
            "其中",
        ] {
            assert!(!is_lead(name), "{name}");
        }
    }
}
