//! Every form of output, and several at once.

use serde_json::Value;

use crate::run::Folder;

/// A row too long, a line of the front matter that is none.
const WRONG: &str = "---\n模板: 通用-预算\n部门 某县\n---\n\n# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n| 甲 | 1 | 2 |\n";

#[test]
fn a_line_of_jsonl_is_an_element_of_the_json() {
    let folder = Folder::with("a.budget", WRONG).and("b.budget", WRONG);
    let json = folder.run(&["check", "--format", "json"]);
    let array: Vec<Value> = serde_json::from_str(&json.out).expect("JSON");
    let jsonl = folder.run(&["check", "--format", "jsonl"]);
    let lines: Vec<Value> = jsonl
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect();
    assert!(array.len() >= 4, "{array:?}");
    assert_eq!(lines, array);
    assert_eq!(
        folder
            .run(&["check", "--format", "jsonl", "--max-findings", "3"])
            .out
            .lines()
            .count(),
        3
    );
}

#[test]
fn several_reports_come_of_one_run() {
    let folder = Folder::with("a.budget", WRONG).and("乙 丙.json", "旧");
    let run = folder.run(&[
        "check",
        "--format",
        "concise",
        "--output",
        "json=乙 丙.json",
        "-o",
        "human=看.txt",
        "a.budget",
    ]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for (format, text) in [
        ("concise", run.out),
        ("json", folder.read("乙 丙.json")),
        ("human", folder.read("看.txt")),
    ] {
        let alone = folder.run(&["check", "--format", format, "a.budget"]).out;
        assert!(alone.contains("SYN004"), "{alone}");
        assert_eq!(text, alone, "{format}");
    }
}

#[test]
fn a_file_is_not_cut_like_a_screen() {
    let rows = "| 甲 | 1 | 2 |\n".repeat(150);
    let text = format!("# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n{rows}");
    let folder = Folder::with("a.budget", text);
    let run = folder.run(&["check", "-o", "human=a.txt", "a.budget"]);
    assert_eq!(run.out.matches("[SYN004]").count(), 100);
    assert_eq!(folder.read("a.txt").matches("[SYN004]").count(), 150);
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_checked() {
    let folder = Folder::with("a.budget", WRONG);
    for (argument, words) in [
        (
            "json=没有/a.json",
            "没有/a.json：报告写不到这里。没有这个文件夹",
        ),
        ("json=.", "这是文件夹"),
        ("json=b.budget", "这是 .budget 文档的名称"),
        (
            "a.json",
            "写成 形式=文件，形式可用的有：human、concise、json",
        ),
        ("xml=a.xml", "没有“xml”这一形式"),
        ("json=", "等号后面缺少文件名"),
    ] {
        let run = folder.run(&["check", "--output", argument, "a.budget"]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{argument}");
        assert!(run.err.contains(words), "{argument}: {}", run.err);
    }
    let run = folder.run(&["check", "-o", "json=a.json", "-o", "jsonl=./a.json"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("不能写到同一个文件"), "{}", run.err);
    let folder = folder.and("说明.txt", WRONG);
    let run = folder.run(&["check", "-o", "json=./说明.txt", "说明.txt"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("这是要核对的文件"), "{}", run.err);
    assert_eq!(folder.read("a.budget"), WRONG);
    assert_eq!(folder.read("说明.txt"), WRONG);
}
