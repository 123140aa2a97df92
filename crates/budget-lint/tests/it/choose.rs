//! Which rules are used, and what is set aside.

use crate::run::{Folder, Run};

/// 150 is not 110 + 30 (ARI001, error), and 。。 (TXT001, warning).
const TEXT: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
    ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
    | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | 150.00 | 110.00 | 30.00 |\n\n\
    # 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n安排办公经费。。\n";

/// Only the two rules: what else the document lacks is not asked for.
const SELECT: &str = "select = [\"ARI001\", \"TXT001\"]\n";

fn folder() -> Folder {
    Folder::with("甲.budget", TEXT).and("budget.toml", SELECT)
}

fn rules(run: &Run) -> Vec<&str> {
    ["ARI001", "TXT001"]
        .into_iter()
        .filter(|rule| run.out.contains(&format!("\"rule\":\"{rule}\"")))
        .collect()
}

fn check<'r>(
    folder: &Folder,
    arguments: &[&str],
    run: &'r mut Option<Run>,
) -> (Vec<&'r str>, Option<i32>) {
    let all = [&["check", "--format", "json"], arguments].concat();
    let run = run.insert(folder.run(&all));
    (rules(run), run.code)
}

#[test]
fn rules_are_chosen_by_code_group_or_name() {
    let folder = Folder::with("甲.budget", TEXT);
    let mut run = None;
    for (arguments, rules, code) in [
        (
            &["--select", "ARI001,文字"][..],
            &["ARI001", "TXT001"][..],
            1,
        ),
        (&["--select", "表内"], &["ARI001"], 1),
        (&["--select", "doubled-punctuation"], &["TXT001"], 1),
        (
            &["--select", "全部", "--ignore", "ARI,STR", "--ignore", "COD"],
            &["TXT001"],
            1,
        ),
        (&["--select", "TXT001", "--severity", "TXT=hint"], &[], 0),
        (
            &["--select", "TXT001", "--severity", "TXT=error,TXT001=info"],
            &["TXT001"],
            0,
        ),
        (
            &["--select", "TXT001", "--fail-level", "error"],
            &["TXT001"],
            0,
        ),
        (
            &[
                "--select",
                "TXT001",
                "--fail-level",
                "error",
                "--max-warnings",
                "0",
            ],
            &["TXT001"],
            1,
        ),
        (
            &[
                "--select",
                "TXT001",
                "--fail-level",
                "error",
                "--max-warnings",
                "1",
            ],
            &["TXT001"],
            0,
        ),
    ] {
        assert_eq!(
            check(&folder, arguments, &mut run),
            (rules.to_vec(), Some(code)),
            "{arguments:?}"
        );
    }
}

#[test]
fn what_cannot_be_chosen_is_told() {
    let folder = folder();
    for (arguments, words) in [
        (&["--select", "ARX"][..], "不能是 ARX：没有这条规则"),
        (&["--severity", "ARI001"], "写成 规则=级别"),
        (&["--severity", "ARI001=很重"], "级别可用的有"),
        (&["--profile", "公开"], "可用的有：送审"),
        (&["--config", "没有.toml"], "没有这个文件。请检查路径"),
        (&["--add-suppressions"], "请加上 --reason 理由"),
        (
            &["--add-suppressions", "--reason", "a --> b"],
            "不能有竖线和“-->”",
        ),
        (
            &["--add-suppressions", "--add-explanations"],
            "不能同时使用",
        ),
        (
            &["--add-suppressions", "--reason", "甲", "--diff"],
            "不能同时使用",
        ),
        (&["--add-explanations", "--fix"], "不能同时使用"),
        (&["--unsafe-fixes"], "缺少 "),
        (&["--reason", "甲"], "缺少 "),
    ] {
        let run = folder.run(&[&["check"], arguments].concat());
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    }
    assert_eq!(folder.read("甲.budget"), TEXT);
}

#[test]
fn what_is_off_is_counted() {
    let run = folder().run(&["check", "--ignore", "ARI001"]);
    let before = folder().run(&["check"]);
    let off = |run: &Run| {
        let line = run
            .out
            .lines()
            .find_map(|line| line.strip_prefix("规则已关闭，不显示 "));
        let count = line.and_then(|rest| rest.split(' ').next());
        count.and_then(|count| count.parse::<u32>().ok())
    };
    assert_eq!(
        off(&run),
        off(&before).map(|count| count + 1),
        "{}",
        run.out
    );
    assert!(!run.out.contains("[ARI001]"), "{}", run.out);
    assert!(run.last_line().contains("共 1 处"), "{}", run.out);
}

#[test]
fn a_baseline_is_written_used_and_pruned() {
    let folder = folder();
    let mut run = None;
    let run_ = folder.run(&["baseline"]);
    assert_eq!(run_.code, Some(0), "{}", run_.err);
    assert!(run_.err.contains("记下 2 处"), "{}", run_.err);
    assert_eq!(
        check(&folder, &["--baseline", "budget-baseline.json"], &mut run),
        (vec![], Some(0))
    );

    let config = format!("baseline = \"budget-baseline.json\"\n{SELECT}");
    let folder = folder.and("budget.toml", config);
    assert_eq!(check(&folder, &[], &mut run), (vec![], Some(0)));
    assert_eq!(
        check(&folder, &["--profile", "送审"], &mut run),
        (vec!["ARI001"], Some(1))
    );

    // Mended: the entry is stale, which has a status of its own; what is new counts more.
    let folder = folder.and("甲.budget", TEXT.replace("150.00", "140.00"));
    assert_eq!(check(&folder, &[], &mut run), (vec![], Some(3)));
    let said = run.as_ref().map_or("", |run| run.err.as_str());
    assert!(
        said.contains("不再报告：[ARI001]") && said.contains("--prune"),
        "{said}"
    );
    let folder = folder.and("甲.budget", TEXT.replace("150.00", "160.00"));
    assert_eq!(check(&folder, &[], &mut run), (vec!["ARI001"], Some(1)));

    let pruned = folder.run(&["baseline", "--prune"]);
    assert!(
        pruned.err.contains("删去已经没有的问题 1 处，还有 1 处"),
        "{}",
        pruned.err
    );
    assert_eq!(check(&folder, &[], &mut run), (vec!["ARI001"], Some(1)));
    assert_eq!(run.as_ref().map(|run| run.err.as_str()), Some(""));
    let folder = folder.and("甲.budget", TEXT.replace("150.00", "140.00"));
    assert_eq!(check(&folder, &[], &mut run), (vec![], Some(0)));
}

#[test]
fn a_baseline_in_a_folder_of_its_own_serves_a_copy() {
    let folder = folder()
        .and("县/乙.budget", TEXT)
        .and(
            "budget.toml",
            format!("baseline = \".核对/基线.json\"\n{SELECT}"),
        )
        .and(".核对/.keep", "");
    let run = folder.run(&["baseline"]);
    assert!(run.err.contains("记下 4 处"), "{run:?}");
    let baseline = folder.read(".核对/基线.json");
    assert!(baseline.contains("\"../县/乙.budget\""), "{baseline}");
    let copy = Folder::with("甲.budget", TEXT)
        .and("budget.toml", folder.read("budget.toml"))
        .and(".核对/基线.json", baseline);
    // 乙 is not there: what is held of it is stale, unless one file alone was asked about.
    let run = copy.run(&["check", "甲.budget"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let run = copy.run(&["check"]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.err
            .contains("2 处问题，它们的文件 ../县/乙.budget 已经没有了"),
        "{run:?}"
    );
    let run = copy.run(&["baseline", "--prune"]);
    assert!(
        run.err.contains("删去已经没有的问题 2 处，还有 2 处"),
        "{run:?}"
    );
    assert_eq!(copy.run(&["check"]).code, Some(0));
}

#[test]
fn files_of_two_baselines_are_not_kept_in_one() {
    let folder = folder()
        .and("budget.toml", format!("baseline = \"基线.json\"\n{SELECT}"))
        .and("独立/budget.toml", format!("root = true\n{SELECT}"))
        .and("独立/乙.budget", TEXT);
    let run = folder.run(&["baseline"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("写的基线不同"), "{run:?}");
    let run = folder.run(&["baseline", "--baseline", "一起.json"]);
    assert!(run.err.contains("记下 4 处"), "{run:?}");
}

#[test]
fn nothing_passes_under_the_profile_for_want_of_a_level_or_a_file() {
    let never = format!("fail-level = \"never\"\n{SELECT}");
    let folder = Folder::with("甲.budget", TEXT).and("budget.toml", never);
    assert_eq!(folder.run(&["check"]).code, Some(0));
    assert_eq!(folder.run(&["check", "--profile", "送审"]).code, Some(1));
    let folder = folder.and("budget.toml", "exclude = [\"*.budget\"]\n");
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(0));
    assert!(run.err.contains("都被 exclude 排除了"), "{}", run.err);
    assert_eq!(folder.run(&["check", "--profile", "送审"]).code, Some(2));
}

#[test]
fn files_that_settings_name_and_that_are_not_there_are_told() {
    let config = format!("baseline = \"基线.json\"\nexplanations = \"说明.toml\"\n{SELECT}");
    let folder = folder().and("budget.toml", config);
    let run = folder.run(&["check"]);
    assert!(
        run.err.contains("基线.json：没有这个基线文件"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("说明.toml：没有这个出错说明文件"),
        "{}",
        run.err
    );
    folder.run(&["baseline"]);
    folder.run(&["check", "--add-explanations"]);
    let run = folder.and("说明.toml", "").run(&["check"]);
    assert_eq!(run.err, "");
}

#[test]
fn explanations_that_explain_nothing_are_told() {
    let config = format!("explanations = \"出错说明.toml\"\n{SELECT}");
    let folder = folder().and("budget.toml", config);
    folder.run(&["check", "--add-explanations"]);
    let run = folder.run(&["check"]);
    assert!(
        run.err.contains("有 2 处没有写理由，不起作用"),
        "{}",
        run.err
    );
    let filled = folder
        .read("出错说明.toml")
        .replace("reason = \"\"", "reason = \"原文如此\"");
    let folder = folder.and("出错说明.toml", &filled);
    assert_eq!(folder.run(&["check"]).err, "");
    let folder = folder.and("甲.budget", TEXT.replace("。。", "。"));
    let run = folder.run(&["check"]);
    assert!(
        run.err.contains("已经没有这个问题") && run.err.contains("标点重复"),
        "{}",
        run.err
    );
    let folder = folder.and("出错说明.toml", filled.replace("TXT001", "TXT999"));
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("没有名为“TXT999”的规则"), "{}", run.err);
}

#[test]
fn what_is_explained_is_no_matter_of_the_baseline() {
    let config = format!("explanations = \"出错说明.toml\"\n{SELECT}");
    let folder = folder().and("budget.toml", config);
    folder.run(&[
        "check",
        "--select",
        "TXT001",
        "--add-explanations",
        "--reason",
        "原文如此",
    ]);
    let run = folder.run(&["baseline"]);
    assert!(run.err.contains("记下 1 处"), "{}", run.err);
    let run = folder.run(&[
        "check",
        "--baseline",
        "budget-baseline.json",
        "--format",
        "concise",
    ]);
    assert!(run.out.contains("（说明：原文如此（"), "{}", run.out);
    let human = folder.run(&["check", "--baseline", "budget-baseline.json"]);
    assert!(
        human.last_line().contains("；已说明 1 处；已忽略 "),
        "{}",
        human.out
    );
}

#[test]
fn a_limit_of_warnings_is_for_all_files_under_it() {
    let folder = Folder::with("一/甲.budget", TEXT)
        .and("二/乙.budget", TEXT)
        .and("一/budget.toml", "")
        .and("二/budget.toml", "")
        .and(
            "budget.toml",
            "select = [\"TXT001\"]\nfail-level = \"error\"\nmax-warnings = 1\n",
        );
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.err.contains("“修改或说明”有 2 条"), "{run:?}");
    assert_eq!(folder.run(&["check", "一"]).code, Some(0));
}

#[test]
fn suppressions_are_added_with_their_reason() {
    let folder = folder();
    let run = folder.run(&["check", "--add-suppressions", "--reason", "原表如此"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""), "{}", run.err);
    assert!(run.err.contains("不再报告 2 处"), "{}", run.err);
    let text = folder.read("甲.budget");
    let bare: String = text
        .lines()
        .filter(|line| !line.starts_with("<!--"))
        .map(|line| line.replace(" <!-- 忽略 ARI001: 原表如此 --> |", ""))
        .filter(|line| !line.is_empty())
        .collect();
    let before: String = TEXT.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(bare, before, "nothing else has changed");
    let run = folder.run(&["check"]);
    assert_eq!(run.code, Some(0), "{}", run.out);
    assert!(run.out.contains("忽略的理由：原表如此"), "{}", run.out);
    // Once more there is nothing to do.
    let again = folder.run(&["check", "--add-suppressions", "--reason", "原表如此"]);
    assert!(again.err.contains("不再报告 0 处"), "{}", again.err);
    assert_eq!(folder.read("甲.budget"), text);
}

#[test]
fn explanations_are_drafted_filled_and_lapse() {
    let folder = folder();
    let run = folder.run(&["check", "--add-explanations"]);
    assert!(
        run.err.contains("加入待说明的问题 2 处。请逐条填写"),
        "{}",
        run.err
    );
    let config = format!("explanations = \"出错说明.toml\"\n{SELECT}");
    let folder = folder.and("budget.toml", config);
    let mut run = None;
    assert_eq!(
        check(&folder, &[], &mut run),
        (vec!["ARI001", "TXT001"], Some(1))
    );
    assert!(
        !run.as_ref()
            .is_some_and(|run| run.out.contains("explanation"))
    );

    let drafted = folder.read("出错说明.toml");
    let filled = drafted
        .replace("reason = \"\"", "reason = \"上级批复如此\"")
        .replace("who = \"\"", "who = \"张三\"");
    let folder = folder.and("出错说明.toml", format!("# 2026年\n{filled}"));
    // An explained warning doesn't fail; an error does, explained or not.
    assert_eq!(
        check(&folder, &["--ignore", "ARI001"], &mut run),
        (vec!["TXT001"], Some(0))
    );
    assert_eq!(
        check(&folder, &[], &mut run),
        (vec!["ARI001", "TXT001"], Some(1))
    );
    let out = run.as_ref().map_or("", |run| run.out.as_str());
    assert_eq!(
        out.matches("\"reason\":\"上级批复如此\",\"who\":\"张三\"")
            .count(),
        2,
        "{out}"
    );
    let human = folder.run(&["check"]);
    assert!(
        human.out.contains("说明: 上级批复如此（张三，20"),
        "{}",
        human.out
    );

    // What is explained is not drafted again; what is new is added below.
    let folder = folder.and("甲.budget", TEXT.replace("150.00", "160.00"));
    let human = folder.run(&["check"]);
    assert!(human.out.contains("这条说明不再有效"), "{}", human.out);
    let again = folder.run(&[
        "check",
        "--add-explanations",
        "--reason",
        "批复又改",
        "--who",
        "李四",
    ]);
    assert!(again.err.contains("加入待说明的问题 1 处"), "{}", again.err);
    let text = folder.read("出错说明.toml");
    assert!(
        text.starts_with("# 2026年\n") && text.contains("李四"),
        "{text}"
    );
    let human = folder.run(&["check"]);
    assert!(human.out.contains("批复又改（李四"), "{}", human.out);
    assert!(!human.out.contains("不再有效"), "{}", human.out);
}

#[test]
fn files_and_settings_are_shown_and_nothing_is_checked() {
    let folder = folder()
        .and("草稿/乙.budget", TEXT)
        .and(
            "草稿/budget.toml",
            "exclude = [\"丙.budget\"]\nfail-level = \"never\"\n[rules]\nGLO = \"off\"\n",
        )
        .and("草稿/丙.budget", TEXT);
    let run = folder.run(&["check", "--show-files"]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (Some(0), "甲.budget\n草稿/乙.budget\n")
    );

    let run = folder.run(&[
        "check",
        "--show-settings",
        "草稿",
        "--severity",
        "TXT001=hint",
    ]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let has = |line: &str| run.out.lines().any(|it| it == line || it.starts_with(line));
    for line in [
        "# 草稿/乙.budget",
        "template = \"通用-预算\"",
        "fail-level = \"never\"",
        "tolerance = \"rounding\"",
        "ARI001 = \"error\"",
        "ARI002 = \"off\"",
        "GLO001 = \"off\"",
        "TXT001 = \"hint\"",
    ] {
        assert!(has(line), "{line}\n{}", run.out);
    }
    assert_eq!(run.out.matches("# 配置：").count(), 2, "{}", run.out);
    assert!(!run.out.contains("丙.budget"), "{}", run.out);
    let shown: Vec<&str> = run
        .out
        .lines()
        .filter(|line| !line.starts_with("# 草稿"))
        .collect();
    // It can be put into a budget.toml as it is.
    let again = Folder::with("甲.budget", TEXT).and("budget.toml", shown.join("\n"));
    let run = again.run(&["check", "--show-settings"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
}
