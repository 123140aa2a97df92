//! The forms that code hosts read: SARIF, GitHub's annotations, GitLab's code quality.

use std::collections::BTreeSet;

use jsonschema::{Validator, draft7};
use serde_json::{Value, json};

use crate::{json::WRONG_ROW, run::Folder};

fn text(folder: &Folder, format: &str, arguments: &[&str]) -> String {
    let mut all = vec!["check", "--format", format];
    all.extend(arguments);
    folder.run(&all).out
}

fn parsed(folder: &Folder, format: &str, arguments: &[&str]) -> Value {
    serde_json::from_str(&text(folder, format, arguments)).expect("JSON")
}

/// The log, found good by the schema of OASIS.
fn sarif(folder: &Folder, arguments: &[&str]) -> Value {
    let log = parsed(folder, "sarif", arguments);
    let errors: Vec<_> = schema()
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

/// The one of a kind.
fn only(values: &[Value], is: impl Fn(&Value) -> bool) -> &Value {
    let found: Vec<_> = values.iter().filter(|it| is(it)).collect();
    let [one] = found.as_slice() else {
        panic!("one: {found:#?}");
    };
    one
}

fn schema() -> Validator {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/sarif/sarif-schema-2.1.0.json"
    );
    let text = std::fs::read_to_string(path).expect("the schema");
    // A bracket too many in a pattern of the schema, which not every reader of patterns takes.
    let text = text.replace("{2}]?$", "{2}?$");
    let schema = serde_json::from_str(&text).expect("JSON");
    draft7::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema")
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().expect("results")
}

#[test]
fn the_schema_refuses_what_is_no_sarif() {
    let schema = schema();
    let log = |uri: &str| {
        json!({"version": "2.1.0", "runs": [{
            "tool": {"driver": {"name": "x"}},
            "results": [{"message": {"text": "x"}, "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": uri}}}]}],
        }]})
    };
    assert!(schema.is_valid(&log("a%20b.budget")));
    assert!(
        !schema.is_valid(&log("a b.budget")),
        "formats are looked at"
    );
    assert!(!schema.is_valid(&json!({"version": "2.1.0"})));
}

#[test]
fn a_broken_relation_in_sarif_has_its_place_addends_and_numbers() {
    let folder = Folder::with("预算 公开/a:1.budget", WRONG_ROW);
    let log = sarif(&folder, &["--min-severity", "error"]);
    let result = only(results(&log), |it| it["properties"]["left"].is_string());
    let uri = "%E9%A2%84%E7%AE%97%20%E5%85%AC%E5%BC%80/a%3A1.budget";
    let artifact = json!({"uri": uri, "uriBaseId": "%SRCROOT%"});
    // See the JSON's test of the same document.
    let region = |start: u32, end: u32| json!({"startLine": 16, "startColumn": start, "endLine": 16, "endColumn": end});
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], artifact);
    assert_eq!(place["region"], region(20, 26));
    assert_eq!(
        result["locations"][0]["logicalLocations"],
        json!([{"name": "total", "fullyQualifiedName": "t3.2010301.total", "kind": "cell",
            "properties": {"table": "t3", "row": "2010301", "column": "total"}}])
    );
    // 基本支出 `110.00` after `160.00 | `, 项目支出 `40.00` after `110.00 | `.
    let related: Vec<_> = result["relatedLocations"]
        .as_array()
        .expect("its addends")
        .iter()
        .map(|it| &it["physicalLocation"]["region"])
        .collect();
    assert!(related.contains(&&region(29, 35)), "{related:?}");
    assert!(related.contains(&&region(38, 43)), "{related:?}");
    assert_eq!(result["level"], "error");
    assert_eq!(result["suppressions"], json!([]));
    assert_eq!(result["properties"]["expected"], "150.00");
    assert_eq!(result["properties"]["difference"], "10.00");

    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"], json!([{"executionSuccessful": true}]));
    assert_eq!(run["artifacts"][0]["location"], artifact);
    assert_eq!(run["artifacts"][0]["length"], WRONG_ROW.len());
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let index = result["ruleIndex"].as_u64().expect("an index");
    let rule = &rules[usize::try_from(index).expect("small")];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(
        rule["help"]["markdown"]
            .as_str()
            .is_some_and(|page| page.contains("## 检查什么"))
    );
    assert!(
        rule["helpUri"]
            .as_str()
            .is_some_and(|uri| uri.ends_with(&format!(
                "/docs/rules/{}-{}.md",
                rule["id"].as_str().unwrap_or("?"),
                rule["name"].as_str().unwrap_or("?")
            )))
    );
    // Every rule's page is where the link says.
    for rule in rules {
        let page = rule["helpUri"]
            .as_str()
            .and_then(|uri| uri.split_once("/main/"));
        let path = format!(
            "{}/../../{}",
            env!("CARGO_MANIFEST_DIR"),
            page.expect("a page").1
        );
        assert!(std::path::Path::new(&path).is_file(), "{path}");
        assert!(
            rule["fullDescription"]["text"]
                .as_str()
                .is_some_and(|text| text.chars().count() > 10),
            "{rule}"
        );
    }
}

#[test]
fn a_long_sum_can_be_followed_to_its_last_addend() {
    // 10 + 11 + … + 42 = 33 × 26 = 858.
    let rows: String = (10..=42)
        .map(|part| format!("| {} | 某项支出 | {part}.00 |\n", part + 191))
        .collect();
    let text = format!(
        "---\n模板: 通用-预算\n部门: 某县\n年度: 2020\n金额单位: 万元\n---\n\n# 第二部分 部门预算公开表\n\n\
         ## 部门支出总体情况表\n\n| 科目编码 | 科目名称 | 合计 |\n| --- | --- | ---: |\n{rows}|  | 合计 | 999.00 |\n"
    );
    let folder = Folder::with("a.budget", text);
    let log = sarif(&folder, &["--select", "ARI003"]);
    let result = only(results(&log), |_| true);
    assert_eq!(result["properties"]["right"], "858.00");
    // The first row of the table is line 14, the total line 47.
    assert_eq!(line(&result["locations"][0]), 47);
    let related = result["relatedLocations"].as_array().expect("addends");
    let lines: BTreeSet<_> = related.iter().map(line).collect();
    assert_eq!(lines, (14..=46).collect());
}

fn line(location: &Value) -> u64 {
    let line = &location["physicalLocation"]["region"]["startLine"];
    line.as_u64().expect("a line")
}

#[test]
fn in_a_job_paths_count_from_the_repository() {
    let folder = Folder::with("库/甲/a.budget", WRONG_ROW);
    let inside = Folder::inside(&folder, "库/甲");
    let root = folder.path("库");
    let root = root.to_str().expect("a path");
    let told = |variable: &str, format: &str| {
        let arguments = ["check", "--format", format, "--select", "ARI002"];
        inside.run_where(variable, root, &arguments).out
    };
    assert!(told("GITHUB_WORKSPACE", "github").starts_with("::error file=甲/a.budget,"));
    let issues: Value = serde_json::from_str(&told("CI_PROJECT_DIR", "gitlab")).expect("JSON");
    assert_eq!(issues[0]["location"]["path"], "甲/a.budget");
    assert!(told("GITHUB_WORKSPACE", "sarif").contains("\"uri\":\"%E7%94%B2/a.budget\""));
    assert!(told("OTHER", "github").starts_with("::error file=a.budget,"));
}

#[test]
fn fixes_suppressions_and_failures_are_in_the_sarif() {
    let silenced = WRONG_ROW.replace(
        "| 2010301 |",
        "<!-- 忽略 COD003: 编码待财政局确认 -->\n| 2010301 |",
    );
    let text = silenced.replace(
        "## 表三",
        "<!-- 忽略 TXT001: 原文如此 -->\n说明。。\n\n又一段，，说明。\n\n## 表三",
    );
    let folder = Folder::with("a.budget", text).and("b.budget", "%PDF-1.7");
    let log = sarif(&folder, &["--min-severity", "hint"]);
    let doubled: Vec<_> = results(&log)
        .iter()
        .filter(|it| it["ruleId"] == "TXT001")
        .collect();
    assert_eq!(doubled.len(), 2, "{doubled:#?}");
    let told = doubled
        .iter()
        .find(|it| it["suppressions"] == json!([]))
        .expect("the one told");
    // `又一段，，说明。`: two characters from the fourth on become one.
    let change = &told["fixes"][0]["artifactChanges"][0];
    let region = &change["replacements"][0]["deletedRegion"];
    assert_eq!(
        (&region["startColumn"], &region["endColumn"]),
        (&json!(4), &json!(6)),
        "{told:#}"
    );
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "，");
    let silenced = doubled
        .iter()
        .find(|it| it["suppressions"] != json!([]))
        .expect("the other");
    assert_eq!(
        silenced["suppressions"],
        json!([{"kind": "inSource", "status": "accepted", "justification": "原文如此"}])
    );
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        notification["message"]["text"]
            .as_str()
            .is_some_and(|it| it.starts_with("b.budget："))
    );
    assert_eq!(
        run["artifacts"].as_array().map(Vec::len),
        Some(1),
        "only what was read"
    );

    let folder = folder.and("budget.toml", "[rules]\nTXT001 = \"off\"\n");
    let log = sarif(&folder, &["a.budget", "--min-severity", "hint"]);
    let kinds: BTreeSet<_> = results(&log)
        .iter()
        .filter(|it| it["ruleId"] == "TXT001")
        .map(|it| it["suppressions"][0]["kind"].as_str().unwrap_or("none"))
        .collect();
    assert!(
        kinds.contains("external") && !kinds.contains("none"),
        "{kinds:?}"
    );
}

#[test]
fn an_empty_run_is_sarif_too() {
    let folder = Folder::with("budget.toml", "");
    let run = folder.run_with(
        &["check", "-", "--format", "sarif", "--min-severity", "error"],
        "",
    );
    let log: Value = serde_json::from_str(&run.out).expect("JSON");
    assert!(schema().is_valid(&log));
    assert_eq!(results(&log), &Vec::<Value>::new());
}

/// Fingerprints by rule and subject, of both forms that have them.
fn fingerprints(folder: &Folder) -> [Vec<String>; 2] {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let log = sarif(folder, &["--min-severity", "hint"]);
    let issues = parsed(folder, "gitlab", &["--min-severity", "hint"]);
    [
        results(&log)
            .iter()
            .map(|it| text(&it["partialFingerprints"]["primaryLocationLineHash"]))
            .collect(),
        issues
            .as_array()
            .expect("an array")
            .iter()
            .map(|it| text(&it["fingerprint"]))
            .collect(),
    ]
}

#[test]
fn fingerprints_stay_when_lines_move_and_amounts_change() {
    let doubled = WRONG_ROW.replace("## 表三", "说明。。\n\n说明。。\n\n## 表三");
    let folder = Folder::with("a.budget", &doubled);
    let before = fingerprints(&folder);
    for prints in &before {
        assert!(prints.len() >= 3, "{prints:?}");
        let different: BTreeSet<_> = prints.iter().collect();
        assert_eq!(
            different.len(),
            prints.len(),
            "equal findings are told apart"
        );
    }
    let moved = doubled
        .replace("# 第二部分", "\n\n\n# 第二部分")
        .replace("| 160.00 |", "|   170.00 |");
    assert_eq!(before, fingerprints(&folder.and("a.budget", moved)));
    // Of the same document elsewhere GitLab has other issues; SARIF knows the path by itself.
    let elsewhere = fingerprints(&Folder::with("b.budget", doubled));
    assert_eq!(before[0], elsewhere[0]);
    assert!(before[1].iter().all(|print| !elsewhere[1].contains(print)));
}

#[test]
fn gitlab_has_a_place_and_a_grade() {
    let folder = Folder::with("甲/a.budget", WRONG_ROW);
    let issues = parsed(
        &folder,
        "gitlab",
        &["--min-severity", "error", "甲/../甲/a.budget"],
    );
    let issues = issues.as_array().expect("an array");
    let issue = only(issues, |it| it["location"]["lines"]["begin"] == 16);
    assert_eq!(issue["severity"], "critical");
    assert_eq!(
        issue["location"],
        json!({"path": "甲/a.budget", "lines": {"begin": 16, "end": 16}})
    );
    let rule = issue["check_name"].as_str().expect("a rule");
    assert!(
        issue["description"]
            .as_str()
            .is_some_and(|it| it.starts_with(rule))
    );
    let folder = Folder::with("budget.toml", "");
    let run = folder.run_with(
        &[
            "check",
            "-",
            "--format",
            "gitlab",
            "--min-severity",
            "error",
        ],
        "",
    );
    assert_eq!(run.out, "[]\n");
}

#[test]
fn github_has_a_command_a_finding() {
    let folder = Folder::with("甲,乙.budget", WRONG_ROW);
    let out = text(&folder, "github", &["--min-severity", "error"]);
    let json = parsed(&folder, "json", &["--min-severity", "error"]);
    let finding = only(json.as_array().expect("an array"), |it| {
        it["left"].is_string()
    });
    let word = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    assert!(out.contains(
        &format!(
            "::error file=甲%2C乙.budget,line=16,endLine=16,col=20,endColumn=26,title={} {}::{}。{}\n",
            word("rule"),
            word("name"),
            word("message"),
            word("action")
        )
    ), "{out}");
    let levels: BTreeSet<_> = text(&folder, "github", &["--min-severity", "hint"])
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert!(
        levels
            .iter()
            .all(|it| ["::error", "::warning", "::notice"].contains(&it.as_str()))
    );
}

#[test]
fn statistics_count_by_rule() {
    let rows = "| 甲 | 1 | 2 |\n".repeat(3);
    let text = format!(
        "---\n模板: 通用-预算\n部门 某县\n---\n\n说明。。\n\n# 表\n\n| 项目 | 金额 |\n| --- | ---: |\n{rows}"
    );
    let folder = Folder::with("a.budget", &text).and("b.budget", text);
    let run = folder.run(&[
        "check",
        "--statistics",
        "--format",
        "json",
        "--max-findings",
        "1",
    ]);
    assert_eq!(run.code, Some(1));
    let rules: Vec<Value> = serde_json::from_str(&run.out).expect("JSON");
    // Three rows a file have a cell too many; the one line that is no `键: 值` is of SYN001.
    assert_eq!(rules[0]["rule"], "SYN004");
    assert_eq!(rules[0]["count"], 6);
    let row = |code: &str| rules.iter().find(|it| it["rule"] == code).expect("there");
    assert_eq!(row("SYN001")["count"], 2);
    assert_eq!(
        (&row("TXT001")["count"], &row("TXT001")["fixable"]),
        (&json!(2), &json!(2))
    );
    let counts: Vec<_> = rules.iter().map(|it| it["count"].as_u64()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");

    let run = folder.run(&["check", "--statistics"]);
    let first = run.out.lines().next().unwrap_or_default();
    assert!(first.starts_with("     6  SYN004  "), "{}", run.out);
    assert!(run.last_line().starts_with("2 个文件，共 "), "{}", run.out);
    let run = folder.run(&["check", "--statistics", "--format", "sarif"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.contains("--statistics 只有 human、json"),
        "{}",
        run.err
    );
}

#[test]
fn an_explained_warning_is_no_alarm_and_an_explained_error_is_one() {
    let text = WRONG_ROW.replace("## 表三", "说明。。\n\n## 表三");
    let config = "select = [\"TXT001\", \"ARI002\"]\nexplanations = \"出错说明.toml\"\n";
    let folder = Folder::with("a.budget", &text).and("budget.toml", config);
    let folder = folder.and("出错说明.toml", "");
    let drafted = folder.run(&[
        "check",
        "--add-explanations",
        "--reason",
        "批复如此",
        "--who",
        "张三",
    ]);
    assert_eq!(drafted.code, Some(0), "{drafted:?}");
    let said = |it: &Value| {
        let said = &it["suppressions"][0];
        assert!(
            said["justification"]
                .as_str()
                .is_some_and(|it| it.starts_with("批复如此（张三，20"))
        );
        (
            said["kind"].as_str().map(str::to_owned),
            said["status"].as_str().map(str::to_owned),
        )
    };
    let told = |log: &Value, rule: &str| said(only(results(log), |it| it["ruleId"] == rule));
    let external = |status: &str| (Some("external".to_owned()), Some(status.to_owned()));
    let log = sarif(&folder, &[]);
    assert_eq!(told(&log, "TXT001"), external("accepted"));
    assert_eq!(told(&log, "ARI002"), external("underReview"));

    let github = self::text(&folder, "github", &[]);
    let line = |rule: &str| {
        github
            .lines()
            .find(|line| line.contains(rule))
            .expect("a line")
            .to_owned()
    };
    assert!(line("TXT001").starts_with("::notice "), "{github}");
    assert!(line("ARI002").starts_with("::error "), "{github}");
    assert!(
        line("TXT001").contains("。说明：批复如此（张三，20"),
        "{github}"
    );
    let issues = parsed(&folder, "gitlab", &[]);
    let issues = issues.as_array().expect("an array");
    assert_eq!(
        only(issues, |it| it["check_name"] == "TXT001")["severity"],
        "info"
    );

    // A number has changed since: what was said of it counts no more.
    let folder = folder.and("a.budget", text.replace("160.00", "170.00"));
    assert_eq!(told(&sarif(&folder, &[]), "ARI002"), external("rejected"));
}

#[test]
fn the_commands_of_the_page_are_commands() {
    let page = include_str!("../../../../docs/reports.md");
    let commands: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.split_once("budget-lint check"))
        .filter(|(before, _)| {
            ["", "exec ", "run: ", "- "]
                .iter()
                .any(|it| before.trim_start().ends_with(it))
        })
        .filter_map(|(_, after)| after.split(['#', '<']).next())
        .collect();
    assert!(commands.len() >= 8, "{commands:?}");
    let folder = Folder::with("2020/a.budget", WRONG_ROW).and("某局.budget", WRONG_ROW);
    for arguments in commands {
        let mut all = vec!["check"];
        let parts: Vec<_> = arguments
            .split_whitespace()
            .map(|it| it.trim_matches('"'))
            .collect();
        all.extend(&parts);
        let run = folder.run_with(&all, WRONG_ROW);
        // Without a repository git can't answer; all else is found.
        let of_git = parts.contains(&"--staged") || parts.contains(&"--since");
        let (code, words) = if of_git { (2, "git 仓库") } else { (1, "") };
        assert_eq!(run.code, Some(code), "{arguments}: {run:?}");
        assert!(run.err.contains(words), "{arguments}: {run:?}");
    }
}

#[test]
fn real_documents_give_good_logs_with_a_result_a_finding() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus");
    let folder = Folder::new();
    let all = ["--min-severity", "hint", corpus];
    let found = parsed(&folder, "json", &all);
    let found = found.as_array().expect("an array");
    assert!(found.len() > 100, "{}", found.len());

    let log = sarif(&folder, &all);
    let told = results(&log)
        .iter()
        .filter(|it| it["suppressions"] == json!([]));
    for (result, finding) in told.clone().zip(found) {
        assert_eq!(result["ruleId"], finding["rule"]);
        let related = |value: &Value, key: &str| value[key].as_array().map_or(0, Vec::len);
        assert_eq!(
            related(result, "relatedLocations"),
            related(finding, "related")
        );
        // Elsewhere than the current folder: the whole path.
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
        assert!(
            uri.is_some_and(|uri| uri.starts_with("file:///")),
            "{result}"
        );
    }
    assert_eq!(told.count(), found.len());

    let lines = text(&folder, "github", &all);
    assert_eq!(lines.lines().count(), found.len());
    let issues = parsed(&folder, "gitlab", &all);
    let issues = issues.as_array().expect("an array");
    let prints: BTreeSet<_> = issues.iter().map(|it| it["fingerprint"].as_str()).collect();
    assert_eq!((issues.len(), prints.len()), (found.len(), found.len()));
}
