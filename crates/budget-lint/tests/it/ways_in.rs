//! Which files a run is about: patterns, excludes, git.

use std::process::{Command, Output};

use serde_json::Value;

use crate::run::{Folder, Run};

/// Without an error, and with one on line 3.
const RIGHT: &str = "---\n模板: 通用-预算\n部门: 某县\n---\n";
const WRONG: &str = "---\n模板: 通用-预算\n部门 某县\n---\n";

/// The files with an error, each once.
fn wrong(run: &Run) -> Vec<String> {
    let lines = run
        .out
        .lines()
        .filter(|line| line.contains("error[SYN001]"));
    lines
        .filter_map(|line| Some(line.split_once(":3:1: ")?.0.replace('\\', "/")))
        .collect()
}

fn check(folder: &Folder, arguments: &[&str]) -> Run {
    let mut all = vec!["check", "--format", "concise"];
    all.extend(arguments);
    folder.run(&all)
}

fn git(folder: &Folder, arguments: &[&str]) -> String {
    let output = try_git(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn try_git(folder: &Folder, arguments: &[&str]) -> Output {
    Command::new("git")
        .current_dir(folder.path("."))
        .args(arguments)
        .envs([
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "t"),
            ("GIT_AUTHOR_EMAIL", "t@example.org"),
            ("GIT_COMMITTER_NAME", "t"),
            ("GIT_COMMITTER_EMAIL", "t@example.org"),
        ])
        .output()
        .expect("git")
}

fn repository() -> Folder {
    let folder = Folder::new();
    git(&folder, &["init", "-q", "-b", "main"]);
    folder
}

#[test]
fn patterns_are_read_where_no_shell_has() {
    let folder = Folder::with("2019/甲.budget", WRONG)
        .and("2020/甲 一.budget", WRONG)
        .and("2020/深/乙.budget", WRONG)
        .and("2020/说明.txt", WRONG);
    assert_eq!(
        wrong(&check(&folder, &["*/甲*.budget"])),
        ["2019/甲.budget", "2020/甲 一.budget"]
    );
    assert_eq!(
        wrong(&check(&folder, &["2020/**"])),
        ["2020/深/乙.budget", "2020/甲 一.budget"]
    );
    let run = check(&folder, &["2021/*.budget", "2019"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.err,
        "budget-lint：2021/*.budget：没有与此相符的 .budget 文件。请检查通配写法\n"
    );
    assert_eq!(wrong(&run), ["2019/甲.budget"]);
    assert_eq!(
        folder
            .run(&["fmt", "--check", "2020/*/*.budget"])
            .last_line(),
        "需要排版 0 个文件，共 1 个"
    );
}

#[test]
fn one_file_is_checked_once_however_it_is_spelt() {
    let folder = Folder::with("甲/a.budget", WRONG);
    let run = check(
        &folder,
        &["甲/a.budget", "./甲/a.budget", "甲/../甲", "甲/*.budget"],
    );
    assert_eq!(wrong(&run).len(), 1, "{run:?}");
}

#[test]
fn excludes_leave_out_what_is_found_and_with_force_what_is_named() {
    let folder = Folder::with("a.budget", WRONG)
        .and("草稿/b.budget", WRONG)
        .and("c-备份.budget", WRONG);
    let excluded = ["--exclude", "草稿/", "--exclude", "*-备份.budget"];
    let with = |arguments: &[&str]| {
        let all: Vec<_> = excluded.iter().chain(arguments).copied().collect();
        check(&folder, &all)
    };
    assert_eq!(wrong(&with(&[])), ["a.budget"]);
    assert_eq!(wrong(&with(&["草稿/b.budget"])), ["草稿/b.budget"]);
    // A hook passes names, and its configuration may say it again.
    let run = with(&[
        "--force-exclude",
        "草稿/b.budget",
        "a.budget",
        "--force-exclude",
    ]);
    assert_eq!(wrong(&run), ["a.budget"]);
    let run = with(&["--force-exclude", "草稿/b.budget"]);
    assert_eq!(
        (run.code, run.out.as_str(), run.err.as_str()),
        (Some(0), "", "")
    );
    assert_eq!(with(&["草稿"]).code, Some(0), "left out, but not empty");
    let run = folder.run(&["fmt", "--exclude", "草稿/", "--exclude", "*-备份.budget"]);
    assert_eq!(run.last_line(), "已重新排版 0 个文件，共 1 个");

    let run = check(&folder, &["--exclude", "a{b"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("--exclude “a{b”不是能识别的写法"),
        "{}",
        run.err
    );
}

#[test]
fn what_the_configuration_excludes_stays_out_too() {
    let folder = Folder::with("a.budget", WRONG)
        .and("草稿/b.budget", WRONG)
        .and("budget.toml", "exclude = [\"草稿/\"]\n");
    assert_eq!(wrong(&check(&folder, &[])), ["a.budget"]);
    assert_eq!(
        wrong(&check(&folder, &["草稿/b.budget"])),
        ["草稿/b.budget"]
    );
    let forced = ["--force-exclude", "草稿/b.budget"];
    assert_eq!(check(&folder, &forced).code, Some(0));
    let fmt = |arguments: &[&str]| {
        let mut all = vec!["fmt", "--check"];
        all.extend(arguments);
        folder.run(&all).last_line().to_owned()
    };
    assert_eq!(fmt(&[]), "需要排版 0 个文件，共 1 个");
    assert_eq!(fmt(&forced), "");
    // From a folder beside: its own budget.toml has no say.
    let beside = Folder::inside(&folder.and("旁/budget.toml", "exclude = [\"*\"]\n"), "旁");
    assert_eq!(wrong(&check(&beside, &[".."])), ["../a.budget"]);

    let folder = Folder::with("a.budget", WRONG).and("budget.toml", "exclude = 1\n");
    let run = folder.run(&["fmt"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.err.contains("budget.toml:1:11"), "{run:?}");
}

#[test]
fn what_is_staged_is_checked_as_it_is_staged() {
    let folder = repository()
        .and("甲/部门 预算.budget", WRONG)
        .and("改.budget", RIGHT)
        .and("旧.budget", WRONG)
        .and("说明.txt", WRONG);
    git(&folder, &["add", "旧.budget", "改.budget"]);
    git(&folder, &["commit", "-qm", "一"]);
    let run = check(&folder, &["--staged"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""));
    assert!(run.err.contains("没有改动过的 .budget 文件"), "{}", run.err);

    // Staged wrong, mended on disk; staged right, spoilt on disk.
    git(&folder, &["add", "甲", "说明.txt"]);
    let folder = folder
        .and("甲/部门 预算.budget", RIGHT)
        .and("改.budget", WRONG);
    let run = check(&folder, &["--staged"]);
    assert_eq!(wrong(&run), ["甲/部门 预算.budget"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(
        wrong(&check(&folder, &["--staged", "改.budget"])),
        Vec::<String>::new()
    );
    assert_eq!(wrong(&check(&folder, &["--staged", "*/*.budget"])).len(), 1);
    assert_eq!(check(&folder, &["--staged", "--exclude", "甲/"]).out, "");

    // A renamed file goes by its new name, a deleted one is gone.
    git(&folder, &["mv", "旧.budget", "新.budget"]);
    git(&folder, &["rm", "-qf", "--cached", "改.budget"]);
    assert_eq!(
        wrong(&check(&folder, &["--staged"])),
        ["新.budget", "甲/部门 预算.budget"]
    );
    let json = folder.run(&[
        "check",
        "--staged",
        "--format",
        "json",
        "--min-severity",
        "error",
    ]);
    let files: Vec<Value> = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(files[0]["file"], "新.budget");
    let run = folder.run_with(&["check", "--staged", "-"], "");
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
}

#[test]
fn a_first_commit_is_checked_too() {
    let folder = repository().and("a.budget", WRONG);
    git(&folder, &["add", "."]);
    assert_eq!(wrong(&check(&folder, &["--staged"])), ["a.budget"]);
}

/// git gives a hook its own index: `commit -a` and `commit FILE` check what they commit.
#[cfg(unix)]
#[test]
fn a_hook_sees_what_is_to_be_committed() {
    use std::{fs, os::unix::fs::PermissionsExt};
    let binary = assert_cmd::cargo::cargo_bin("budget-lint");
    let hook = format!(
        "#!/bin/sh\nexec '{}' check --staged --format concise --fail-level error\n",
        binary.display()
    );
    let folder = repository()
        .and("甲 一.budget", RIGHT)
        .and("乙.budget", RIGHT)
        .and(".git/hooks/pre-commit", hook);
    let path = folder.path(".git/hooks/pre-commit");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("set");
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-qm", "一"]);

    let folder = folder
        .and("甲 一.budget", WRONG)
        .and("乙.budget", format!("{RIGHT}\n# 标题\n"));
    let refused = try_git(&folder, &["commit", "-qam", "二"]);
    assert!(!refused.status.success(), "{refused:?}");
    let said = String::from_utf8_lossy(&refused.stderr);
    let said = format!("{}{said}", String::from_utf8_lossy(&refused.stdout));
    assert!(said.contains("甲 一.budget:3:1: error[SYN001]"), "{said}");
    git(&folder, &["commit", "-qm", "二", "乙.budget"]);
    assert_eq!(
        git(&folder, &["show", "--name-only", "--format=", "-z"]),
        "乙.budget\0"
    );
    assert!(
        !try_git(&folder, &["commit", "-qm", "三", "甲 一.budget"])
            .status
            .success()
    );
}

/// Links and repositories inside are no documents, whatever their names.
#[cfg(unix)]
#[test]
fn a_staged_link_is_no_document() {
    let folder = repository().and("说明.txt", WRONG);
    std::os::unix::fs::symlink("说明.txt", folder.path("链.budget")).expect("linked");
    git(&folder, &["add", "."]);
    let run = check(&folder, &["--staged"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""), "{run:?}");
}

#[test]
fn since_a_revision_files_are_checked_as_they_are_now() {
    let folder = repository()
        .and("不变.budget", WRONG)
        .and("改.budget", RIGHT)
        .and("删.budget", WRONG);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-qm", "一"]);
    let first = git(&folder, &["rev-parse", "HEAD"]);
    let folder = folder.and("提交.budget", WRONG);
    git(&folder, &["rm", "-q", "删.budget"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-qm", "二"]);
    let folder = folder
        .and("改.budget", WRONG)
        .and("下/新 的.budget", WRONG)
        .and("不算.budget", WRONG);
    let folder = folder.and(".gitignore", "不算.budget\n");
    assert_eq!(
        wrong(&check(&folder, &["--since", &first])),
        ["下/新 的.budget", "提交.budget", "改.budget"]
    );
    assert_eq!(
        wrong(&check(&folder, &["--since", "HEAD"])),
        ["下/新 的.budget", "改.budget"]
    );
    assert_eq!(
        wrong(&check(&folder, &["--since", "HEAD", "下"])),
        ["下/新 的.budget"]
    );

    // What the other branch changed meanwhile is not this one's.
    git(&folder, &["add", "."]);
    git(&folder, &["checkout", "-q", "-b", "work"]);
    git(&folder, &["commit", "-qm", "三"]);
    git(&folder, &["checkout", "-q", "main"]);
    let folder = folder.and("不变.budget", RIGHT);
    git(&folder, &["commit", "-qam", "四"]);
    git(&folder, &["checkout", "-q", "work"]);
    assert_eq!(
        wrong(&check(&folder, &["--since", "main"])),
        ["下/新 的.budget", "改.budget"]
    );
}

#[test]
fn from_a_folder_inside_names_count_from_there() {
    let folder = repository()
        .and("甲/乙/内.budget", WRONG)
        .and("外.budget", WRONG);
    git(&folder, &["add", "."]);
    let inside = Folder::inside(&folder, "甲/乙");
    for arguments in [&["--staged"][..], &["--since", "HEAD"]] {
        if arguments.contains(&"--since") {
            git(
                &folder,
                &["commit", "-q", "--allow-empty", "-m", "空", "--only"],
            );
            git(&folder, &["add", "."]);
        }
        let run = check(&inside, arguments);
        assert_eq!(wrong(&run), ["../../外.budget", "内.budget"], "{run:?}");
    }
    assert_eq!(wrong(&check(&inside, &["--staged", "."])), ["内.budget"]);
}

#[test]
fn a_bare_name_finds_the_configuration_above() {
    let folder = Folder::with("县/甲.budget", WRONG).and("budget.toml", "ignore = [\"SYN001\"]\n");
    let inside = Folder::inside(&folder, "县");
    for name in ["甲.budget", "./甲.budget", "../县/甲.budget"] {
        let none = Vec::<String>::new();
        assert_eq!(wrong(&check(&inside, &[name])), none, "{name}");
    }
}

#[test]
fn git_that_cannot_answer_is_told_in_words() {
    let folder = Folder::with("a.budget", WRONG);
    for arguments in [&["--staged"][..], &["--since", "HEAD"]] {
        let run = check(&folder, arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
        assert!(
            run.err.contains("这里不是 git 仓库的工作目录"),
            "{}",
            run.err
        );
    }
    let folder = repository().and("a.budget", WRONG);
    for revision in ["没有", "HEAD", "--output=b.budget"] {
        let run = check(&folder, &[&format!("--since={revision}")]);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
        assert!(
            run.err.contains(&format!("仓库中没有“{revision}”这一版本")),
            "{}",
            run.err
        );
    }
    assert!(!folder.path("b.budget").exists());
    let run = check(&folder, &["--staged", "../外.budget"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
    let run = check(&folder, &["--staged", "--since", "HEAD"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("不能同时使用"), "{}", run.err);
    let run = folder.run_where("PATH", "", &["check", "--staged"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.err.contains("找不到 git 程序"), "{}", run.err);
}

#[test]
fn completions_name_the_commands() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = folder.run(&["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
        for word in [
            "check",
            "fmt",
            "import",
            "new",
            "explain",
            "rules",
            "templates",
        ] {
            assert!(run.out.contains(word), "{shell}: {word}");
        }
        assert!(run.out.contains("statistics"), "{shell}: options too");
    }
    let run = folder.run(&["completions", "csh"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("可用的有：bash"), "{}", run.err);
    assert!(!folder.run(&["--help"]).out.contains("completions"));
}

#[test]
fn a_pipe_sees_no_progress() {
    let folder = (0..600).fold(Folder::new(), |folder, index| {
        folder.and(&format!("{index}.budget"), RIGHT)
    });
    let run = check(&folder, &[]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}
