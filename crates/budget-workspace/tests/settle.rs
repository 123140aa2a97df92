//! What becomes of the findings of a file: comments, levels, baseline, explanations, the profile 送审.

#![allow(clippy::expect_used, reason = "a test that can't go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use budget_model::relation::Collect;
use budget_rules::{Explanation, Report, Severity, Waiver};
use budget_workspace::{Baseline, Explanations, FailLevel, File, FilePath, Overrides, Resolver};

/// 150 is not 110 + 30 (ARI001, error), and 。。 (TXT001, warning); what else it lacks is not asked for.
const TEXT: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
    ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
    | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | 150.00 | 110.00 | 30.00 |\n\n\
    # 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n安排办公经费。。\n";

const RULES: [&str; 2] = ["ARI001", "TXT001"];

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("甲.budget", TEXT);
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.at(name), text).expect("written");
    }

    fn read(&self, overrides: Overrides) -> File {
        let path = FilePath::Disk(self.at("甲.budget"));
        let mut resolver = Resolver::new(None, overrides);
        let settings = resolver.resolve(&path);
        assert!(resolver.errors().is_empty(), "{:?}", resolver.errors());
        let text = fs::read_to_string(self.at("甲.budget")).expect("read");
        File::new(path, text.into(), None, None, settings)
    }
}

/// Of the two rules: those told, with their severity, and those set aside.
fn told(report: &Report) -> (Vec<(&str, Severity)>, Vec<&str>) {
    let told = report.findings.iter().filter(|it| RULES.contains(&it.rule));
    let aside = report.suppressed.iter().map(|it| it.finding.rule);
    (
        told.map(|it| (it.rule, it.severity)).collect(),
        aside.filter(|rule| RULES.contains(rule)).collect(),
    )
}

const SUM: (&str, Severity) = ("ARI001", Severity::Error);
const DOUBLED: (&str, Severity) = ("TXT001", Severity::Warning);

fn strict() -> Overrides {
    Overrides {
        strict: true,
        ..Overrides::default()
    }
}

#[test]
fn levels_set_severities_and_put_aside() {
    let folder = Folder::new();
    let check = |toml: &str| {
        folder.write("budget.toml", toml);
        folder.read(Overrides::default()).check(Collect::Broken)
    };
    assert_eq!(told(&check("")), (vec![SUM, DOUBLED], vec![]));
    let report = check("[rules]\nTXT = \"hint\"\nARI001 = \"off\"\n");
    assert_eq!(
        told(&report),
        (vec![("TXT001", Severity::Hint)], vec!["ARI001"])
    );
    assert!(report.suppressed.iter().all(|it| it.by == Waiver::Off));
}

#[test]
fn under_the_profile_nothing_sets_an_error_aside() {
    let folder = Folder::new();
    folder.write("budget.toml", "[rules]\nARI = \"off\"\nTXT = \"off\"\n");
    let report = folder.read(strict()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM], vec!["TXT001"]));

    folder.write("budget.toml", "[rules]\nARI = \"hint\"\n");
    let report = folder.read(strict()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM, DOUBLED], vec![]));

    folder.write("budget.toml", "");
    let silenced = TEXT.replace("安排", "<!-- 忽略全文 ARI001、TXT001: 原表如此 -->\n\n安排");
    folder.write("甲.budget", &silenced);
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![], RULES.to_vec()));
    let report = folder.read(strict()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM], vec!["TXT001"]));
}

#[test]
fn under_the_profile_what_the_settings_call_an_error_is_one() {
    let folder = Folder::new();
    let silenced = TEXT.replace("安排", "<!-- 忽略 TXT001: 原文如此 -->\n\n安排");
    folder.write("甲.budget", &silenced);
    folder.write("budget.toml", "[rules]\nTXT = \"error\"\n");
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM], vec!["TXT001"]));
    let report = folder.read(strict()).check(Collect::Broken);
    let raised = ("TXT001", Severity::Error);
    assert_eq!(told(&report), (vec![SUM, raised], vec![]));
}

#[test]
fn under_the_profile_an_error_fails_whatever_the_fail_level() {
    let folder = Folder::new();
    for (overrides, fails) in [(Overrides::default(), false), (strict(), true)] {
        let file = folder.read(overrides);
        let report = file.check(Collect::Broken);
        let sum = report.findings.iter().find(|it| it.rule == "ARI001");
        assert_eq!(file.fails(sum.expect("told"), FailLevel::Never), fails);
    }
}

#[test]
fn under_the_profile_a_relation_keeps_its_own_level() {
    let folder = Folder::new();
    let mark = "<!-- 忽略 CRS003: 上年口径 -->\n\n| 科目编码 |";
    folder.write("甲.budget", &TEXT.replace("| 科目编码 |", mark));
    for (severity, told, aside) in [("error", 1, 0), ("warning", 0, 1), ("off", 0, 1)] {
        let relation = format!(
            "[[relations]]\nname = \"甲\"\nexpr = \"表三.201.基本支出 = 表三.201.项目支出\"\n\
             message = \"应相等\"\nseverity = \"{severity}\"\n"
        );
        folder.write("budget.toml", &relation);
        let report = folder.read(strict()).check(Collect::Broken);
        let own = |rule: &str| rule == "CRS003";
        let count = report.findings.iter().filter(|it| own(it.rule)).count();
        assert_eq!(count, told, "{severity}");
        let set = report.suppressed.iter().filter(|it| own(it.finding.rule));
        assert_eq!(set.count(), aside, "{severity}");
    }
}

#[test]
fn what_follows_from_a_known_finding_is_known() {
    let folder = Folder::new();
    folder.write("budget.toml", "baseline = \"基线.json\"\n");
    // A code that is nearly right, whose sums fail for it: told as one finding.
    let right = include_str!("../../../tests/corpus/right/2020-two-decimals.budget");
    let wrong = right.replacen("| 2130301 |", "| 2130302 |", 1);
    assert!(right != wrong);
    folder.write("甲.budget", &wrong);
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert!(report.findings.iter().any(|it| it.rule == "COD009"));
    write_baseline(&folder);
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert_eq!(report.findings, []);
    // Silenced, its sums are told by themselves.
    let off = Overrides {
        ignore: vec!["COD009".to_owned()],
        ..Overrides::default()
    };
    fs::remove_file(folder.at("基线.json")).expect("removed");
    let report = folder.read(off).check(Collect::Broken);
    assert!(!report.findings.is_empty());
}

/// One wrong cell, by which ARI001, ARI002 and CRS001 fail: told once.
fn wrong_cell(folder: &Folder) {
    let right = include_str!("../../../tests/corpus/right/2020-two-decimals.budget");
    let (before, after) = right.split_at(right.find("## 表三").expect("there"));
    let cell = [
        "| 2130301 | 行政运行 | 151.22 |",
        "| 2130301 | 行政运行 | 152.22 |",
    ];
    let wrong = after.replacen(cell[0], cell[1], 1);
    assert!(wrong != after);
    folder.write("甲.budget", &format!("{before}{wrong}"));
}

/// The rules that tell something at 修改或说明 or above, and those set aside.
fn rules(report: &Report) -> (Vec<&str>, Vec<&str>) {
    let told = report.findings.iter();
    let told = told.filter(|it| it.severity >= Severity::Warning);
    let aside = report.suppressed.iter().map(|it| it.finding.rule);
    (told.map(|it| it.rule).collect(), aside.collect())
}

#[test]
fn a_rule_that_is_off_hides_no_other() {
    let folder = Folder::new();
    wrong_cell(&folder);
    let check = |toml: &str, overrides: Overrides| {
        folder.write("budget.toml", toml);
        folder.read(overrides).check(Collect::Broken)
    };
    let told = |toml: &str| {
        let report = check(toml, Overrides::default());
        let (told, _) = rules(&report);
        told.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(told(""), ["ARI002"], "one cell, one finding");
    assert_eq!(told("ignore = [\"ARI002\"]\n"), ["CRS001"]);
    assert_eq!(told("select = [\"ARI001\"]\n"), ["ARI001"]);
    assert_eq!(told("ignore = [\"ARI\"]\n"), ["CRS001"]);
    assert_eq!(told("select = [\"CRS\"]\n"), ["CRS001"]);
    assert_eq!(told("ignore = [\"ARI\", \"CRS\"]\n"), Vec::<String>::new());
    assert_eq!(
        told("[rules]\nARI002 = \"hint\"\n"),
        ["CRS001"],
        "what counts less does not speak for what counts more"
    );
    let everything = check("ignore = [\"全部\"]\n", Overrides::default());
    let (_, aside) = rules(&everything);
    let cell = aside
        .iter()
        .filter(|it| ["ARI001", "ARI002", "CRS001"].contains(it));
    assert_eq!(cell.count(), 1, "listed once: {aside:?}");
    let report = check("ignore = [\"ARI\"]\n", strict());
    assert_eq!(rules(&report), (vec!["ARI002"], vec![]));

    // Silenced in the document, and under the profile told once all the same.
    let text = fs::read_to_string(folder.at("甲.budget")).expect("read");
    let silenced = text.replace(
        "| 152.22 | 151.22 |  |\n",
        "| 152.22 | 151.22 |  | <!-- 忽略 ARI002: 原表如此 --> |\n",
    );
    assert!(text != silenced);
    folder.write("甲.budget", &silenced);
    let report = check("", Overrides::default());
    assert_eq!(rules(&report), (vec!["CRS001"], vec!["ARI002"]));
    let report = check("", strict());
    assert_eq!(rules(&report), (vec!["ARI002"], vec![]));
}

#[test]
fn a_relation_of_ones_own_that_is_off_hides_no_other() {
    let folder = Folder::new();
    let relation = |name: &str, severity: &str| {
        format!(
            "[[relations]]\nname = \"{name}\"\nexpr = \"表三.201.基本支出 = 表三.201.项目支出\"\n\
             message = \"应相等\"\nseverity = \"{severity}\"\n"
        )
    };
    for severity in ["off", "hint"] {
        let both = relation("甲", severity) + &relation("乙", "error");
        folder.write("budget.toml", &both);
        for overrides in [Overrides::default(), strict()] {
            let report = folder.read(overrides).check(Collect::Broken);
            let own = report.findings.iter().filter(|it| it.rule == "CRS003");
            let errors = own.filter(|it| it.severity == Severity::Error);
            assert_eq!(errors.count(), 1, "{severity}");
        }
    }
}

/// Writes the baseline of the document as it is.
fn write_baseline(folder: &Folder) {
    let file = folder.read(Overrides::default());
    let mut baseline = Baseline::new(&folder.at("基线.json"));
    let path = file.path.disk().expect("on disk");
    baseline.take(path, &file.check(Collect::Broken), file.document());
    fs::write(baseline.path(), baseline.to_text()).expect("written");
}

fn stale(file: &File, report: &Report) -> usize {
    let baseline = file.settings.baseline.as_ref().expect("a baseline");
    let path = file.path.disk().expect("on disk");
    baseline.stale(path, report, file.document()).len()
}

#[test]
fn a_baseline_knows_findings_wherever_they_stand() {
    let folder = Folder::new();
    folder.write("budget.toml", "baseline = \"基线.json\"\n");
    // There is none yet: nothing is set aside, and nothing is wrong.
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM, DOUBLED], vec![]));

    write_baseline(&folder);
    let text = fs::read_to_string(folder.at("基线.json")).expect("read");
    let again = Baseline::parse(Path::new("基线.json"), &text).expect("read");
    assert_eq!(again.to_text(), text, "written as it was read");
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert_eq!(report.findings, []);

    // Lines above, and another number elsewhere.
    let moved = TEXT
        .replace("# 第三部分", "备注：无。\n\n# 第三部分")
        .replace("安排", "\n\n安排");
    folder.write("甲.budget", &moved);
    let file = folder.read(Overrides::default());
    let report = file.check(Collect::Broken);
    assert_eq!(told(&report), (vec![], RULES.to_vec()));
    assert_eq!(stale(&file, &report), 0);

    // Another amount is another finding, and the old one is gone.
    folder.write("甲.budget", &TEXT.replace("150.00", "160.00"));
    let file = folder.read(Overrides::default());
    let report = file.check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM], vec!["TXT001"]));
    assert_eq!(stale(&file, &report), 1);

    // A rule that is off has findings none the less.
    let off = Overrides {
        ignore: vec!["全部".to_owned()],
        ..Overrides::default()
    };
    folder.write("甲.budget", TEXT);
    let file = folder.read(off);
    assert_eq!(stale(&file, &file.check(Collect::Broken)), 0);

    let report = folder.read(strict()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![SUM], vec!["TXT001"]));
}

#[test]
fn a_baseline_holds_a_finding_as_often_as_it_was_there() {
    let folder = Folder::new();
    folder.write("budget.toml", "baseline = \"基线.json\"\n");
    write_baseline(&folder);
    folder.write("甲.budget", &format!("{TEXT}\n安排办公经费。。\n"));
    let report = folder.read(Overrides::default()).check(Collect::Broken);
    assert_eq!(told(&report), (vec![DOUBLED], RULES.to_vec()));
}

#[test]
fn pruning_drops_what_is_gone_and_takes_nothing_in() {
    let folder = Folder::new();
    folder.write("budget.toml", "baseline = \"基线.json\"\n");
    write_baseline(&folder);
    folder.write("甲.budget", &TEXT.replace("150.00", "160.00"));
    let file = folder.read(Overrides::default());
    let report = file.check(Collect::Broken);
    let mut baseline = Baseline::clone(file.settings.baseline.as_ref().expect("a baseline"));
    let before = baseline.len();
    let path = file.path.disk().expect("on disk");
    assert_eq!(baseline.prune(path, &report, file.document()), 1);
    assert_eq!(baseline.len(), before - 1);
    assert!(baseline.stale(path, &report, file.document()).is_empty());
}

#[test]
fn a_bad_baseline_has_a_place() {
    let error = Baseline::parse(Path::new("基线.json"), "{\n\"version\": 1,\n}").expect_err("bad");
    assert_eq!((error.line, error.place()), (3, "基线.json:3:1".to_owned()));
    let error = Baseline::parse(Path::new("基线.json"), "{\"version\":9,\"findings\":[]}");
    assert!(error.expect_err("bad").message.contains("第 9 版"));
}

#[test]
fn an_explanation_is_shown_and_lapses_with_its_numbers() {
    let folder = Folder::new();
    let file = folder.read(Overrides::default());
    let report = file.check(Collect::Broken);
    let said = Explanation {
        reason: "上级批复如此".to_owned(),
        who: "张三".to_owned(),
        when: "2026-01-02".to_owned(),
        lapsed: false,
    };
    let path = folder.at("出错说明.toml");
    let explanations = Explanations::parse(&path, "").expect("empty");
    let entries: String = report
        .findings
        .iter()
        .map(|finding| {
            explanations.entry(
                file.path.disk().expect("on disk"),
                finding,
                file.document(),
                &said,
            )
        })
        .collect();
    fs::write(&path, entries).expect("written");
    folder.write("budget.toml", "explanations = \"出错说明.toml\"\n");

    let file = folder.read(Overrides::default());
    let report = file.check(Collect::Broken);
    let of = |report: &Report, rule: &str| {
        let finding = report
            .findings
            .iter()
            .find(|it| it.rule == rule)
            .expect("told");
        (finding.explanation.clone(), finding.clone())
    };
    let (explanation, finding) = of(&report, "TXT001");
    assert_eq!(explanation, Some(said.clone()));
    assert!(
        !file.fails(&finding, FailLevel::Warning),
        "a warning may be explained"
    );
    let (explanation, finding) = of(&report, "ARI001");
    assert_eq!(explanation, Some(said.clone()));
    assert!(
        file.fails(&finding, FailLevel::Warning),
        "an error must be mended"
    );

    // 110 + 30 is now 111 + 29: as far off as before, but not what was explained.
    folder.write(
        "甲.budget",
        &TEXT.replace("110.00", "111.00").replace("30.00", "29.00"),
    );
    let file = folder.read(Overrides::default());
    let (explanation, _) = of(&file.check(Collect::Broken), "ARI001");
    assert_eq!(
        explanation,
        Some(Explanation {
            lapsed: true,
            ..said.clone()
        })
    );

    // Without a reason nothing is explained.
    let entries = fs::read_to_string(&path)
        .expect("read")
        .replace("上级批复如此", " ");
    fs::write(&path, entries).expect("written");
    let file = folder.read(Overrides::default());
    assert!(
        file.check(Collect::Broken)
            .findings
            .iter()
            .all(|it| it.explanation.is_none())
    );
}

#[test]
fn one_entry_explains_one_finding() {
    let folder = Folder::new();
    folder.write("budget.toml", "explanations = \"出错说明.toml\"\n");
    let path = folder.at("出错说明.toml");
    let file = folder.read(Overrides::default());
    let report = file.check(Collect::Broken);
    let doubled = report.findings.iter().find(|it| it.rule == "TXT001");
    let said = Explanation {
        reason: "原文如此".to_owned(),
        who: String::new(),
        when: String::new(),
        lapsed: false,
    };
    let explanations = Explanations::new(&path);
    let entry = explanations.entry(
        file.path.disk().expect("on disk"),
        doubled.expect("told"),
        file.document(),
        &said,
    );
    fs::write(&path, &entry).expect("written");
    let said_of = |text: &str| {
        folder.write("甲.budget", text);
        let report = folder.read(Overrides::default()).check(Collect::Broken);
        let doubled = report.findings.into_iter().filter(|it| it.rule == "TXT001");
        let said = doubled.map(|it| {
            it.explanation
                .clone()
                .map(|said| (said.reason, said.lapsed))
        });
        said.collect::<Vec<_>>()
    };
    let holds = Some(("原文如此".to_owned(), false));
    assert_eq!(said_of(TEXT), std::slice::from_ref(&holds));
    // Another that looks the same in the same section, and one that looks different, are not explained.
    for more in ["\n安排会议费。。\n", "\n安排会议费，，\n"] {
        let said = said_of(&format!("{TEXT}{more}"));
        assert_eq!(said.len(), 2);
        assert_eq!(
            said.iter().filter(|it| **it == holds).count(),
            1,
            "{said:?}"
        );
        assert_eq!(said.iter().filter(|it| it.is_none()).count(), 1, "{said:?}");
    }
    // Of two entries about one finding the later counts.
    let later = entry.replace("原文如此", "上级批复如此");
    fs::write(&path, format!("{entry}\n{later}")).expect("written");
    assert_eq!(said_of(TEXT), [Some(("上级批复如此".to_owned(), false))]);
}

#[test]
fn rounding_explains_a_difference_unless_it_must_not() {
    let folder = Folder::new();
    // 0.1 + 0.2 as printed; 0.4 is within three halves of a step, 0.5 is not.
    for (total, policy, broken) in [
        ("0.4", "", false),
        ("0.5", "", true),
        ("0.4", "tolerance = \"rounding\"\n", false),
        ("0.4", "tolerance = \"exact\"\n", true),
        ("0.3", "tolerance = \"exact\"\n", false),
    ] {
        let numbers = format!("| {total} | 0.1 | 0.2 |");
        folder.write(
            "甲.budget",
            &TEXT.replace("| 150.00 | 110.00 | 30.00 |", &numbers),
        );
        folder.write("budget.toml", policy);
        let report = folder.read(Overrides::default()).check(Collect::Broken);
        let sums = report.findings.iter().filter(|it| it.rule == "ARI001");
        let errors = sums.filter(|it| it.severity == Severity::Error).count();
        assert_eq!(errors == 1, broken, "{total} {policy}");
    }
}

#[test]
fn relations_of_ones_own_have_their_level_and_their_mistakes_a_place() {
    let folder = Folder::new();
    let relation = |severity: &str, expr: &str| {
        format!(
            "[[relations]]\nname = \"甲\"\nexpr = \"{expr}\"\nmessage = \"应相等\"\nseverity = \"{severity}\"\n"
        )
    };
    for (severity, told) in [
        ("error", Some(Severity::Error)),
        ("info", Some(Severity::Info)),
        ("off", None),
    ] {
        folder.write(
            "budget.toml",
            &relation(severity, "表三.201.基本支出 = 表三.201.项目支出"),
        );
        let report = folder.read(Overrides::default()).check(Collect::Broken);
        let found = report.findings.iter().find(|it| it.rule == "CRS003");
        assert_eq!(found.map(|it| it.severity), told, "{severity}");
        let aside = report
            .suppressed
            .iter()
            .filter(|it| it.finding.rule == "CRS003");
        assert_eq!(aside.count() == 1, told.is_none());
    }
    for (expr, place) in [
        ("表三.201.基本支出 等于 1", (3, 21)),
        ("表三.201.公用支出 = 1", (3, 16)),
        ("", (3, 9)),
    ] {
        folder.write("budget.toml", &relation("error", expr));
        let mut resolver = Resolver::default();
        resolver.resolve(&FilePath::Disk(folder.at("甲.budget")));
        let errors = resolver.errors();
        let error = errors.first().expect("told");
        assert_eq!((error.line, error.column), place, "{error}");
    }
}

#[test]
fn documents_that_one_names_are_read_from_its_folder() {
    let folder = Folder::new();
    let own = TEXT.replace("---\n模板", "---\n上年文档: 上年/乙.budget\n模板")
        + "\n比上年{增减(表三.201.合计, 上年.表三.201.合计)}万元。\n";
    folder.write("甲.budget", &own);
    let lacks = |folder: &Folder| {
        let report = folder.read(Overrides::default()).check(Collect::Broken);
        report.findings.iter().any(|it| it.rule == "SYN007")
    };
    assert!(lacks(&folder));
    fs::create_dir(folder.at("上年")).expect("made");
    folder.write("上年/乙.budget", &TEXT.replace("150.00", "140.00"));
    assert!(!lacks(&folder));
    let file = folder.read(Overrides::default());
    let ledger = file.check(Collect::All).ledger;
    let derived: Vec<&str> = ledger.derived.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(derived, ["增加10.00"]);
    // A folder, or a pipe, on which one would wait for ever, is no document.
    folder.write("甲.budget", &own.replace("上年/乙.budget", "上年"));
    assert!(lacks(&folder));
    // One that names itself ends all the same.
    folder.write("上年/乙.budget", "不是文档\n");
    folder.write("甲.budget", &own.replace("上年/乙.budget", "甲.budget"));
    assert!(!lacks(&folder));
}
