//! Fixes that are refused don't use up the rounds of those that do good.

use std::{fmt::Write, sync::Arc};

use budget_rules::Severity;
use budget_workspace::{
    File, FilePath, Settings,
    mend::{Fixes, mend},
};

/// Parents that rounding explains, as are their parts: what balances one sum unbalances another, so that no fix of the
/// rows does any good.
fn fighting(groups: usize) -> String {
    let mut text = "---\n模板: 新疆-2020-部门预算\n金额单位: 万元\n---\n\n# 第二部分 部门预算公开表\n\n\
        ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n"
        .to_owned();
    for group in 1..=groups {
        let parent = format!("201{group:02}");
        let _ = writeln!(text, "| {parent} | 事务 | 0.7 | 0.2 | 0.4 |");
        for part in ["01", "02"] {
            let _ = writeln!(text, "| {parent}{part} | 行政运行 | 0.4 | 0.1 | 0.2 |");
        }
    }
    text + "\n# 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n安排办公经费。。\n"
}

#[test]
fn safe_fixes_are_made_however_many_others_are_refused() {
    let file = File::new(
        FilePath::Virtual("甲".to_owned()),
        fighting(60).into(),
        None,
        None,
        Arc::new(Settings::builtin()),
    );
    let mended = mend(file, Fixes::Unsafe, Severity::Hint);
    assert!(mended.file.text.ends_with("安排办公经费。\n"));
    let others = mended.file.report().findings.iter();
    let others = others.filter(|it| it.rule == "ARI001").count();
    assert!(others > 0, "some are refused");
}
