//! Texts that nobody should write: every request is answered, the server lives on.

mod support;

use support::requests::{Place, advertised, everything, follow_ups};
use support::{Client, pulling, text_document};

#[test]
fn every_request_on_every_text_is_answered() {
    let head = "---\n模板: 新疆-2020-部门预算\n年度: 2020\n---\n\n# 第二部分 公开表\n\n## 表三 部门支出总体情况表\n\n";
    let columns = "| 科目编码 | 功能分类科目名称 | 合计 |\n| --- | --- | ---: |\n";
    let texts = [
        "|".repeat(100_000),
        format!("{head}{columns}| 201 | {} | 1 |\n", "𠮷".repeat(60_000)),
        format!(
            "{head}{columns}{}",
            "| 2010301 | 行政运行 | 1 |\n".repeat(4_000)
        ),
        format!("{head}{}", "{表三.".repeat(5_000)),
        format!("{head}{}", "（".repeat(50_000)),
        format!("{head}{}", "# 𠮷\n".repeat(4_000)),
        "---\n模板: 新疆-2020-部门预算\n".repeat(2_000),
        "<!-- ".repeat(20_000),
        format!("\u{FEFF}{head}\0\u{3000}\u{C}\r{columns}\r\r\n| \0 |"),
        "\r".repeat(20_000),
    ];
    let mut client = Client::spawn();
    let capabilities = client.initialize(everything(true))["capabilities"].clone();
    for text in texts {
        client.open(&text);
        let items = client.call("textDocument/diagnostic", text_document())["items"].clone();
        let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
        // The first thousand, and one that says how many there are.
        assert!(items.len() <= 1001);
        assert!(
            !items
                .iter()
                .any(|item| item["message"].to_string().contains("内部出错"))
        );
        for (line, character) in [(0, 0), (0, 1), (3, 4), (11, 8), (11, 30_000), (99_999, 0)] {
            for (method, params) in advertised(&capabilities, Place { line, character }) {
                let id = client.request(method, params);
                let answer = client.answer(id);
                let refused = method.contains("ename") && answer["error"]["code"] == -32803;
                assert!(
                    refused || answer.get("error").is_none(),
                    "{method}: {answer}"
                );
                for (method, params) in follow_ups(&capabilities, method, &answer["result"]) {
                    client.call(method, params);
                }
            }
        }
    }
    let failed = |message: &serde_json::Value| message["method"] == "window/logMessage";
    assert!(!client.others().iter().any(failed));
}

/// Many findings in one line of three megabytes: the line is counted once.
#[test]
fn a_long_line_is_told_in_a_moment() {
    let mut client = Client::start(pulling());
    client.open(&"甲，，乙".repeat(250_000));
    let begin = std::time::Instant::now();
    let items = client.call("textDocument/diagnostic", text_document())["items"].clone();
    assert!(items.as_array().unwrap().len() > 900);
    // Unoptimised, and beside other tests; counting anew for each took a minute.
    assert!(begin.elapsed() < std::time::Duration::from_secs(15));
}
