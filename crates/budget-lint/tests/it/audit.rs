//! The 核对清单: what it says adds up, and what is in a document stays text.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::run::{Folder, Run};

const REAL: &str = include_str!("../../../../tests/corpus/000.budget");

/// Three accounts that should come to their 款; `表三` of a known template.
const SMALL: &str = "---
模板: 新疆-2020-部门预算
部门: 某县人民政府办公室
年度: 2020
---

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |
| 20103 | 政府办公厅（室）及相关机构事务 | 151.00 | 110.00 | 40.00 |
| 2010301 | 行政运行 | 110.00 | 110.00 | |
| 2010399 | 其他政府办公厅（室）及相关机构事务支出 | 40.00 | | 40.00 |
| | 合计 | 150.00 | 110.00 | 40.00 |
";

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    let run = folder.run(&[&["audit", "--format", "json", "-o", "-"], arguments].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

fn html(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.run(&[&["audit", "-o", "-"], arguments].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    run.out
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> usize {
    let number = value.as_u64().expect("a number");
    usize::try_from(number).expect("small")
}

/// How often each value of a field occurs.
fn tally(values: &[Value], key: &str) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for value in values {
        let word = value[key].as_str().expect("a word").to_owned();
        *tally.entry(word).or_default() += 1;
    }
    tally
}

/// The counts of several parts, added.
fn added(parts: &[Value], key: &str) -> BTreeMap<String, usize> {
    let mut sum = BTreeMap::new();
    for part in parts {
        for (name, count) in part[key].as_object().expect("counts") {
            *sum.entry(name.clone()).or_default() += number(count);
        }
    }
    sum.retain(|_, count| *count > 0);
    sum
}

#[test]
fn the_counts_are_those_of_what_is_listed() {
    let folder = Folder::with("000.budget", REAL);
    let audit = json(&folder, &["000.budget"]);
    let relations = list(&audit, "relations");
    // The ledger of the document: `PROOFS.md`, and the first line of `check`.
    let expected = BTreeMap::from([
        ("held".to_owned(), 362),
        ("notApplicable".to_owned(), 272),
        ("unknown".to_owned(), 57),
    ]);
    // The narrative's beside them: five rates with the wrong denominator, and 3 × 5600 × 12 ≠ 15 万; one of those
    // that hold is 下设 24 个处室 with the 24 that are listed.
    let with_prose = BTreeMap::from([
        ("broken".to_owned(), 6),
        ("held".to_owned(), 362 + 61),
        ("notApplicable".to_owned(), 272),
        ("unknown".to_owned(), 57),
    ]);
    assert_eq!(tally(relations, "outcome"), with_prose);
    let counts = &audit["counts"];
    assert_eq!(added(std::slice::from_ref(counts), "outcomes"), with_prose);
    assert_eq!(added(list(counts, "groups"), "outcomes"), with_prose);
    assert_eq!(added(list(&audit, "identities"), "outcomes"), expected);
    assert!(
        relations
            .iter()
            .all(|it| it["table"].is_u64() != (it["identity"] == "")),
        "each under a table, or of the narrative"
    );
    assert_eq!(added(list(&audit, "tables"), "outcomes"), expected);
    for (place, relation) in relations.iter().enumerate() {
        assert_eq!(number(&relation["number"]), place + 1);
        let undecided = ["unknown", "notApplicable"].map(Value::from);
        assert_eq!(
            relation["why"].is_string(),
            undecided.contains(&relation["outcome"]),
            "{relation}"
        );
    }

    let findings = counts["findings"].as_object().expect("counts");
    assert_eq!(
        findings.values().map(number).sum::<usize>(),
        list(&audit, "findings").len()
    );
    assert_eq!(findings["error"], 6);
    let check = folder.run(&["check", "--format", "json", "--min-severity", "hint"]);
    let check: Vec<Value> = serde_json::from_str(&check.out).expect("JSON");
    for (place, (told, audited)) in check.iter().zip(list(&audit, "findings")).enumerate() {
        assert_eq!(number(&audited["number"]), place + 1);
        for (key, value) in told.as_object().expect("a finding") {
            let is_name = key == "file";
            assert!(is_name || audited[key] == *value, "{key}: {audited}");
        }
    }
}

#[test]
fn every_amount_is_in_a_relation_or_said_not_to_be() {
    let audit = json(&Folder::with("000.budget", REAL), &["000.budget"]);
    let (relations, cells) = (list(&audit, "relations"), list(&audit, "cells"));
    // The numbers of the nine tables that are no codes, counted in the text.
    let tables = REAL
        .split("\n# ")
        .find(|part| part.starts_with("第二部分"))
        .expect("tables");
    let typed = tables
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| {
            let cells = line.trim_matches('|').split('|').map(str::trim);
            let digits = |cell: &str| cell.starts_with(|it: char| it.is_ascii_digit());
            let numbers = cells.filter(move |cell| digits(cell)).collect::<Vec<_>>();
            let code = |cell: &&str| [3, 5, 7].contains(&cell.len()) && !cell.contains('.');
            // A code stands first, with a name after it; 表八 has neither.
            let coded =
                numbers.first().is_some_and(code) && line.contains(|it: char| it.is_alphabetic());
            numbers.into_iter().skip(usize::from(coded))
        });
    let amounts: Vec<&Value> = cells
        .iter()
        .filter(|cell| {
            let standing = ["checked", "undecided", "uncovered"].map(Value::from);
            cell["amount"] == true && standing.contains(&cell["standing"])
        })
        .collect();
    assert_eq!(amounts.len(), typed.count());
    assert_eq!(number(&audit["counts"]["amounts"]["total"]), amounts.len());
    let sum = added(list(&audit, "tables"), "amounts");
    assert_eq!(sum["total"], amounts.len());
    assert_eq!(sum["checked"] + sum["uncovered"], amounts.len());

    for cell in &amounts {
        let checked = cell["standing"] == "checked";
        assert_eq!(cell["reason"].is_null(), checked, "{cell}");
        assert_eq!(
            list(cell, "relations").is_empty(),
            cell["standing"] == "uncovered",
            "{cell}"
        );
        let compared = list(cell, "relations").iter().any(|at| {
            ["held", "rounding", "broken"]
                .map(Value::from)
                .contains(&relations[number(at) - 1]["outcome"])
        });
        assert_eq!(compared, checked, "{cell}");
    }
    // A relation's cells know of it.
    for relation in relations {
        for at in ["leftCells", "rightCells"]
            .iter()
            .flat_map(|key| list(relation, key))
        {
            assert!(
                list(&cells[number(at)], "relations").contains(&relation["number"]),
                "{relation}"
            );
        }
    }
    // Of 表七 only the total row is left, and what its columns come to can't be told.
    let uncovered: Vec<_> = list(&audit, "uncovered")
        .iter()
        .map(|at| {
            let subject = &cells[number(at)]["subject"];
            ["table", "row", "column"].map(|key| subject[key].as_str().unwrap_or_default())
        })
        .collect();
    let row = |column| ["t7", "total", column];
    assert_eq!(
        uncovered,
        [
            row("wages"),
            row("goods"),
            row("construction"),
            row("capital")
        ]
    );
    // Three marks in the document.
    let lost: Vec<_> = list(&audit, "notRead")
        .iter()
        .map(|it| it["text"].as_str())
        .collect();
    assert_eq!(
        lost,
        [
            Some("转换缺失: 合计行"),
            Some("转换缺失: 表头、明细"),
            Some("转换缺失: 指标值")
        ]
    );
}

#[test]
fn it_adds_up_for_every_document_there_is() {
    let folder = Folder::new();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus");
    let run = folder.run(&["audit", "--format", "json", "-o", "清单/", corpus]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let files = [names(&folder, "清单"), names(&folder, "清单/right")].concat();
    let files = files.iter().filter(|name| name.ends_with(".json"));
    let mut seen = 0;
    for name in files {
        let path = format!("清单/{name}");
        let path = if folder.path(&path).is_file() {
            path
        } else {
            format!("清单/right/{name}")
        };
        let audit: Value = serde_json::from_str(&folder.read(&path)).expect("JSON");
        let counts = std::slice::from_ref(&audit["counts"]);
        let outcomes = added(counts, "outcomes");
        let (relations, cells) = (list(&audit, "relations"), list(&audit, "cells"));
        assert_eq!(tally(relations, "outcome"), outcomes, "{name}");
        let of_tables: Vec<Value> = relations
            .iter()
            .filter(|it| it["identity"] != "")
            .cloned()
            .collect();
        assert_eq!(
            added(list(&audit, "identities"), "outcomes"),
            tally(&of_tables, "outcome"),
            "{name}"
        );
        assert_eq!(
            added(list(&audit["counts"], "groups"), "outcomes"),
            outcomes,
            "{name}"
        );
        let amounts = cells
            .iter()
            .filter(|cell| cell["amount"] == true)
            .cloned()
            .collect::<Vec<_>>();
        let standing = tally(&amounts, "standing");
        let sum = added(list(&audit, "tables"), "amounts");
        assert_eq!(sum, added(counts, "amounts"), "{name}");
        for key in ["checked", "undecided", "uncovered"] {
            assert_eq!(standing.get(key), sum.get(key), "{name}: {key}");
        }
        let uncovered = list(&audit, "uncovered");
        assert_eq!(
            uncovered.len(),
            sum.get("uncovered").copied().unwrap_or(0),
            "{name}"
        );
        for at in uncovered {
            let cell = &cells[number(at)];
            assert!(
                cell["reason"].is_string() && list(cell, "relations").is_empty(),
                "{name}: {cell}"
            );
        }
        seen += 1;
    }
    assert!(seen >= 18, "{seen}");
}

#[test]
fn what_was_checked_by_what_is_named() {
    let folder = Folder::with("a.budget", SMALL);
    let audit = json(&folder, &["a.budget"]);
    let hash = |text: &str| {
        let bytes = Sha256::digest(text.as_bytes());
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    assert_eq!(audit["document"]["sha256"], hash(SMALL));
    assert_eq!(audit["document"]["bytes"], SMALL.len());
    assert_eq!(audit["document"]["body"], "某县人民政府办公室");
    assert_eq!(audit["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(audit["template"]["choice"], "named");
    assert_eq!(audit["codes"]["builtin"], true);
    assert_eq!(audit["settings"]["files"], Value::Array(Vec::new()));

    let config = "tolerance = \"exact\"\npacks = \"包\"\n[rules]\nGLO = \"hint\"\nARI001 = \"off\"\n\
        [[relations]]\nname = \"甲\"\nexpr = \"表三.合计.合计 >= 0\"\nmessage = \"不小于零\"\n";
    let codes = "code\tname\tlevel\tvalid_from_year\tvalid_to_year\tsource\n2010398\t某项\t项\t2020\t\t某文\n";
    let folder = folder
        .and("budget.toml", config)
        .and("包/功能科目.tsv", codes);
    let other = json(&folder, &["--profile", "送审", "a.budget"]);
    let settings = &other["settings"];
    assert_eq!(settings["files"][0]["sha256"], hash(config));
    assert_eq!(settings["profile"], "送审");
    assert_eq!(settings["tolerance"], "exact");
    assert_eq!(settings["relations"][0]["name"], "甲");
    let off = list(settings, "rules")
        .iter()
        .find(|it| it["level"] == "off")
        .expect("one is off");
    assert_eq!(
        (off["rule"].as_str(), off["own"].as_str()),
        (Some("ARI001"), Some("error"))
    );
    assert_eq!(other["codes"]["builtin"], false);
    assert_ne!(other["codes"]["sha256"], audit["codes"]["sha256"]);
    assert_ne!(
        other["template"]["sha256"], audit["template"]["sha256"],
        "its relations are others"
    );
    assert_eq!(other["glossary"], audit["glossary"]);
}

#[test]
fn findings_stand_beside_their_table() {
    let folder = Folder::with("a.budget", SMALL);
    let audit = json(&folder, &["a.budget"]);
    // 151 is neither 110 + 40, nor what 2010301 and 2010399 come to, nor what 201 is.
    assert_eq!(number(&audit["counts"]["outcomes"]["broken"]), 3);
    let wrong = list(&audit, "findings")
        .iter()
        .find(|it| it["actual"] == "151.00")
        .expect("found");
    assert_eq!(
        (wrong["table"].as_u64(), wrong["expected"].as_str()),
        (Some(0), Some("150.00"))
    );
    let page = html(&folder, &["a.budget"]);
    let number = &wrong["number"];
    let table = page.split("<article").nth(1).expect("a table");
    assert!(table.contains(&format!("id=\"f{number}\"")), "{table}");
    let cell = table
        .split("<td")
        .find(|cell| cell.contains(">151.00</a>"))
        .expect("the cell");
    assert!(cell.contains("class=\"n wrong\""), "{cell}");
    assert!(cell.contains(&format!("<a href=\"#f{number}\">")), "{cell}");
    // 20103 in 合计 against its parts, with each number.
    assert!(
        table.contains("表三.20103.合计 = 合(表三.20103.下级.合计)"),
        "{table}"
    );
    let plain = without_tags(table);
    assert!(plain.contains("151.00 ｜ 110.00 + 40.00"), "{plain}");
}

#[test]
fn what_is_set_aside_is_listed_with_what_set_it_aside() {
    let text = SMALL.replace(
        "| 40.00 |\n| 2010301",
        "| 40.00 | <!-- 忽略 ARI: 批复如此 -->\n| 2010301",
    ) + "\n## 表九 政府性基金预算支出情况表\n\n无。。\n";
    let folder = Folder::with("a.budget", &text);
    let audit = json(&folder, &["--ignore", "TXT001", "a.budget"]);
    let aside = list(&audit, "setAside");
    let by = tally(aside, "by");
    assert_eq!(
        (by.get("comment"), by.get("off")),
        (Some(&1), Some(&1)),
        "{aside:?}"
    );
    let comment = aside.iter().find(|it| it["by"] == "comment").expect("one");
    assert_eq!(comment["reason"], "批复如此");
    assert_eq!(number(&audit["counts"]["setAside"]), aside.len());
    let page = without_tags(&html(&folder, &["--ignore", "TXT001", "a.budget"]));
    assert!(
        page.contains("忽略的理由：批复如此") && page.contains("规则已关闭"),
        "{page}"
    );
    // Not when it is sent to be examined.
    let strict = json(&folder, &["--profile", "送审", "a.budget"]);
    assert!(list(&strict, "setAside").is_empty());

    let run = folder.run(&["check", "--add-explanations"]);
    let said = folder
        .read("出错说明.toml")
        .replace("reason = \"\"", "reason = \"另行说明\"");
    let folder = folder
        .and("出错说明.toml", said)
        .and("budget.toml", "explanations = \"出错说明.toml\"\n");
    let audit = json(&folder, &["a.budget"]);
    assert!(number(&audit["counts"]["explained"]) > 0, "{run:?}");
    assert_eq!(
        audit["settings"]["explanations"]["sha256"]
            .as_str()
            .map(str::len),
        Some(64)
    );
    assert!(html(&folder, &["a.budget"]).contains("另行说明"));
}

#[test]
fn what_was_not_read_is_listed() {
    let text = "---\n模板: 新疆-2020-部门预算\n某行\n---\n\n# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
        | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n\
        | 2010301 | 行政运行 | 约一百 | 110 | 待填 |\n| | 合计 | = | {表三.没有.合计} | 40 |\n\n\
        ## 表四 财政拨款收支预算总体情况表\n\n<!-- 另附 -->\n\n## 一张没有见过的表\n\n| 甲 | 乙 |\n| --- | ---: |\n| 丙 | 12 |\n\n\
        # 第三部分 部门预算情况说明\n\n收入 12.5 万元，支出 1,200 万元，合计 {表三.合计.合计} 万元。\n";
    let folder = Folder::with("a.budget", text);
    let audit = json(&folder, &["a.budget"]);
    let not_read = list(&audit, "notRead");
    let what = |kind: &str| {
        let of_kind = not_read.iter().filter(|it| it["kind"] == kind);
        of_kind
            .filter_map(|it| it["text"].as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(what("syntax"), ["某行"]);
    assert_eq!(what("apart"), ["另附"]);
    assert!(what("text").contains(&"约一百"), "{not_read:?}");
    assert_eq!(what("blank"), ["待填"]);
    assert!(
        what("expression").contains(&"{表三.没有.合计}"),
        "{not_read:?}"
    );
    assert_eq!(what("table"), ["一张没有见过的表"]);
    assert_eq!(number(&audit["counts"]["numbersInProse"]), 2);
    let page = without_tags(&html(&folder, &["a.budget"]));
    assert!(
        page.contains("约一百") && page.contains("写在文字里的数 2 个"),
        "{page}"
    );
}

#[test]
fn a_page_needs_nothing_else_and_its_links_lead_somewhere() {
    let folder = Folder::with("000.budget", REAL);
    let page = html(&folder, &["000.budget"]);
    assert!(page.len() < 1_000_000, "{}", page.len());
    for word in [
        "<script", "src=", "<link", "@import", "url(", "http://", "https://",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    let after = |mark: &str| -> Vec<String> {
        let parts = page.split(mark).skip(1);
        parts
            .filter_map(|part| Some(part.split_once('"')?.0.to_owned()))
            .collect()
    };
    let ids = after(" id=\"");
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "each once");
    for link in after(" href=\"#") {
        assert!(unique.contains(&link), "#{link}");
    }
    assert_eq!(
        ids.iter().filter(|id| id.starts_with('r')).count(),
        691 + 67
    );
    for word in ["核对人", "复核人", "日期", "成立 423", "无法核对 57"] {
        assert!(page.contains(word), "{word}");
    }
}

#[test]
fn a_hostile_document_stays_text() {
    const EVIL: &str = "</style></title></details><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x' --><!--";
    let text = format!(
        "---\n模板: 新疆-2020-部门预算\n部门: {EVIL}\n---\n\n# 第二部分 部门预算公开表{EVIL}\n\n## 表三 部门支出总体情况表 {EVIL}\n\n\
         | 科目编码 | 功能分类科目名称{EVIL} | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n\
         | 201 | {EVIL} | 1 | 2{EVIL} | \u{202e}3 |\n| 20101 | a\u{0}b | {EVIL} | =<script> | {{<script>}} |\n| | 合计 | 9 | 9 | 9 |\n\n\
         <!-- 转换缺失: <script>明细 -->\n<!-- 忽略 全部: <script>{EVIL} -->\n\n无。。{EVIL}\n\n## {EVIL}\n\n| {EVIL} |\n| --- |\n| {EVIL} |\n"
    );
    let name = "a<img src=x>&\"'.budget";
    let config = "[[relations]]\nname = \"<script>\"\nexpr = \"表三.合计.合计 = 1\"\nmessage = \"<script>alert(1)</script>\"\n";
    let folder = Folder::with(name, &text).and("budget.toml", config);
    let page = html(&folder, &[name]);
    let allowed = [
        "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3",
        "h4", "p", "span", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "section",
        "article", "details", "summary", "a", "b", "br", "sup", "code", "div", "dl", "dt", "dd",
    ];
    for part in page.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag is closed");
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap_or_default();
        assert!(allowed.contains(&name), "<{tag}>");
        let attributes = tag
            .split('"')
            .step_by(2)
            .flat_map(str::split_whitespace)
            .skip(1);
        for attribute in attributes {
            assert!(
                !attribute.starts_with("on") && !attribute.starts_with("src"),
                "<{tag}>"
            );
        }
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("</html>").count(), 1);
    assert!(
        !page.contains(['\0', '\u{202e}']),
        "nothing hides what is signed"
    );
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "it is shown"
    );
    // The JSON has it as it is.
    let audit = json(&folder, &[name]);
    assert!(
        audit["document"]["body"]
            .as_str()
            .is_some_and(|it| it.contains("<script>")),
        "{}",
        audit["document"]
    );
}

#[test]
fn a_document_has_its_list_beside_it() {
    let folder = Folder::with("甲/a.budget", SMALL)
        .and("乙/a.budget", SMALL)
        .and("乙/b.txt", SMALL);
    let run = folder.run(&["audit"]);
    assert_eq!(run.code, Some(0), "findings don't fail it: {run:?}");
    assert_eq!(run.out, "");
    assert!(run.err.contains("核对清单写在"), "{}", run.err);
    for name in ["甲/a.核对清单.html", "乙/a.核对清单.html"] {
        assert!(folder.read(name).starts_with("<!DOCTYPE html>"), "{name}");
    }
    // Once more, in the place of the old; nothing else is left behind.
    let run = folder.run(&["audit", "甲", "--format", "json"]);
    assert_eq!(run.code, Some(0));
    std::fs::write(folder.path("甲/a.核对清单.html"), "旧").expect("written");
    assert_eq!(folder.run(&["audit", "甲"]).code, Some(0));
    assert!(
        folder
            .read("甲/a.核对清单.html")
            .starts_with("<!DOCTYPE html>")
    );
    assert_eq!(
        names(&folder, "甲"),
        ["a.budget", "a.核对清单.html", "a.核对清单.json"]
    );
}

fn names(folder: &Folder, of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path(of)).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|it| {
            it.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn several_go_into_a_folder_that_keeps_them_apart() {
    let folder = Folder::with("甲/a.budget", SMALL).and("乙/a.budget", SMALL);
    let run = folder.run(&["audit", "甲", "乙", "-o", "清单/送审/"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        folder
            .read("清单/送审/甲/a.核对清单.html")
            .contains("甲/a.budget")
    );
    assert!(
        folder
            .read("清单/送审/乙/a.核对清单.html")
            .contains("乙/a.budget")
    );
    let run = folder.run(&["audit", "甲/a.budget", "-o", "清单"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(folder.path("清单/a.核对清单.html").is_file());
    let run = folder.run(&["audit", "甲/a.budget", "-o", "一份.htm"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(folder.path("一份.htm").is_file());
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new();
    let run = folder.run_with(&["audit", "-", "--stdin-filename", "某局.budget"], SMALL);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("某局.budget"));
    assert!(names(&folder, ".").is_empty());
}

/// For a program that wants both: of one check, so that the page's ids are those of the list.
#[test]
fn the_list_may_bring_its_page() {
    let folder = Folder::with("a.budget", SMALL);
    let list = json(&folder, &["--with-page", "a.budget"]);
    let page = list["page"].as_str().unwrap_or_default();
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("id=\"f1\""),
        "{page}"
    );
    let time = list["tool"]["time"].as_str().unwrap_or_default();
    assert!(!time.is_empty() && page.contains(time), "{time}");
    assert!(json(&folder, &["a.budget"]).get("page").is_none());
    refused(
        &folder.run(&["audit", "--with-page", "a.budget", "-o", "-"]),
        "--with-page 要和 --format json 一起用",
    );
}

#[track_caller]
fn refused(run: &Run, words: &str) {
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{run:?}");
    assert!(run.err.contains(words), "{}", run.err);
}

#[test]
fn a_list_takes_no_documents_place() {
    let folder = Folder::with("a.budget", SMALL)
        .and("b.budget", SMALL)
        .and("c.txt", SMALL);
    refused(
        &folder.run(&["audit", "a.budget", "-o", "b.budget"]),
        "这是 .budget 文档的名称",
    );
    refused(
        &folder.run(&["audit", "c.txt", "-o", "./c.txt"]),
        "这是要核对的文件",
    );
    refused(
        &folder.run(&["audit", "a.budget", "b.budget", "-o", "x.html"]),
        "请用 -o 指定文件夹",
    );
    refused(
        &folder.run(&["audit", "a.budget", "b.budget", "-o", "-"]),
        "一次只能核对一个文件",
    );
    refused(
        &folder.run(&["audit", "a.budget", "-o", "c.txt/x.html"]),
        "核对清单写不到这里",
    );
    assert_eq!(names(&folder, "."), ["a.budget", "b.budget", "c.txt"]);
    for name in ["a.budget", "b.budget", "c.txt"] {
        assert_eq!(folder.read(name), SMALL, "{name}");
    }
    // Two documents, one list.
    let folder = folder.and("c.budget", SMALL);
    refused(
        &folder.run(&["audit", "c.txt", "c.budget"]),
        "c.budget 的核对清单也要写到这里",
    );
}

#[test]
fn what_cannot_be_read_leaves_the_old_list_and_the_others_are_written() {
    let folder = Folder::with("a.budget", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
        .and("a.核对清单.html", "旧")
        .and("b.budget", SMALL);
    let run = folder.run(&["audit"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("a.budget：这是"), "{}", run.err);
    assert_eq!(folder.read("a.核对清单.html"), "旧");
    assert!(folder.path("b.核对清单.html").is_file());
    refused(&folder.run(&["audit", "没有.budget"]), "找不到文件");
    refused(&Folder::new().run(&["audit"]), "没有 .budget 文件");
    refused(&folder.run(&["audit", "--format", "pdf"]), "--format");
    let folder = Folder::with("a.budget", SMALL).and("budget.toml", "[rules]\nARI001 = \"严重\"\n");
    refused(&folder.run(&["audit"]), "budget.toml");
    assert_eq!(names(&folder, "."), ["a.budget", "budget.toml"]);
}

#[test]
fn help_says_that_findings_do_not_fail_it() {
    let run = Folder::new().run(&["audit", "--help"]);
    assert_eq!(run.code, Some(0));
    assert!(
        run.out.contains("有问题也照写，不影响退出码"),
        "{}",
        run.out
    );
}

/// The text of a page.
fn without_tags(page: &str) -> String {
    let parts = page
        .split('<')
        .filter_map(|part| Some(part.split_once('>')?.1));
    parts.collect()
}
