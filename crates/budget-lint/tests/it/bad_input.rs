//! Whatever is passed gets a clear answer in bounded time.

use std::fs;

use encoding_rs::GB18030;

use crate::run::{Folder, Run};

const HEAD: &str =
    "---\n模板: 通用-预算\n部门: 某县人民政府办公室\n年度: 2020\n金额单位: 万元\n---\n";

/// Rules told, as `rule severity line`.
fn findings(run: &Run) -> Vec<String> {
    let values: Vec<serde_json::Value> = serde_json::from_str(&run.out).expect("JSON");
    values
        .iter()
        .map(|value| {
            format!(
                "{} {} {}",
                value["rule"].as_str().unwrap_or("?"),
                value["severity"].as_str().unwrap_or("?"),
                value["range"]["start"]["line"],
            )
        })
        .collect()
}

fn check(bytes: impl AsRef<[u8]>) -> (Run, Vec<String>) {
    let run = Folder::with("a.budget", bytes).run(&["check", "--format", "json", "a.budget"]);
    let told = findings(&run);
    (run, told)
}

#[test]
fn gb18030_is_read_and_said() {
    let text = format!("{HEAD}\n# 第二部分 部门预算公开表\n");
    let (bytes, _, _) = GB18030.encode(&text);
    let (run, told) = check(bytes);
    assert!(told.contains(&"SYN008 info 1".to_owned()), "{told:?}");
    assert!(run.out.contains("按 GB18030 读入"), "{}", run.out);
}

#[test]
fn fmt_rewrites_gb18030_as_utf8() {
    let (bytes, _, _) = GB18030.encode(HEAD);
    let folder = Folder::with("a.budget", &bytes);
    assert_eq!(folder.run(&["fmt", "--check", "a.budget"]).code, Some(1));
    let diff = folder.run(&["fmt", "--diff", "a.budget"]);
    assert_eq!(diff.code, Some(1));
    assert!(
        diff.err.contains("已按 GB18030 读取，重写为 UTF-8"),
        "{}",
        diff.err
    );
    assert_eq!(folder.run(&["fmt", "a.budget"]).code, Some(0));
    assert!(folder.read("a.budget").contains("某县人民政府办公室"));
    assert_eq!(folder.run(&["fmt", "--check", "a.budget"]).code, Some(0));
}

#[test]
fn a_byte_order_mark_is_said_and_moves_nothing() {
    let (_, told) = check(format!("\u{FEFF}{HEAD}"));
    assert!(told.contains(&"SYN008 info 1".to_owned()), "{told:?}");
    let (_, plain) = check(HEAD);
    assert_eq!(
        told.iter()
            .filter(|told| !told.starts_with("SYN008"))
            .collect::<Vec<_>>(),
        plain.iter().collect::<Vec<_>>()
    );
}

#[test]
fn what_is_no_text_is_refused_in_words() {
    let cases: [(&[u8], &str); 4] = [
        (b"PK\x03\x04\x14\x00\x06\x00", "Word/Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (&[0; 5000], "不是文本文件"),
        (
            b"\x00\xFF\xFE\x81\x8D\xD8\xD8\x00\xC3\x28\xA0\xA1",
            "认不出文件的编码",
        ),
    ];
    for (bytes, words) in cases {
        let folder = Folder::with("a.budget", bytes);
        for command in [
            &["check", "a.budget"][..],
            &["fmt", "a.budget"],
            &["import", "a.budget"],
        ] {
            let run = folder.run(command);
            // `import` reads packages, and this one is cut off.
            let packed = command.contains(&"import") && bytes.starts_with(b"PK");
            let words = if packed {
                "不完整或已损坏"
            } else {
                words
            };
            assert_eq!(run.code, Some(2), "{words}: {run:?}");
            assert!(run.err.contains(words), "{words}: {run:?}");
            assert!(run.err.contains("a.budget"), "{run:?}");
        }
        assert_eq!(
            fs::read(folder.path("a.budget")).expect("read"),
            bytes,
            "left as it was"
        );
    }
}

#[test]
fn an_empty_file_is_checked() {
    let (run, told) = check("");
    assert!(run.code.is_some_and(|code| code < 2), "{run:?}");
    assert!(told.iter().all(|told| !told.starts_with("SYN")), "{told:?}");
}

#[test]
fn paths_that_lead_nowhere() {
    let folder = Folder::with("说明.txt", "");
    let run = folder.run(&["check", "没有.budget"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "budget-lint：没有.budget：找不到文件。请检查路径\n"
    );

    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "budget-lint：.：文件夹中没有 .budget 文件。用 budget-lint new 新建，或用 budget-lint import 导入\n"
    );

    // A file passed by hand is checked whatever its name.
    assert!(
        folder
            .run(&["check", "说明.txt"])
            .code
            .is_some_and(|code| code < 2)
    );
}

#[test]
fn one_unreadable_file_does_not_hide_the_others() {
    let folder = Folder::with("a.budget", "%PDF-").and("b.budget", HEAD);
    let run = folder.run(&["check", "a.budget", "b.budget"]);
    assert_eq!(run.code, Some(2));
    assert!(run.out.starts_with("b.budget："), "{run:?}");
}

#[test]
fn a_folder_gives_its_files_in_order() {
    let folder = Folder::with("乙/2.budget", HEAD)
        .and("乙/1.budget", HEAD)
        .and("甲.budget", HEAD)
        .and("乙/3.txt", HEAD)
        .and("草稿/4.budget", HEAD)
        .and(".gitignore", "草稿/\n");
    let run = folder.run(&["fmt", "--check", "--diff"]);
    assert_eq!(run.code, Some(2), "one of them at a time");
    let run = folder.run(&["check", "--outcomes", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let files: Vec<_> = value["ledger"]
        .as_array()
        .expect("a ledger")
        .iter()
        .map(|ledger| ledger["file"].as_str().unwrap_or("?").replace('\\', "/"))
        .collect();
    assert_eq!(files, ["乙/1.budget", "乙/2.budget", "甲.budget"]);
}

#[test]
fn a_line_of_a_megabyte() {
    let long = "某项经费１，２３４．５６万元，".repeat(25_000);
    assert!(long.len() > 1_000_000);
    for text in [
        long.clone(),
        format!("{HEAD}\n{long}\n"),
        format!("{HEAD}\n| {long} |\n| --- |\n| {long} |\n"),
        format!("| {}\n", "a | ".repeat(250_000)),
        "#".repeat(1_000_000),
        "{".repeat(1_000_000),
        "（".repeat(30_000),
        format!("<!-- {}", "-".repeat(1_000_000)),
        format!("|{{{}", "(".repeat(500_000)),
    ] {
        let folder = Folder::with("a.budget", &text);
        for format in ["human", "json"] {
            let run = folder.run(&["check", "--format", format, "a.budget"]);
            assert!(run.code.is_some_and(|code| code < 2), "{:?}", run.err);
        }
        assert_eq!(folder.run(&["fmt", "a.budget"]).code, Some(0));
    }
}

#[test]
fn a_hundred_thousand_rows() {
    let rows: String = (0..100_000)
        .map(|row| format!("| 项目{row} | {row}.00 |\n"))
        .collect();
    let text = format!("{HEAD}\n# 表一 项目表\n\n| 项目 | 金额 |\n| --- | ---: |\n{rows}");
    let (run, _) = check(&text);
    assert!(run.code.is_some_and(|code| code < 2));
    assert_eq!(
        Folder::with("a.budget", &text)
            .run(&["fmt", "a.budget"])
            .code,
        Some(0)
    );
}

#[test]
fn ten_thousand_errors_are_counted_and_the_first_shown() {
    let rows = "| 甲 | 1 | 2 |\n".repeat(10_000);
    let text = format!("{HEAD}\n# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n{rows}");
    let folder = Folder::with("a.budget", &text);
    let run = folder.run(&["check", "a.budget"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.out.matches("[SYN004]").count(), 100);
    assert!(
        run.last_line().contains("只显示了前 100 处"),
        "{}",
        run.last_line()
    );

    let concise = folder.run(&["check", "--format", "concise", "a.budget"]);
    assert_eq!(concise.out.matches("error[SYN004]").count(), 10_000);
    let ten = folder.run(&[
        "check",
        "--format",
        "concise",
        "--max-findings",
        "10",
        "a.budget",
    ]);
    assert_eq!(ten.out.lines().count(), 10);
    assert!(ten.err.contains("没有显示"), "{}", ten.err);

    let (_, told) = check(&text);
    assert_eq!(
        told.iter()
            .filter(|told| told.starts_with("SYN004"))
            .count(),
        10_000
    );
}

#[test]
fn ten_thousand_errors_on_one_line() {
    let text = format!("{HEAD}\n{}\n", "甲{乙..丙}".repeat(10_000));
    let folder = Folder::with("a.budget", &text);
    for format in [
        "human", "concise", "json", "jsonl", "sarif", "github", "gitlab",
    ] {
        let run = folder.run(&["check", "--format", format, "a.budget"]);
        assert_eq!(run.code, Some(1), "{}", run.err);
    }
}

#[test]
fn line_ends_and_odd_characters() {
    let plain = format!("{HEAD}\n# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n| 甲 | 1 | 2 |\n");
    let (_, expected) = check(&plain);
    assert!(
        expected.contains(&"SYN004 error 12".to_owned()),
        "{expected:?}"
    );
    for (what, text) in [
        ("CRLF", plain.replace('\n', "\r\n")),
        ("CR", plain.replace('\n', "\r")),
        ("U+3000", plain.replace("| 甲", "|\u{3000}甲\u{3000}")),
        ("form feed", plain.replace("甲", "甲\u{C}")),
        ("vertical tab", plain.replace("甲", "甲\u{B}")),
        ("line separator", plain.replace("甲", "甲\u{2028}\u{85}")),
        ("astral", plain.replace("甲", "𠀀👨‍👩‍👧")),
        ("full-width", plain.replace('|', "｜")),
    ] {
        let (_, told) = check(&text);
        let syntax = |told: &[String]| -> Vec<String> {
            told.iter()
                .filter(|told| told.starts_with("SYN"))
                .cloned()
                .collect()
        };
        assert_eq!(syntax(&told), syntax(&expected), "{what}");
    }
    let (_, told) = check(plain.replace('甲', "甲\0"));
    assert!(told.contains(&"SYN008 info 12".to_owned()), "{told:?}");
}

#[test]
fn columns_count_characters() {
    let text = format!("{HEAD}\n# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n| 𠀀👨‍👩‍👧 | 1 | 2 |\n");
    let run = Folder::with("a.budget", text).run(&["check", "--format", "json", "a.budget"]);
    let values: Vec<serde_json::Value> = serde_json::from_str(&run.out).expect("JSON");
    let extra = values
        .iter()
        .find(|value| value["rule"] == "SYN004")
        .expect("one");
    // `| 𠀀👨‍👩‍👧 | 1 |` is 2 + 1 + 5 (three people, two joiners) + 3 + 1 + 2 = 14 characters.
    let column = extra["range"]["start"]["column"]
        .as_u64()
        .expect("a column");
    assert!((14..=16).contains(&column), "{extra}");
}

#[test]
fn an_unknown_template_is_told_with_those_there_are() {
    let text = HEAD.replace("通用-预算", "新疆-2021-部门预算");
    let run = Folder::with("a.budget", text).run(&["check", "a.budget"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.contains("STR016"), "{run:?}");
    assert!(run.out.contains("新疆-2020-部门预算"), "{run:?}");
}

#[test]
fn a_bad_configuration_stops_the_run() {
    let folder = Folder::with("a.budget", HEAD).and("budget.toml", "[rules]\nXXX001 = \"off\"\n");
    let run = folder.run(&["check", "a.budget"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("budget.toml:2:1: 没有名为“XXX001”的规则"),
        "{}",
        run.err
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::{Command, Stdio};
    let rows = "| 甲 | 1 | 2 |\n".repeat(10_000);
    let text = format!("{HEAD}\n# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n{rows}");
    let folder = Folder::with("a.budget", text);
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("budget-lint"))
        .args(["check", "--format", "json"])
        .arg(folder.path("a.budget"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("run");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
