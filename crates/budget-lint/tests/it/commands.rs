//! The other commands, arguments and exit codes.

use crate::run::Folder;

const UNFORMATTED: &str = "| 项目 | 金额 |\n| --- | ---: |\n| 财政拨款（补助） | 1 |\n";

#[test]
fn misuse_is_told_in_chinese() {
    let folder = Folder::new();
    for (arguments, words) in [
        (&["chek"][..], "没有 chek 这一命令，是不是 check"),
        (
            &["check", "--formt", "json"],
            "没有 --formt 这一选项，是不是 --format",
        ),
        (
            &["check", "--format", "xml"],
            "不能是 xml。可用的有：human、concise、json、jsonl、sarif、github、gitlab",
        ),
        (&["check", "--max-findings", "多"], "不能是 多"),
        (&["explain"], "缺少 <规则>"),
        (&["fmt", "--check", "--diff"], "不能同时使用"),
        (&["explain", "ARI01"], "没有规则“ARI01”，是不是 ARI001"),
        (&["new", "新疆-2021-部门预算"], "是不是 新疆-2020-部门预算"),
        (&["import", "没有.txt"], "找不到文件"),
        (&["import", "-", "--template", "没有"], "没有模板“没有”"),
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
    let run = folder.run(&[]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("用法：budget-lint <命令>"), "{}", run.err);
}

#[test]
fn help_is_chinese() {
    let folder = Folder::new();
    for command in [
        "check",
        "fmt",
        "import",
        "new",
        "explain",
        "rules",
        "templates",
    ] {
        let run = folder.run(&[command, "--help"]);
        assert_eq!(run.code, Some(0));
        assert!(run.out.contains("用法："), "{}", run.out);
        for english in ["Usage", "Options", "OPTIONS", "possible values", "Print"] {
            assert!(!run.out.contains(english), "{command}: {}", run.out);
        }
    }
}

#[test]
fn fmt_checks_differs_and_writes() {
    let folder = Folder::with("a.budget", UNFORMATTED);
    let run = folder.run(&["fmt", "--check"]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (Some(1), "a.budget\n需要排版 1 个文件，共 1 个\n")
    );
    let run = folder.run(&["fmt", "--diff"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.out.starts_with("--- a.budget\n+++ a.budget\n@@ "),
        "{}",
        run.out
    );
    assert_eq!(folder.read("a.budget"), UNFORMATTED, "only looked at");

    let piped = folder.run_with(&["fmt", "-"], UNFORMATTED);
    assert_eq!(piped.code, Some(0));
    assert_eq!(folder.run(&["fmt"]).out, "已重新排版 1 个文件，共 1 个\n");
    assert_eq!(folder.read("a.budget"), piped.out);
    assert!(
        piped.out.contains("|    1 |"),
        "amounts stand right: {}",
        piped.out
    );
    assert_eq!(folder.run(&["fmt", "--check"]).code, Some(0));
    assert_eq!(folder.run(&["fmt"]).out, "已重新排版 0 个文件，共 1 个\n");
}

#[test]
fn severities_decide_the_exit_code_and_what_is_shown() {
    let text = "---\n模板: 通用-预算\n部门 某县\n---\n";
    let folder = Folder::with("a.budget", text);
    let code = |arguments: &[&str]| folder.run(arguments).code;
    assert_eq!(code(&["check", "a.budget"]), Some(1));
    assert_eq!(
        code(&["check", "a.budget", "--fail-level", "error"]),
        Some(1)
    );
    assert_eq!(
        code(&["check", "a.budget", "--fail-level", "never"]),
        Some(0)
    );

    let folder = folder.and("budget.toml", "[rules]\nSYN001 = \"info\"\n");
    let code = |arguments: &[&str]| folder.run(arguments).code;
    assert_eq!(
        code(&["check", "a.budget", "--fail-level", "error"]),
        Some(0)
    );
    assert_eq!(
        code(&["check", "a.budget", "--fail-level", "info"]),
        Some(1)
    );
    // What is not shown still counts.
    let hidden = folder.run(&[
        "check",
        "a.budget",
        "--format",
        "concise",
        "--min-severity",
        "warning",
        "--fail-level",
        "info",
    ]);
    assert_eq!(hidden.code, Some(1));
    assert!(!hidden.out.contains("SYN001"), "{}", hidden.out);

    let folder = folder.and("budget.toml", "fail-level = \"never\"\n");
    assert_eq!(folder.run(&["check", "a.budget"]).code, Some(0));
    assert_eq!(
        folder
            .run(&["check", "a.budget", "--fail-level", "error"])
            .code,
        Some(1),
        "the command line goes before the file"
    );

    let folder = folder.and("budget.toml", "[rules]\nfront-matter = \"off\"\n");
    let run = folder.run(&["check", "a.budget"]);
    assert!(!run.out.contains("必须修改[SYN001]"), "{}", run.out);
    assert!(run.out.contains("已忽略 1 处"), "{}", run.out);
}

#[test]
fn standard_input_is_checked_under_a_name() {
    let folder = Folder::with("budget.toml", "[rules]\nSYN001 = \"info\"\n");
    let text = "---\n模板: 通用-预算\n部门 某县\n---\n";
    let run = folder.run_with(
        &[
            "check",
            "-",
            "--stdin-filename",
            "甲.budget",
            "--format",
            "concise",
        ],
        text,
    );
    assert!(
        run.out.contains("甲.budget:3:1: info[SYN001] "),
        "{}",
        run.out
    );
    let run = folder.run_with(&["check", "-", "--format", "concise"], text);
    assert!(
        run.out.contains("标准输入:3:1: error[SYN001] "),
        "{}",
        run.out
    );
}

#[test]
fn rules_and_templates_are_listed() {
    let folder = Folder::new();
    let run = folder.run(&["rules", "--format", "json"]);
    let rules: Vec<serde_json::Value> = serde_json::from_str(&run.out).expect("JSON");
    let first = rules
        .iter()
        .find(|rule| rule["code"] == "ARI001")
        .expect("there");
    assert_eq!(first["slug"], "row-sum");
    assert_eq!(first["severity"], "error");
    for rule in &rules {
        let code = rule["code"].as_str().expect("a code");
        let page = folder.run(&["explain", code]);
        assert_eq!(page.code, Some(0));
        assert!(page.out.starts_with(&format!("# {code} ")), "{}", page.out);
        assert!(folder.run(&["rules"]).out.contains(code));
    }
    let run = folder.run(&["templates"]);
    assert!(run.out.contains("新疆-2020-部门预算"), "{}", run.out);
    assert!(run.out.contains("通用-预算"), "{}", run.out);
}

#[test]
fn import_places_a_text_and_reports() {
    let source = "某县人民政府办公室2020年部门预算公开\n\n第一部分 单位概况\n\n一、主要职能\n\n负责日常工作。\n";
    let folder = Folder::with("原文.txt", source);
    let run = folder.run(&["import", "原文.txt"]);
    assert!(run.code.is_some_and(|code| code < 2), "{run:?}");
    assert!(run.out.starts_with("---\n"), "{run:?}");
    assert!(run.out.contains("负责日常工作。"), "{run:?}");

    let run = folder.run(&["import", "原文.txt", "-o", "a.budget", "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["numbers"]["lost"], 0);
    assert!(folder.read("a.budget").contains("负责日常工作。"));
    // Another import does not write over it.
    let run = folder.run(&["import", "原文.txt", "-o", "a.budget"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("已经存在"), "{run:?}");
}

#[test]
fn import_reads_tables_in_gb18030_and_says_why_a_file_cannot_be_read() {
    let csv = "部门收入总体情况表,\n项目,金额\n财政拨款,\"1,234.50\"\n";
    let (bytes, ..) = encoding_rs::GB18030.encode(csv);
    let folder = Folder::with("收入.csv", bytes);
    let run = folder.run(&["import", "收入.csv"]);
    assert!(
        run.out
            .contains("## 部门收入总体情况表\n\n- 来源：收入.csv\n"),
        "{run:?}"
    );
    assert!(run.out.contains("1,234.50"), "{run:?}");

    let mut locked = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let folder = Folder::with("预算.xlsx", locked);
    let run = folder.run(&["import", "预算.xlsx"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("预算.xlsx：文件设有打开密码"), "{run:?}");
    // Checked as it is, it is told what to do.
    let run = folder.run(&["check", "预算.xlsx"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("请用 budget-lint import 导入"), "{run:?}");
}

#[test]
fn a_new_document_is_a_draft_without_errors() {
    let folder = Folder::new();
    let arguments = [
        "new",
        "新疆-2020-部门预算",
        "--body",
        "某县人民政府办公室",
        "--year",
        "2020",
        "-o",
        "a.budget",
    ];
    assert_eq!(folder.run(&arguments).code, Some(0));
    let run = folder.run(&[
        "check",
        "a.budget",
        "--fail-level",
        "error",
        "--format",
        "concise",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert_eq!(folder.run(&["fmt", "--check", "a.budget"]).code, Some(0));
    assert_eq!(
        folder.run(&arguments).code,
        Some(2),
        "nothing is written over"
    );
}

#[test]
fn control_characters_of_a_document_are_written_as_they_are() {
    let text = "前\u{1b}[31m红\u{1b}[0m后\u{3}\u{c}。\n";
    let run = Folder::new().run_with(&["fmt", "-"], text);
    assert_eq!((run.code, run.out.as_str()), (Some(0), text));
}
