//! Renaming over the wire.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::{Client, at, encoded, pushed};

const TEXT: &str = "---\r\n模板: 新疆-2020-部门预算\r\n---\r\n\r\n# 第二部分 部门预算公开表\r\n\r\n\
    ## 表七 项目支出情况表\r\n\r\n| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |\r\n\
    | --- | --- | --- | ---: |\r\n| 2010302 | 一般行政管理事务 | 𠮷县网站 | 40.00 |\r\n\r\n\
    # 第三部分 部门预算情况说明\r\n\r\n𠮷县网站 {表七.𠮷县网站.项目支出合计} 万元。\r\n";

#[test]
fn a_project_in_three_encodings() {
    // The name begins the line; a place inside it and its end.
    for (encoding, inside, end) in [("utf-8", 7, 13), ("utf-16", 3, 5), ("utf-32", 2, 4)] {
        let mut capabilities = encoded(encoding);
        capabilities["textDocument"]["rename"] = json!({"prepareSupport": true});
        let mut client = Client::start(capabilities);
        client.open(TEXT);
        let found = client.call("textDocument/prepareRename", at(14, inside));
        assert_eq!(
            found,
            json!({
                "range": {
                    "start": {"line": 14, "character": 0}, "end": {"line": 14, "character": end},
                },
                "placeholder": "𠮷县网站",
            }),
            "{encoding}"
        );
        let mut params = at(14, inside);
        params["newName"] = json!("𠮷县门户（网站）");
        let edit = client.call("textDocument/rename", params);
        let expected = TEXT
            .replace("表七.𠮷县网站.", "表七.【𠮷县门户（网站）】.")
            .replace("𠮷县网站", "𠮷县门户（网站）");
        assert_eq!(client.apply(2, &edit), expected, "{encoding}");
    }
}

#[test]
fn a_refusal_says_why() {
    let mut client = Client::start(pushed());
    client.open(TEXT);
    let mut refused = |method: &str, params: Value| {
        let id = client.request(method, params);
        let answer = client.answer(id);
        let error = answer["error"].clone();
        assert_eq!(error["code"], -32803, "{method}");
        error["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        refused("textDocument/prepareRename", at(10, 35)),
        "数字没有名称，不能改名。请直接改单元格里的数字"
    );
    let rename = |line, character, name: &str| {
        let mut params = at(line, character);
        params["newName"] = json!(name);
        params
    };
    assert_eq!(
        refused("textDocument/rename", rename(10, 3, "201")),
        "编码 2010302 有 7 位，新编码也要 7 位：类 3 位，款 5 位，项 7 位"
    );
    assert_eq!(
        refused("textDocument/rename", rename(3, 0, "甲")),
        "这里没有可以改名的内容。请把光标放在名词、项目名称或者科目编码上"
    );
}
