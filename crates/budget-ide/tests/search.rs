//! Names across documents.

mod support;

use budget_ide::search::{Query, entries};
use expect_test::expect;
use support::{HEAD, fixture};

#[test]
fn what_can_be_searched_for() {
    let text = format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表七 项目支出情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |\n| --- | --- | --- | ---: |\n\
         | 2010302 | 一般行政管理事务 | 𠮷县网站 | 1 |\n| 2010302 | 一般行政管理事务 | 维修 | 1 |\n\
         | 2010350 | 事业运行 | 𠮷县网站 | 1 |\n| | | 合计 | 3 |\n\n\
         # 第四部分 名词解释\n\n一、“三公”经费：指某。$0\n"
    );
    let (document, _) = fixture(&text);
    let shown: String = entries(&document)
        .into_iter()
        .map(|it| format!("{:?} {} [{}]\n", it.kind, it.name, it.container))
        .collect();
    expect![[r#"
        Part 第二部分 部门预算公开表 []
        Table 表七 项目支出情况表 [第二部分 部门预算公开表]
        Project 𠮷县网站 [表七 项目支出情况表]
        Project 维修 [表七 项目支出情况表]
        Part 第四部分 名词解释 []
        Term “三公”经费 [第四部分 名词解释]
    "#]]
    .assert_eq(&shown);
}

#[test]
fn how_well_a_name_fits() {
    let rank = |query: &str, name: &str| Query::new(query).rank(name);
    assert_eq!(rank("", "表七 项目支出情况表"), Some(0));
    assert_eq!(rank("表七　项目支出情况表", "表七 项目支出情况表"), Some(0));
    assert_eq!(rank("表七", "表七 项目支出情况表"), Some(1));
    assert_eq!(rank("支出", "表七 项目支出情况表"), Some(2));
    assert_eq!(rank("项支表", "表七 项目支出情况表"), Some(3));
    assert_eq!(rank("表支项", "表七 项目支出情况表"), None);
    assert_eq!(rank("\"三公\"", "“三公”经费"), Some(1));
    assert_eq!(rank("oa", "OA 运维"), Some(1));
}
