//! Hovers over the wire: in Markdown for those who show it, at places behind astral text.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

mod support;

use serde_json::{Value, json};
use support::{Client, URI, encoded, pushed};

const TEXT: &str = "---\r\n模板: 新疆-2020-部门预算\r\n---\r\n\r\n# 第二部分 部门预算公开表\r\n\r\n\
    ## 表三 部门支出总体情况表\r\n\r\n\
    | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\r\n| --- | --- | ---: | ---: | ---: |\r\n\
    | 201 | 𠮷县一般公共服务支出 | 150.00 | 110.00 | 30.00 |\r\n\r\n\
    𠮷县 {表三.201.合计 × 2} 万元。\r\n";

fn ask(client: &mut Client, line: u32, character: u32) -> Value {
    client.call(
        "textDocument/hover",
        json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}),
    )
}

#[test]
fn a_number_in_three_encodings() {
    // 𠮷县一般公共服务支出 is 31 bytes, 11 UTF-16 units, 10 characters.
    for (encoding, start) in [("utf-8", 42), ("utf-16", 22), ("utf-32", 21)] {
        let mut client = Client::start(encoded(encoding));
        client.open(TEXT);
        let found = ask(&mut client, 10, start + 2);
        assert_eq!(
            found["range"],
            json!({
                "start": {"line": 10, "character": start},
                "end": {"line": 10, "character": start + 6},
            }),
            "{encoding}"
        );
        let told = found["contents"]["value"].as_str().unwrap();
        assert_eq!(found["contents"]["kind"], "plaintext");
        let verdict = "不成立 表三.201.合计 = 表三.201.基本支出 + 表三.201.项目支出：\
                       150.00（合计） ≠ 110.00（基本支出） + 30.00（项目支出）；\
                       左值 150.00，右值 140.00，差 10.00";
        assert!(told.contains(verdict), "{told}");
    }
}

#[test]
fn a_path_and_a_key_in_markdown() {
    let mut capabilities = pushed();
    capabilities["textDocument"]["hover"] = json!({"contentFormat": ["markdown"]});
    let mut client = Client::start(capabilities);
    client.open(TEXT);
    let found = ask(&mut client, 12, 8);
    assert_eq!(found["contents"]["kind"], "markdown");
    let told = found["contents"]["value"].as_str().unwrap();
    let value = "`表三.201.合计`：150.00 万元（表三 · 201 𠮷县一般公共服务支出 · 合计）";
    assert!(told.starts_with(value), "{told}");
    let range = json!({
        "start": {"line": 12, "character": 5}, "end": {"line": 12, "character": 14},
    });
    assert_eq!(found["range"], range);
    let found = ask(&mut client, 1, 1);
    let told = found["contents"]["value"].as_str().unwrap();
    assert!(told.starts_with("**模板**"), "{told}");
    assert_eq!(ask(&mut client, 13, 0), Value::Null);
}
