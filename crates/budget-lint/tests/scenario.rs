//! Thirty-four commits to a repository whose hook checks what is staged: a year of one office's work with
//! configuration, fixes, suppressions, baseline, explanations, the profile 送审 and relations of its own. Each
//! step says whether the hook lets it in, and by which words it refuses.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// A document without a finding from 请核实 on.
const RIGHT: &str = include_str!("../../../tests/corpus/right/2020-two-decimals.budget");

const MAIN: &str = "公开/2020 部门预算.budget";
const OLD: &str = "公开/2019 部门预算.budget";

struct Office {
    folder: TempDir,
    accepted: usize,
    tried: usize,
}

impl Office {
    fn new() -> Self {
        let office = Self {
            folder: tempfile::tempdir().expect("a folder"),
            accepted: 0,
            tried: 0,
        };
        office.git(&["init", "-q"]);
        office.write(
            ".git/hooks/pre-commit",
            "#!/bin/sh\nexec \"$BUDGET_LINT\" check --staged $HOOK_ARGUMENTS\n",
        );
        let hook = office.at(".git/hooks/pre-commit");
        #[cfg(unix)]
        fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("executable");
        office
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("read")
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// Replaces the first `from` of a file.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from} in {name}");
        self.write(name, &text.replacen(from, to, 1));
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("BUDGET_LINT", lint())
            .env_remove("HOOK_ARGUMENTS")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "某人")
                .env(format!("GIT_{who}_EMAIL"), "a@example.org");
        }
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self
            .command(Path::new("git"))
            .args(arguments)
            .output()
            .expect("git");
        assert!(output.status.success(), "{arguments:?}: {}", text(&output));
        text(&output)
    }

    /// Runs the program; its exit code and what it said.
    fn lint(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.command(&lint()).args(arguments).output().expect("run");
        (output.status.code(), text(&output))
    }

    fn try_commit(&mut self, subject: &str, hook_arguments: &str) -> (bool, String) {
        self.tried += 1;
        self.git(&["add", "-A"]);
        let mut commit = self.command(Path::new("git"));
        commit
            .args(["commit", "-q", "-m", subject])
            .env("HOOK_ARGUMENTS", hook_arguments);
        let output = commit.output().expect("git");
        (output.status.success(), text(&output))
    }

    #[track_caller]
    fn accepted(&mut self, subject: &str) {
        let (accepted, said) = self.try_commit(subject, "");
        assert!(accepted, "{subject} was refused:\n{said}");
        self.accepted += 1;
    }

    #[track_caller]
    fn refused(&mut self, subject: &str, words: &str) {
        self.refused_with(subject, "", words);
    }

    #[track_caller]
    fn refused_with(&mut self, subject: &str, hook_arguments: &str, words: &str) {
        let (accepted, said) = self.try_commit(subject, hook_arguments);
        assert!(!accepted, "{subject} was let in:\n{said}");
        assert!(said.contains(words), "{subject}: not “{words}” but\n{said}");
    }
}

fn lint() -> PathBuf {
    assert_cmd::cargo::cargo_bin("budget-lint")
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(both).expect("UTF-8")
}

#[test]
fn thirty_four_commits() {
    let mut office = Office::new();
    begin(&mut office);
    configure(&mut office);
    suppress(&mut office);
    baseline(&mut office);
    paths(&mut office);
    explain(&mut office);
    submit(&mut office);
    relations(&mut office);
    mistakes(&mut office);
    end(&office);
}

fn begin(office: &mut Office) {
    office.write(MAIN, RIGHT);
    office.write("README.md", "合计 1 不等于 2\n");
    office.accepted("一份没有问题的文档");

    // 办公费 9.30 -> 9.03: 302 and the total no longer hold.
    office.edit(MAIN, "| 9.30 |  | 9.30 |", "| 9.03 |  | 9.30 |");
    office.refused("一个数颠倒了两位", "应为 9.30");
    // The hook looks at what is staged, not at what is on disk.
    office.git(&["add", "-A"]);
    office.write(MAIN, RIGHT);
    let staged = office.lint(&["check", "--staged"]);
    assert_eq!(staged.0, Some(1), "{}", staged.1);
    office.write("README.md", "说明\n");
    office.accepted("改好了数，也改了说明");
}

fn configure(office: &mut Office) {
    office.edit(MAIN, "收支总预算185.52万元。", "收支总预算185.52万元。。");
    office.refused("标点重复", "TXT001");
    office.write("budget.toml", "fail-level = \"error\"\n");
    office.accepted("修改或说明级别的不拦");
    office.edit(MAIN, "收入预算185.52万元。", "收入预算185.52万元。。");
    office.write("budget.toml", "fail-level = \"error\"\nmax-warnings = 1\n");
    office.refused("最多一处，有两处", "“修改或说明”有 2 条，多于");
    let (code, said) = office.lint(&["check", "--fix"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("已修改 2 处"), "{said}");
    assert_eq!(office.read(MAIN), RIGHT, "mended, and nothing else");
    office.write("budget.toml", "max-warnings = 1\n");
    office.accepted("自动修改");
}

fn suppress(office: &mut Office) {
    office.edit(MAIN, "收支总预算185.52万元。", "收支总预算185.52万元。。");
    office.refused("又重复了", "TXT001");
    let (code, said) = office.lint(&["check", "--add-suppressions", "--reason", "原文如此"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        office
            .read(MAIN)
            .contains("<!-- 忽略 TXT001: 原文如此 -->\n\n市水文中心2020年收支")
    );
    office.accepted("写明理由，忽略");
    office.edit(MAIN, "。。", "。");
    office.accepted("改好了，忽略标记还在");
    let (code, said) = office.lint(&["check", "--fix"]);
    assert!(
        code == Some(0) && said.contains("[SYN009] 删去这个忽略标记"),
        "{said}"
    );
    assert_eq!(office.read(MAIN), RIGHT);
    office.edit(MAIN, "公开日期: 2020-02-10", "公开日期: 2020-02-11");
    office.accepted("删去无用的忽略标记");
}

fn baseline(office: &mut Office) {
    let old = RIGHT.replace("| 7.77 |  | 7.77 |", "| 7.97 |  | 7.77 |");
    office.write(
        OLD,
        &old.replace(
            "关于青河市水文服务中心2020年收入",
            "关于青河市水文服务中心2019年收入",
        ),
    );
    office.refused("上年的文档有错", "ARI001");
    let (code, said) = office.lint(&["baseline"]);
    assert_eq!(code, Some(0), "{said}");
    office.write("budget.toml", "baseline = \"budget-baseline.json\"\n");
    office.accepted("上年的错记入基线");
    office.edit(OLD, "# 第二部分", "说明。\n\n# 第二部分");
    office.accepted("加了一段，基线里的还是那些");
    office.edit(OLD, "| 9.30 |  | 9.30 |", "| 9.20 |  | 9.30 |");
    office.refused("新的错不在基线里", "应为 9.30");
    office.edit(OLD, "| 9.20 |  | 9.30 |", "| 9.30 |  | 9.30 |");
    office.edit(OLD, "| 7.97 |", "| 7.77 |");
    // A commit that mends is let in; a check of everything says that the baseline is behind.
    office.accepted("改好了旧的，基线没有跟着改");
    let (code, said) = office.lint(&["check"]);
    assert!(
        code == Some(3) && said.contains("基线里的这个问题不再报告"),
        "{said}"
    );
    let (code, said) = office.lint(&["baseline", "--prune"]);
    assert!(
        code == Some(0) && said.contains("删去已经没有的问题 1 处，还有 "),
        "{said}"
    );
    office.accepted("基线跟着改");
}

fn paths(office: &mut Office) {
    office.write(
        "草稿/乙.budget",
        &RIGHT.replace("| 9.30 |  | 9.30 |", "| 9.03 |  | 9.30 |"),
    );
    office.write(
        "budget.toml",
        "baseline = \"budget-baseline.json\"\nexclude = [\"草稿/**\"]\n",
    );
    office.accepted("草稿不核对");
    fs::rename(office.at("草稿/乙.budget"), office.at("公开/乙.budget")).expect("moved");
    office.refused("移出草稿就要核对", "公开/乙.budget");
    office.write(
        "budget.toml",
        "baseline = \"budget-baseline.json\"\n[[per-path]]\npaths = [\"乙*\"]\nrules = { ARI = \"info\" }\n",
    );
    office.accepted("这份文件的表内问题只作核实");
    office.write("公开/budget.toml", "[rules]\nARI = \"error\"\n");
    office.edit("公开/乙.budget", "2020-02-10", "2020-02-12");
    office.refused("离文件近的配置优先", "ARI001");
    fs::remove_file(office.at("公开/budget.toml")).expect("removed");
    fs::remove_file(office.at("公开/乙.budget")).expect("removed");
    office.accepted("删去");
}

fn explain(office: &mut Office) {
    office.edit(MAIN, "收支总预算185.52万元。", "收支总预算185.52万元。。");
    office.refused("没有说明", "TXT001");
    let (code, said) = office.lint(&[
        "check",
        "--add-explanations",
        "--reason",
        "上级文件如此",
        "--who",
        "张三",
    ]);
    assert_eq!(code, Some(0), "{said}");
    office.write(
        "budget.toml",
        "baseline = \"budget-baseline.json\"\nexplanations = \"出错说明.toml\"\n",
    );
    office.accepted("说明了缘由");
    let (_, said) = office.lint(&["check", MAIN]);
    assert!(said.contains("说明: 上级文件如此（张三，"), "{said}");
    office.edit(MAIN, "185.52万元。。", "185.52万元；。");
    office.refused("变了，原来的说明不算数", "这条说明不再有效");
    office.edit(MAIN, "185.52万元；。", "185.52万元。");
    office.accepted("改好");
}

fn submit(office: &mut Office) {
    office.edit(MAIN, "| 9.30 |  | 9.30 |", "| 9.03 |  | 9.30 |");
    let (code, said) = office.lint(&[
        "check",
        MAIN,
        "--add-suppressions",
        "--reason",
        "待上级确认",
    ]);
    assert_eq!(code, Some(0), "{said}");
    office.accepted("平时可以忽略");
    office.edit(MAIN, "2020-02-11", "2020-02-12");
    office.refused_with("送审不行", "--profile 送审", "应为 9.30");
    let text = office.read(MAIN);
    let marked = text
        .lines()
        .find(|line| line.contains("<!-- 忽略"))
        .expect("the mark");
    let bare = marked
        .split(" <!-- 忽略")
        .next()
        .expect("the row")
        .replace("9.03", "9.30");
    assert!(marked.ends_with("待上级确认 --> |"), "{marked}");
    office.write(MAIN, &text.replace(marked, &bare));
    let (accepted, said) = office.try_commit("改好送审", "--profile 送审");
    assert!(accepted, "{said}");
    office.accepted += 1;
}

fn relations(office: &mut Office) {
    let relation = |most: &str, severity: &str| {
        format!(
            "baseline = \"budget-baseline.json\"\n[[relations]]\nname = \"接待费上限\"\n\
             expr = \"表八.公务接待费 <= {most}\"\nmessage = \"公务接待费不超过上限\"\nseverity = \"{severity}\"\n"
        )
    };
    office.write("budget.toml", &relation("0.60", "error"));
    office.edit(MAIN, "2020-02-12", "2020-02-13");
    office.accepted("自己的审核公式");
    office.write("budget.toml", &relation("0.50", "error"));
    office.edit(MAIN, "2020-02-13", "2020-02-14");
    office.refused("超过上限", "CRS003");
    office.write("budget.toml", &relation("0.50", "info"));
    office.accepted("只作核实");
}

fn mistakes(office: &mut Office) {
    office.write("budget.toml", "fail-level = \"严重\"\n");
    office.edit(MAIN, "2020-02-14", "2020-02-15");
    office.refused("配置写错了", "budget.toml:1:14: 这里不能写“严重”");
    let pack = "id = \"本市-2020\"\nslug = \"our-city-2020\"\nversion = \"1.0.0\"\ntitle = \"本市\"\n\
        extends = \"新疆-2020-部门预算\"\n";
    office.write("模板/本市.toml", pack);
    office.write(
        "budget.toml",
        "packs = \"模板\"\nbaseline = \"budget-baseline.json\"\n",
    );
    office.edit(MAIN, "模板: 新疆-2020-部门预算", "模板: 本市-2020");
    office.accepted("自己的模板");
    let (_, said) = office.lint(&["check", MAIN]);
    assert!(said.contains("按模板 本市-2020@1.0.0+sha256."), "{said}");
}

fn end(office: &Office) {
    assert_eq!((office.tried, office.accepted), (34, 21));
    let log = office.git(&["log", "--format=%s"]);
    assert_eq!(log.lines().count(), office.accepted);
    assert_eq!(
        office.git(&["status", "--porcelain"]),
        "",
        "what was accepted is all there is"
    );

    // All of it at once, and in the form that code hosts read.
    let (code, said) = office.lint(&["check", "--since", "HEAD~20", "-o", "sarif=结果.sarif"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 个文件"), "{said}");
    let sarif = office.read("结果.sarif");
    assert!(
        sarif.contains("\"2.1.0\"") && sarif.contains("\"suppressions\""),
        "{sarif}"
    );
}
