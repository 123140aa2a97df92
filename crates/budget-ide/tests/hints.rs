//! Values and names shown amid the text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::hints;
use budget_model::relation::{Collect, check};
use budget_syntax::TextRange;
use support::{HEAD, fixture};

const TABLE: &str = "# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
    | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n\
    | 205 | 教育支出 | 90.00 | 60.00 | 30.00 |\n| 206 | 科学技术支出 | = | | 5.00 |\n| | 合计 | = | 60.00 | 35.00 |\n\n\
    # 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n支出 {表三.合计.合计} 万元，其中教育 {表三.205.合计} 万元，$0{表三.没有.合计}。\n";

/// The text with the hints in it.
fn shown(cells: bool, part: impl Fn(&str, u32) -> TextRange) -> String {
    let (document, offset) = fixture(&format!("{HEAD}{TABLE}"));
    let ledger = check(&document, Collect::Broken);
    let range = part(&document.text, offset);
    let mut text = document.text.to_string();
    for hint in hints(&document, &ledger, range, cells).iter().rev() {
        assert!(!hint.tooltip.is_empty());
        text.insert_str(hint.offset as usize, &format!("⟨{}⟩", hint.text));
    }
    text.lines()
        .filter(|line| line.contains('⟨'))
        .collect::<Vec<_>>()
        .join("\n")
}

fn all(text: &str, _: u32) -> TextRange {
    TextRange::new(0, u32::try_from(text.len()).unwrap())
}

#[test]
fn in_prose() {
    // 206: 5.00, so the total is 95.00.
    assert_eq!(
        shown(false, all),
        "支出 {表三.合计.合计}⟨95.00⟩ 万元，其中教育 {表三.205⟨教育支出⟩.合计}⟨90.00⟩ 万元，{表三.没有.合计}。"
    );
    assert_eq!(
        shown(false, |text, _| {
            let at = text.find("其中教育").unwrap();
            let at = u32::try_from(at).unwrap();
            TextRange::new(at, at + 40)
        }),
        "支出 {表三.合计.合计} 万元，其中教育 {表三.205⟨教育支出⟩.合计}⟨90.00⟩ 万元，{表三.没有.合计}。"
    );
    assert_eq!(shown(false, |_, offset| TextRange::empty(offset)), "");
}

#[test]
fn in_cells_only_if_asked_for() {
    assert_eq!(
        shown(true, |text, _| {
            TextRange::new(0, u32::try_from(text.find("# 第三").unwrap()).unwrap())
        }),
        "| 206 | 科学技术支出 | =⟨5.00⟩ | | 5.00 |\n| | 合计 | =⟨95.00⟩ | 60.00 | 35.00 |"
    );
}
