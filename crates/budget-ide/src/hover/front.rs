//! Keys of the front matter: what they mean and what may be written.

use budget_model::Document;
use budget_syntax::tree::BlockKind;

use super::Hover;
use crate::MarkupText;

/// A key, its meaning, and what may be written.
const KEYS: [(&str, &str, &str); 16] = [
    (
        "模板",
        "按哪个模板核对：要有哪些部分、表和列，哪些数要相等。",
        "模板的名称",
    ),
    (
        "部门",
        "公开单位的全称。标题和正文里的单位名称与它核对。",
        "单位全称",
    ),
    ("简称", "文中用的其他名称。", "名称，几个之间用顿号隔开"),
    (
        "下属单位",
        "下属单位的名称；按单位分段的表里会用到。",
        "名称，几个之间用顿号隔开",
    ),
    (
        "年度",
        "哪一年的预算或决算。标题里的年度与它核对，科目编码按这一年的目录核对。",
        "四位数字，如 2020",
    ),
    ("金额单位", "没有另写单位的表用它。", "元、万元、亿元"),
    (
        "状态",
        "写到哪一步：草稿里待填的地方只计数，送审和公开时每一处都要填好。",
        "草稿、送审、公开；不写是送审",
    ),
    ("公开日期", "哪一天公开。", "日历上有的日期，如 2020-02-03"),
    ("落款", "文末的署名。", "单位名称"),
    ("封面", "封面上的标题。", "标题"),
    (
        "上年文档",
        "上一年的文件，式子里的“上年.”指它。",
        "文件名，从本文件所在的文件夹算起",
    ),
    (
        "预算文档",
        "决算所对的预算文件，式子里的“预算.”指它。",
        "文件名，从本文件所在的文件夹算起",
    ),
    (
        "小数",
        "算出的金额保留几位小数；不写时照各表的写法。",
        "0 到 9 的数字",
    ),
    (
        "末尾零",
        "算出的金额末尾的零留不留；不写时照各表的写法。",
        "留、去",
    ),
    ("千分位", "算出的金额写不写千分位逗号。", "有、无"),
    (
        "百分比小数",
        "算出的百分比保留几位小数；不写是 2 位。",
        "0 到 9 的数字",
    ),
];

pub(super) fn hover(document: &Document, offset: u32) -> Option<Hover> {
    let block = document.parse.tree.block_at(offset)?;
    if !matches!(block.kind, BlockKind::FrontMatter(_)) {
        return None;
    }
    let mut entries = document.front.entries.iter();
    let entry = entries.find(|entry| entry.key.cover(entry.value).touches(offset))?;
    let key = document.slice(entry.key);
    let range = entry.key.cover(entry.value);
    let Some((_, meaning, allowed)) = KEYS.iter().find(|(known, ..)| *known == key) else {
        return Some(Hover {
            range,
            markup: MarkupText::default()
                .bold(key)
                .paragraph()
                .text("程序不认识这一项，原样保留，不参加核对。"),
        });
    };
    let mut markup = MarkupText::default()
        .bold(key)
        .paragraph()
        .text(meaning)
        .paragraph()
        .text(&format!("可以写：{allowed}。"));
    if key == "模板" {
        markup = template(markup, document, document.slice(entry.value).trim());
    }
    Some(Hover { range, markup })
}

/// The template that is named, and the others.
fn template(mut markup: MarkupText, document: &Document, named: &str) -> MarkupText {
    markup = match document.catalog.template(named) {
        Some(template) => markup
            .paragraph()
            .text("现在用的是 ")
            .code(&template.id)
            .text(&format!(" {}。", template.title)),
        None => markup.paragraph().text(&format!(
            "没有叫“{named}”的模板，现在按通用模板 {} 核对。",
            document.template.id
        )),
    };
    markup = markup.paragraph().text("可以用的模板：").gap();
    for template in document
        .catalog
        .templates()
        .filter(|template| !template.base)
    {
        markup = markup
            .item()
            .code(&template.id)
            .text(&format!(" {}", template.title));
    }
    markup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_once() {
        let mut keys: Vec<&str> = KEYS.iter().map(|(key, ..)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), KEYS.len());
    }
}
