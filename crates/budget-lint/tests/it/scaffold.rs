//! `templates scaffold`, and the packs of `budget.toml` in `templates`, `new` and `import`.

use crate::run::Folder;

const DOCUMENT: &str = "---\n模板: 通用-预算\n部门: 甲县农业局\n年度: 2025\n金额单位: 万元\n---\n\n\
    # 第二部分 甲县农业局2025年部门预算表\n\n## 表一 专项安排表\n\n\
    | 项目 | 合计 | 省级 | 县级 |\n| --- | ---: | ---: | ---: |\n\
    | 一、种植 | 30.00 | 10.00 | 20.00 |\n\
    | 二、养殖 | 25.00 | 5.00 | 20.00 |\n\
    | 合计 | 55.00 | 15.00 | 40.00 |\n";

/// Takes `# ` away from every identity.
fn confirm(draft: &str) -> String {
    let (structure, offers) = draft.split_once("## ---- 核对关系 ----").expect("offers");
    let lines = offers
        .lines()
        .map(|line| line.strip_prefix("# ").unwrap_or(line));
    format!("{structure}{}\n", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_draft_confirmed_in_a_pack_checks_the_next_document() {
    let folder = Folder::with("甲.budget", DOCUMENT).and("budget.toml", "packs = \"模板\"\n");
    let folder = folder.and("模板/说明.txt", "模板放在这里");
    let run = folder.run(&["templates", "scaffold", "甲.budget"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.err.contains("表格 1 张，待确认的核对关系 2 条"),
        "{run:?}"
    );
    let folder = folder.and("模板/甲县.toml", confirm(&run.out));

    // It is listed, and a new document is made by it.
    let list = folder.run(&["templates"]);
    assert!(list.out.contains("甲县-2025-部门预算"), "{list:?}");
    assert!(
        list.out.contains("（表格 1 张，核对关系 2 条）"),
        "{list:?}"
    );
    let new = folder.run(&["new", "甲县-2025-部门预算"]);
    assert!(new.out.contains("## 表一 专项安排表"), "{new:?}");

    // It finds what is typed wrong.
    let own = DOCUMENT.replace("通用-预算", "甲县-2025-部门预算");
    let folder = folder.and("right.budget", &own);
    let folder = folder.and(
        "wrong.budget",
        own.replace("| 25.00 | 5.00", "| 52.00 | 5.00"),
    );
    assert_eq!(folder.run(&["check", "right.budget"]).code, Some(0));
    let wrong = folder.run(&["check", "--format", "concise", "wrong.budget"]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.out.contains("应为 25.00"), "{wrong:?}");

    // And a document is imported by it.
    let source =
        "甲县农业局2025年部门预算\n\n表一 专项安排表\n项目\t合计\t省级\t县级\n一、种植\t1\t1\t0\n";
    let folder = folder.and("原文.txt", source);
    let import = folder.run(&["import", "原文.txt", "--template", "甲县-2025-部门预算"]);
    assert!(
        import.out.contains("模板: 甲县-2025-部门预算"),
        "{import:?}"
    );
    let import = folder.run(&["import", "原文.txt", "--template", "乙县"]);
    assert_eq!(import.code, Some(2), "{import:?}");
    assert!(import.err.contains("甲县-2025-部门预算"), "{import:?}");
}

#[test]
fn a_draft_is_written_over_nothing() {
    let folder = Folder::with("甲.budget", DOCUMENT).and("有.toml", "原来的");
    let run = folder.run(&["templates", "scaffold", "甲.budget", "-o", "有.toml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.err.contains("已经存在") && run.err.contains("--force"),
        "{run:?}"
    );
    assert_eq!(folder.read("有.toml"), "原来的");
    let run = folder.run(&[
        "templates",
        "scaffold",
        "甲.budget",
        "-o",
        "有.toml",
        "--force",
    ]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""), "{run:?}");
    let written = folder.read("有.toml");
    assert!(written.contains("id = \"甲县-2025-部门预算\""), "{written}");
    // From standard input the same.
    let run = folder.run_with(&["templates", "scaffold", "-"], DOCUMENT);
    assert_eq!(run.out, written);
}

#[test]
fn what_cannot_be_drafted_is_said_in_chinese() {
    let folder = Folder::with("空.budget", "").and("无表.budget", "# 说明\n\n没有表。\n");
    let folder = folder.and("图.budget", [0xff_u8, 0xd8, 0xff, 0xe0, 0x00, 0x10]);
    for (arguments, words) in [
        (&["templates", "scaffold", "空.budget"][..], "文件是空的"),
        (&["templates", "scaffold", "无表.budget"], "没有带标题的表"),
        (&["templates", "scaffold", "没有.budget"], "找不到文件"),
        (&["templates", "scaffold", "."], "文件夹"),
        (&["templates", "scaffold", "图.budget"], "图.budget"),
        (&["templates", "scaffold"], "缺少"),
        (
            &["templates", "--format", "json", "scaffold", "空.budget"],
            "选项 --format <形式> 不能和子命令同时使用",
        ),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?} {run:?}");
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?} {run:?}");
    }
}

#[test]
fn a_pack_with_a_mistake_stops_the_commands_that_use_packs() {
    let folder = Folder::with("甲.budget", DOCUMENT).and("budget.toml", "packs = \"模板\"\n");
    let folder = folder.and(
        "模板/a.toml",
        "id = \"甲\"\nslug = \"a\"\nversion = \"1\"\n",
    );
    for arguments in [
        &["templates"][..],
        &["templates", "scaffold", "甲.budget"],
        &["new", "通用-预算"],
        &["import", "甲.budget"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?} {run:?}");
        assert!(run.err.contains("a.toml:1:1"), "{arguments:?} {run:?}");
        assert!(run.err.contains("缺少“title”"), "{arguments:?} {run:?}");
    }
}
