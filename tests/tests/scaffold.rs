//! A template drafted from a document: it loads, the document stands up to it, and what is typed
//! wrong in a like document is found by the identities that were confirmed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests"
)]

use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_convert::{
    ImportOptions, import_text,
    scaffold::{Draft, ScaffoldError, scaffold},
};
use budget_model::{
    Document, Value,
    relation::{self, Collect, Outcome},
};
use budget_rules::Severity;

const CORPUS: [&str; 4] = ["000", "001", "003", "004"];
const RAW: [&str; 3] = ["guangdong-like", "zhejiang-like", "sichuan-like"];

fn corpus(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus");
    fs::read_to_string(folder.join(format!("{name}.budget"))).unwrap()
}

fn raw(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/raw");
    let text = fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap();
    import_text(&text, &ImportOptions::default(), Catalog::builtin()).budget
}

fn documents() -> Vec<(&'static str, String)> {
    let corpus = CORPUS.iter().map(|name| (*name, corpus(name)));
    corpus
        .chain(RAW.iter().map(|name| (*name, raw(name))))
        .collect()
}

/// And those of `corpus/right`: nothing is wrong with them. In the one left out three tables stand
/// side by side, and nothing but their words tells the second from the third.
fn all_documents() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/right");
    let mut right: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    right.retain(|path| !path.ends_with("generic-traps.budget"));
    right.sort();
    assert!(right.len() > 10);
    let right = right.iter().map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    let documents = documents()
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text));
    documents.chain(right).collect()
}

fn draft(text: &str) -> Draft {
    scaffold(text, Catalog::builtin()).unwrap()
}

/// The draft as someone leaves it who takes `# ` away from every identity, or from those that held
/// everywhere.
fn confirmed(draft: &Draft, doubtful: bool) -> String {
    let (structure, offers) = draft.text.split_once("## ---- 核对关系 ----").unwrap();
    let mut text = structure.to_owned();
    let mut taken = 0;
    for block in offers.split("\n## 成立 ").skip(1) {
        let held = !block.contains("\n## 不成立");
        for line in block.lines().filter(|_| held || doubtful) {
            if let Some(line) = line.strip_prefix("# ") {
                text.push_str(line);
                text.push('\n');
                taken += usize::from(line == "[[identities]]");
            }
        }
    }
    let offered = draft.offers.iter().filter(|it| doubtful || it.broken == 0);
    assert_eq!(taken, offered.count());
    text
}

fn load(text: String) -> Arc<Catalog> {
    let pack = ("草稿.toml".to_owned(), text);
    let (catalog, errors) = Catalog::with_packs(Catalog::builtin(), [pack]);
    assert_eq!(errors, []);
    Arc::new(catalog)
}

/// The document with another 模板.
fn renamed(text: &str, id: &str) -> String {
    let line = text.lines().find(|line| line.starts_with("模板:")).unwrap();
    text.replacen(line, &format!("模板: {id}"), 1)
}

fn read(text: &str, catalog: &Arc<Catalog>) -> Document {
    Document::new(text.into(), Arc::clone(catalog))
}

#[test]
fn a_draft_loads_as_it_is_and_with_what_it_offers() {
    for (name, text) in all_documents() {
        let draft = draft(&text);
        let catalog = load(draft.text.clone());
        let template = catalog.template(&draft.id).unwrap();
        assert_eq!(template.identities, [], "{name}");
        assert_eq!(template.tables.len(), draft.tables, "{name}");
        assert_eq!(template.extends.as_deref(), Some("共用"), "{name}");
        for doubtful in [false, true] {
            let catalog = load(confirmed(&draft, doubtful));
            let offered = draft.offers.iter().filter(|it| doubtful || it.broken == 0);
            let template = catalog.template(&draft.id).unwrap();
            assert_eq!(template.identities.len(), offered.count(), "{name}");
        }
    }
}

#[test]
fn drafting_twice_gives_the_same() {
    for (name, text) in documents() {
        assert_eq!(draft(&text).text, draft(&text).text, "{name}");
    }
}

#[test]
fn every_table_and_part_is_in_the_draft() {
    for (name, text) in documents() {
        let draft = draft(&text);
        let catalog = load(draft.text.clone());
        let document = read(&renamed(&text, &draft.id), &catalog);
        for (index, part) in document.template.parts.iter().enumerate() {
            let target = budget_model::Target::Part { part: index };
            let found = document
                .headings
                .iter()
                .any(|heading| heading.target == target);
            assert!(found, "{name}: {}", part.title);
        }
        for table in document.tables.iter().filter(|table| !table.working) {
            let heading = table.heading.and_then(|id| document.heading(id));
            let heading = heading.map(|heading| document.slice(heading.text));
            let spec = document
                .table_spec(table)
                .unwrap_or_else(|| panic!("{name}: {heading:?}"));
            for grid in table.grids.iter() {
                let unknown = grid.columns.iter().filter(|column| column.spec.is_none());
                let unknown: Vec<_> = unknown.map(|column| document.slice(column.name)).collect();
                // Forms are merged into one, whose first header counts.
                let form = spec.ordinal.is_none();
                assert!(
                    unknown.is_empty() || form,
                    "{name} {heading:?}: {unknown:?}"
                );
            }
        }
    }
}

#[test]
fn the_document_stands_up_to_its_own_draft() {
    for (name, text) in all_documents() {
        let draft = draft(&text);
        let catalog = load(confirmed(&draft, false));
        let document = read(&renamed(&text, &draft.id), &catalog);
        let report = budget_rules::check(&document, Collect::All);
        let tables = report
            .ledger
            .instances
            .iter()
            .filter(|it| it.prose.is_none());
        let broken: Vec<_> = tables.filter(|it| it.outcome == Outcome::Broken).collect();
        assert!(broken.is_empty(), "{name}: {broken:#?}");
        // What its own template told of its structure is the document's own.
        let own = read(&text, Catalog::builtin());
        let own = budget_rules::check(&own, Collect::Broken).findings;
        let own: BTreeSet<&str> = own.iter().map(|finding| finding.rule).collect();
        let new = report.findings.iter().filter(|finding| {
            finding.severity >= Severity::Warning
                && (finding.rule.starts_with("STR") || finding.rule.starts_with("COD"))
                && !own.contains(finding.rule)
        });
        let new: Vec<_> = new.collect();
        assert!(new.is_empty(), "{name}: {new:#?}");
    }
}

#[test]
fn what_is_offered_held_as_often_as_it_says() {
    for (name, text) in documents() {
        let draft = draft(&text);
        let catalog = load(confirmed(&draft, true));
        let document = read(&renamed(&text, &draft.id), &catalog);
        let ledger = relation::judge(&document);
        for (index, offer) in draft.offers.iter().enumerate() {
            let of = |outcome: Outcome| {
                let mut instances = ledger.instances.iter();
                let all = instances.by_ref().filter(|it| it.identity == index);
                all.filter(|it| it.outcome == outcome).count()
            };
            let lacks = ledger.missing_rows.iter().filter(|it| it.identity == index);
            let held = of(Outcome::Held) + of(Outcome::Rounding);
            let id = &offer.identity.id;
            assert!(offer.held > 0 && offer.held <= held, "{name} {id}");
            assert_eq!(
                offer.broken,
                of(Outcome::Broken) + lacks.count(),
                "{name} {id}"
            );
            assert_eq!(offer.broken > 0, !offer.failures.is_empty(), "{name} {id}");
        }
    }
}

#[test]
fn tables_without_numbers_go_by_their_titles() {
    let text = raw("zhejiang-like");
    let drafted = draft(&text);
    let catalog = load(confirmed(&drafted, false));
    assert!(catalog.template(&drafted.id).unwrap().unnumbered);
    let wrong = renamed(&text, &drafted.id).replacen("147828802.00", "147828820.00", 1);
    let document = read(&wrong, &catalog);
    let findings = budget_rules::check(&document, Collect::Broken).findings;
    let told: Vec<String> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| budget_rules::message::tell(finding, &document).text)
        .collect();
    assert!(!told.is_empty());
    assert!(
        told.iter().all(|text| text.contains("部门支出预算总表")),
        "{told:?}"
    );
    assert!(told.iter().all(|text| !text.contains("表三")), "{told:?}");
    let numbered = draft(&raw("guangdong-like"));
    assert!(
        !load(numbered.text)
            .template(&numbered.id)
            .unwrap()
            .unnumbered
    );
}

#[test]
fn what_the_contents_call_a_table_is_an_alias() {
    let draft = draft(&corpus("000"));
    let template = load(draft.text).template(&draft.id).unwrap().clone();
    let aliased = template
        .tables
        .iter()
        .filter(|table| !table.aliases.is_empty());
    let aliased: Vec<_> = aliased
        .map(|table| (table.title.as_str(), &table.aliases))
        .collect();
    let alias = ["财政拨款收支总体情况表".to_owned()];
    assert_eq!(aliased, [("财政拨款收支预算总体情况表", &alias.to_vec())]);
}

/// Every amount of a document with another first digit, one at a time.
fn slips(text: &str, document: &Document) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in &document.tables {
        // The weights of a form's indicators add up to no cell.
        if document
            .table_spec(table)
            .is_none_or(|spec| spec.ordinal.is_none())
        {
            continue;
        }
        for grid in &table.grids {
            let width = grid.columns.len();
            for (index, cell) in grid.cells.iter().enumerate() {
                let amount = budget_catalog::template::ColumnKind::Amount;
                let is_amount = grid.columns[index % width].kind == amount;
                let Value::Number(number) = cell.value else {
                    continue;
                };
                let numbers = budget_catalog::template::RowRole::ColumnNumbers;
                let numbers = grid.rows[index / width].role == numbers;
                if !is_amount || numbers || number.amount.is_zero() {
                    continue;
                }
                let (start, end) = (cell.range.start() as usize, cell.range.end() as usize);
                let written = &text[start..end];
                let at = written.find(|c: char| ('1'..='9').contains(&c)).unwrap();
                let digit = if written[at..].starts_with('9') {
                    "8"
                } else {
                    "9"
                };
                let mut wrong = text.to_owned();
                wrong.replace_range(start + at..start + at + 1, digit);
                found.push((
                    format!(
                        "{}: {written}",
                        document.slice(grid.rows[index / width].range)
                    ),
                    wrong,
                ));
            }
        }
    }
    found
}

/// How many slips a confirmed draft does not see, of every `step`-th.
fn missed(text: &str, step: usize) -> (Vec<String>, usize) {
    let draft = draft(text);
    let catalog = load(confirmed(&draft, true));
    let text = renamed(text, &draft.id);
    let slips: Vec<_> = slips(&text, &read(&text, &catalog))
        .into_iter()
        .step_by(step)
        .collect();
    let before = relation::check(&read(&text, &catalog), Collect::Broken);
    let missed = slips.iter().filter(|(_, wrong)| {
        let ledger = relation::check(&read(wrong, &catalog), Collect::Broken);
        ledger.counts[Outcome::Broken as usize] <= before.counts[Outcome::Broken as usize]
            && ledger.missing_rows.len() <= before.missing_rows.len()
    });
    (
        missed.map(|(place, _)| place.clone()).collect(),
        slips.len(),
    )
}

#[test]
fn a_confirmed_draft_finds_what_is_typed_wrong() {
    for name in RAW {
        let (missed, of) = missed(&raw(name), 1);
        eprintln!("{name}: {} of {of} missed", missed.len());
        assert!(of > 150, "{name}");
        // 行政经费 of 表8 stands nowhere else.
        assert!(missed.len() * 100 <= of * 2, "{name}: {missed:#?}");
    }
    for name in ["000", "003"] {
        let (missed, of) = missed(&corpus(name), 5);
        eprintln!("{name}: {} of {of} missed", missed.len());
        assert!(of > 20, "{name}");
        assert!(missed.len() * 100 <= of * 5, "{name}: {missed:#?}");
    }
}

#[test]
fn an_error_in_the_document_makes_an_offer_doubtful_and_is_told() {
    let right = raw("guangdong-like");
    // 博物馆 in 表3: 415.20 + 236.80 = 652.00.
    let (before, after) = right.split_at(right.find("## 表3").unwrap());
    let wrong = format!("{before}{}", after.replacen("652.00", "625.00", 1));
    let draft = draft(&wrong);
    let offer = |id: &str| {
        draft
            .offers
            .iter()
            .find(|offer| offer.identity.id == id)
            .unwrap()
    };
    let row = offer("t3-row");
    // 20 rows have numbers; one of them is wrong, and 20702 is now more than its accounts.
    assert_eq!((row.held, row.broken), (19, 1));
    assert!(row.failures[0].contains("左值 625.00") || row.failures[0].contains("左值 625"));
    assert!(row.failures[0].contains("2070205"), "{:?}", row.failures);
    let hierarchy = offer("t3-hierarchy");
    assert_eq!((hierarchy.held, hierarchy.broken), (17, 1));
    assert!(
        hierarchy.failures[0].contains("20702"),
        "{:?}",
        hierarchy.failures
    );
    // What the wrong number takes part in is never offered as holding.
    let catalog = load(confirmed(&draft, false));
    let ledger = relation::judge(&read(&renamed(&wrong, &draft.id), &catalog));
    assert_eq!(ledger.counts[Outcome::Broken as usize], 0);
    assert!(
        draft
            .text
            .contains("## 成立 19/20\n## 不成立：表三.2070205.")
    );
    assert!(!draft.text.contains("id = \"t3-row\"\n# expr = \"每 @行 于 表三: 表三.@行.合计 = 合(表三.@行.[基本支出 .. 上缴上级支出])\"\n# kind = \"row-sum\"\n# defines"));
}

const SMALL: &str = "---\n模板: 不存在的模板\n部门: 甲县农业局\n年度: 2025\n金额单位: 万元\n---\n\n\
    # 第二部分 甲县农业局2025年部门预算表\n\n## 表一 2025年专项安排表\n\n\
    | 项目 | 合计 | 省级 | 县级 | 备用 |\n| --- | ---: | ---: | ---: | ---: |\n\
    | 一、种植 | 30.00 | 10.00 | 20.00 | 7.00 |\n\
    | 二、养殖 | 25.00 | 5.00 | 20.00 | 9.00 |\n\
    | 三、水利 | 42.00 | 40.00 | 2.00 | 5.00 |\n\
    | 合计 | 97.00 | 55.00 | 42.00 | 21.00 |\n";

#[test]
fn sums_are_found_without_words_for_them_and_no_others() {
    let draft = draft(SMALL);
    let told: Vec<(&str, usize, usize)> = draft
        .offers
        .iter()
        .map(|offer| (offer.identity.expr.as_str(), offer.held, offer.broken))
        .collect();
    assert_eq!(
        told,
        [
            (
                "每 @列 于 表一: 表一.合计.@列 = 表一.种植.@列 + 表一.养殖.@列 + 表一.水利.@列",
                4,
                0
            ),
            (
                "每 @行 于 表一: 表一.@行.合计 = 表一.@行.省级 + 表一.@行.县级",
                4,
                0
            ),
        ]
    );
    let template = load(draft.text).template(&draft.id).unwrap().clone();
    assert_eq!(draft.id, "甲县-2025-部门预算");
    assert_eq!(template.parts[0].title, "部门预算表");
    assert_eq!(
        template.parts[0].full_title.as_deref(),
        Some("{部门}{年度}年部门预算表")
    );
    assert_eq!(template.tables[0].title, "专项安排表");
}

#[test]
fn a_sum_of_nothing_is_no_evidence() {
    // Every row is 0 or empty but for one number: nothing can be said of sums.
    let text = SMALL
        .replace("30.00 | 10.00 | 20.00 | 7.00", "| | | ")
        .replace("25.00 | 5.00 | 20.00 | 9.00", "0 | 0 | 0 | 0")
        .replace("42.00 | 40.00 | 2.00 | 5.00", "| | | ")
        .replace("97.00 | 55.00 | 42.00 | 21.00", "0.00 | 0.00 | 0.00 | 0.00");
    let draft = draft(&text);
    assert_eq!(draft.offers, []);
    assert!(draft.text.contains("没有找到在这份文档里成立的核对关系"));
    load(draft.text);
}

#[test]
fn what_cannot_be_drafted_is_said() {
    let told = |text: &str| scaffold(text, Catalog::builtin()).unwrap_err();
    assert_eq!(told(" \n"), ScaffoldError::Empty);
    assert_eq!(told("# 说明\n\n没有表。\n"), ScaffoldError::NoTables);
    // A table without a heading has no name.
    assert_eq!(
        told("| a | b |\n|---|---|\n| c | 1 |\n"),
        ScaffoldError::NoTables
    );
    assert!(
        ScaffoldError::NoTables
            .to_string()
            .contains("budget-lint import")
    );
}

#[test]
fn names_that_no_path_can_hold_spoil_nothing() {
    let text = SMALL
        .replace(
            "| 项目 | 合计 | 省级 | 县级 |",
            "| 项目 | 合计 | 省】级 | 县.级+ |",
        )
        .replace("一、种植", "一、种】植")
        .replace("二、养殖", "二、养\\|殖\"");
    let draft = draft(&text);
    load(draft.text.clone());
    load(confirmed(&draft, true));
    for hostile in [
        "# 】\n\n## 表一 【】\n\n| 】 | 】 |\n|---|---|\n| 】 | 1 |\n| 合计 | 1 |\n".to_owned(),
        format!(
            "# 甲\n\n## {}\n\n| a | b |\n|---|---|\n| 合计 | 1 |\n",
            "表".repeat(5000)
        ),
        "# 甲\n\n## 表一 \u{0}\n\n| | |\n|---|---|\n| | |\n".to_owned(),
        SMALL.replace('\n', "\r\n"),
        SMALL.replace(' ', "\u{3000}"),
    ] {
        if let Ok(draft) = scaffold(&hostile, Catalog::builtin()) {
            load(draft.text.clone());
        }
    }
}

/// Numbers that look random, the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// A document with lines and cells left out, doubled, moved and spoilt.
fn mangled(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..8 {
        let (at, to) = (dice.throw(lines.len()), dice.throw(lines.len()));
        match dice.throw(7) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(to, lines[at].clone()),
            2 => lines.swap(at, to),
            3 => lines[at] = lines[at].replacen('#', "", 1),
            4 => lines[at].insert(0, '#'),
            5 => lines[at] = lines[at].replacen(" | ", " | 】合.计+ | ", 1 + dice.throw(3)),
            _ => {
                let cells: Vec<&str> = lines[at].split('|').collect();
                let cell = cells[dice.throw(cells.len())].to_owned();
                lines[to] = lines[to].replacen('|', &format!("|{cell}|"), 1);
            }
        }
    }
    lines.join("\n")
}

#[test]
fn a_draft_of_anything_loads() {
    let rounds = std::env::var("SCAFFOLD_ROUNDS").ok();
    let rounds: usize = rounds.and_then(|it| it.parse().ok()).unwrap_or(12);
    let texts: Vec<String> = RAW.iter().map(|name| raw(name)).collect();
    let mut dice = Dice(7);
    let mut drafted = 0;
    for round in 0..rounds {
        let text = mangled(&texts[round % texts.len()], &mut dice);
        match scaffold(&text, Catalog::builtin()) {
            Ok(draft) => {
                load(draft.text.clone());
                load(confirmed(&draft, true));
                drafted += 1;
            }
            Err(error) => assert_eq!(error, ScaffoldError::NoTables, "{text}"),
        }
    }
    assert!(drafted * 2 > rounds);
}

#[test]
fn the_id_of_a_template_in_force_is_not_taken_again() {
    let first = draft(SMALL);
    let catalog = load(first.text.clone());
    let second = scaffold(SMALL, &catalog).unwrap();
    assert_eq!(second.id, "甲县-2025-部门预算-2");
    let pack = ("乙.toml".to_owned(), second.text);
    assert_eq!(Catalog::with_packs(&catalog, [pack]).1, []);
}
