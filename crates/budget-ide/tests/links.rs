//! Where a document leads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    reason = "tests only"
)]

mod support;

use budget_ide::{LinkTarget, links};
use support::fixture;

fn shown(text: &str, there: &[&str]) -> Vec<(String, String)> {
    let (document, _) = fixture(text);
    let links = links(&document, |name| there.contains(&name));
    links
        .into_iter()
        .map(|link| {
            let target = match link.target {
                LinkTarget::File(name) => format!("文件 {name}"),
                LinkTarget::Url(url) => url,
            };
            (document.slice(link.range).to_owned(), target)
        })
        .collect()
}

fn pair(text: &str, target: &str) -> (String, String) {
    (text.to_owned(), target.to_owned())
}

#[test]
fn files_that_are_there() {
    let text = "$0---\n模板: 新疆-2020-部门预算\n上年文档: 2019/𠮷县.budget\n预算文档: 没有.budget\n---\n\n\
        # 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n- 来源：批复.xlsx#表三\n\n| 科目编码 |\n| --- |\n| 201 |\n";
    assert_eq!(
        shown(text, &["2019/𠮷县.budget", "批复.xlsx"]),
        [
            pair("2019/𠮷县.budget", "文件 2019/𠮷县.budget"),
            pair("批复.xlsx", "文件 批复.xlsx")
        ]
    );
    assert_eq!(shown(text, &[]), []);
}

#[test]
fn addresses() {
    let text = "$0- 依据：https://www.mof.gov.cn/a(1).htm。\n\n见（http://a.cn/一）和 [文件](https://b.cn/x?y=1&z#w)，\
        http://c.cn, ftp://d.cn https://。\n\n| 名称 |\n| --- |\n| https://e.cn| 甲 |\n";
    assert_eq!(
        shown(text, &[]),
        [
            pair(
                "https://www.mof.gov.cn/a(1).htm",
                "https://www.mof.gov.cn/a(1).htm"
            ),
            pair("http://a.cn/", "http://a.cn/"),
            pair("https://b.cn/x?y=1&z#w", "https://b.cn/x?y=1&z#w"),
            pair("http://c.cn", "http://c.cn"),
            pair("https://e.cn", "https://e.cn"),
        ]
    );
}
