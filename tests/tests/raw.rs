//! Documents in the manner of other provinces, as a conversion from PDF gives them: they import,
//! nothing false is told of them, and what is typed wrong in their tables is found. The bodies and
//! the amounts are invented; the sets of tables, their titles and their columns are real.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "tests"
)]

use std::{collections::HashMap, fmt::Write as _, fs, path::PathBuf, sync::Arc};

use budget_catalog::Catalog;
use budget_convert::{Import, ImportOptions, import_text};
use budget_model::{
    Document,
    relation::{Collect, Outcome},
};
use budget_rules::{Finding, Severity};
use budget_syntax::TextRange;

/// A document and what is known of it.
struct Raw {
    name: &'static str,
    template: &'static str,
    /// What its tables are read as, in order, but for those read as any table.
    tables: &'static [&'static str],
    /// Grids of amounts and forms, in all.
    grids: usize,
    /// Sentences that a page break had cut, as they read.
    sentences: &'static [&'static str],
    /// Relations that hold, at the least.
    held: u32,
    slips: &'static [Slip],
}

/// One cell typed wrong: in the row of the table that begins so, the number, and what is typed.
struct Slip {
    table: &'static str,
    row: &'static str,
    right: &'static str,
    wrong: &'static str,
}

const fn slip(
    table: &'static str,
    row: &'static str,
    right: &'static str,
    wrong: &'static str,
) -> Slip {
    Slip {
        table,
        row,
        right,
        wrong,
    }
}

const RAW: [Raw; 4] = [
    Raw {
        name: "guangdong-like",
        template: "通用-预算",
        tables: &[
            "balance",
            "income",
            "expense",
            "fiscal-balance",
            "general",
            "basic",
            "hospitality",
            "fund",
        ],
        grids: 11,
        sentences: &[
            "拟订全市文化遗产事业发展规划并组织实施。",
            "项目支出1247.85万元。",
        ],
        held: 150,
        slips: &[
            // A class: 2,949.40 of 表2 with two digits swapped.
            slip("收入总体情况表", "207", "2,949.40", "2,994.40"),
            // An item beyond the page break.
            slip("收入总体情况表", "2101103", "23.57", "32.57"),
            // The sum of a row is 415.20 + 236.80.
            slip("支出总体情况表", "2070205", "652.00", "625.00"),
            // The total, printed first.
            slip("支出总体情况表", "合计", "1,247.85", "1,274.85"),
            // Both sides: 收入总计 is 支出总计.
            slip("收支总体情况表", "收入总计", "3,575.06", "3,575.60"),
            // 一般公共预算 of 表4 is the total of 表5.
            slip(
                "财政拨款收支总体情况表",
                "一、一般公共预算拨款",
                "3,420.06",
                "3,402.06",
            ),
            // An account of the economy: 办公费.
            slip("一般公共预算基本支出情况表", "30201", "32.60", "36.20"),
            slip("一般公共预算项目支出情况表", "30213", "618.20", "681.20"),
            // 公务用车 is 8.00 + 10.50.
            slip(
                "“三公”经费预算表",
                "（二）公务用车购置及运行维护支出",
                "18.50",
                "15.80",
            ),
        ],
    },
    Raw {
        name: "zhejiang-like",
        template: "通用-预算",
        tables: &[
            "balance",
            "income",
            "expense",
            "fiscal-balance",
            "general",
            "basic",
            "fund",
            "hospitality",
        ],
        grids: 12,
        sentences: &["组织编制水利工程年度计划并监督实施。"],
        held: 200,
        slips: &[
            slip(
                "部门收支预算总表",
                "五、农林水支出",
                "242802514.00",
                "242820514.00",
            ),
            slip(
                "部门收支预算总表",
                "支出总计",
                "298003345.00",
                "298003354.00",
            ),
            // A unit's row: 258158560 + 3245600 + 5600419.
            slip(
                "部门收入预算总表",
                "越州市水利局（本级）",
                "267004579.00",
                "267004759.00",
            ),
            // The total, printed last and in the column of codes.
            slip("部门支出预算总表", "合计", "147828802.00", "147828820.00"),
            slip("部门支出预算总表", "2080505", "15200691.00", "15200961.00"),
            slip("部门支出预算总表", "22102", "21990553.00", "21909553.00"),
            slip(
                "财政拨款收支预算总表",
                "（五）农林水支出",
                "237202095.00",
                "237202905.00",
            ),
            slip(
                "一般公共预算支出表",
                "2130314",
                "18900430.00",
                "18900340.00",
            ),
            slip("一般公共预算基本支出表", "合计", "2123500.00", "2132500.00"),
            slip("政府性基金预算支出表", "合计", "3245600.00", "3254600.00"),
            slip("“三公”经费表", "386000.00", "386000.00", "368000.00"),
            slip(
                "部门项目支出预算表",
                "水利工程维修养护",
                "84200419.00",
                "84204019.00",
            ),
        ],
    },
    Raw {
        name: "sichuan-like",
        template: "通用-预算",
        tables: &[
            "balance",
            "income",
            "expense",
            "fiscal-balance",
            "general",
            "basic",
            "hospitality",
            "fund",
        ],
        grids: 12,
        sentences: &["指导交通运输信息化建设和科技创新工作。"],
        held: 120,
        slips: &[
            slip("部门收支总表", "四、交通运输支出", "4461.80", "4416.80"),
            slip("部门收支总表", "七、上年结转", "77.00", "70.70"),
            slip("部门收入总表", "318901", "2387.40", "2378.40"),
            slip("部门收入总表", "合计", "5277.20", "5272.70"),
            // An item of a unit, below the header that the page repeats.
            slip("部门支出总表", "2140112", "284.50", "248.50"),
            slip("部门支出总表", "318901", "1039.40", "1093.40"),
            slip("财政拨款收支预算总表", "卫生健康支出", "139.40", "193.40"),
            slip("一般公共预算支出预算表", "2140106", "64.20", "62.40"),
            slip("一般公共预算基本支出预算表", "30239", "61.60", "66.10"),
            // A project below its account.
            slip(
                "一般公共预算项目支出预算表",
                "国省干线公路日常养护",
                "982.20",
                "928.20",
            ),
            slip(
                "一般公共预算“三公”经费支出预算表",
                "318601",
                "17.90",
                "19.70",
            ),
        ],
    },
    // A final account: 公开01表 to 09表.
    Raw {
        name: "accounts-like",
        template: "通用-决算",
        tables: &[
            "balance",
            "income",
            "expense",
            "fiscal-balance",
            "general",
            "basic",
            "fund",
            "capital",
            "hospitality",
        ],
        grids: 11,
        sentences: &["主要原因是科技成果转化项目增加。"],
        held: 250,
        slips: &[
            slip("收入支出决算总表", "五、事业收入", "86.50", "85.60"),
            // 2,705.35 + 164.22 is the total.
            slip("收入支出决算总表", "年初结转和结余", "164.22", "146.22"),
            // A class: 2,033.61 of 03表.
            slip(
                "收入支出决算总表",
                "六、科学技术支出",
                "2,033.61",
                "2,303.61",
            ),
            slip("收入决算表", "合计", "2,606.37", "2,660.37"),
            // An item beyond the page break.
            slip("收入决算表", "2101103", "30.18", "31.08"),
            slip("支出决算表", "2060404", "1,020.75", "1,002.75"),
            slip(
                "财政拨款收入支出决算总表",
                "年末财政拨款结转和结余",
                "84.12",
                "81.42",
            ),
            slip(
                "财政拨款收入支出决算总表",
                "八、社会保障和就业支出",
                "256.28",
                "265.28",
            ),
            slip(
                "一般公共预算财政拨款支出决算表",
                "20604",
                "958.25",
                "985.25",
            ),
            slip(
                "一般公共预算财政拨款基本支出决算表",
                "人员经费合计",
                "1,261.11",
                "1,216.11",
            ),
            slip(
                "一般公共预算财政拨款基本支出决算表",
                "30239",
                "21.33",
                "23.13",
            ),
            // 120.00 less 112.60.
            slip(
                "政府性基金预算财政拨款收入支出决算表",
                "合计",
                "7.40",
                "4.70",
            ),
            slip("“三公”经费支出决算表", "8.20", "8.20", "2.80"),
            slip("“三公”经费支出决算表", "8.20", "7.55", "5.75"),
        ],
    },
];

fn source(raw: &Raw) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/raw");
    fs::read_to_string(folder.join(format!("{}.txt", raw.name))).unwrap()
}

fn import(raw: &Raw) -> Import {
    import_text(&source(raw), &ImportOptions::default(), Catalog::builtin())
}

fn read(text: &str) -> Document {
    Document::new(Arc::from(text), Arc::clone(Catalog::builtin()))
}

fn told(document: &Document) -> Vec<Arc<Finding>> {
    let mut findings = budget_rules::check(document, Collect::Broken).findings;
    findings.retain(|finding| finding.severity >= Severity::Warning);
    findings
}

/// The amounts of the tables: everything between tabs that has decimals. Counted here and not by
/// the importer.
fn amounts(source: &str) -> HashMap<String, usize> {
    let mut out = HashMap::new();
    for line in source.lines().filter(|line| line.contains('\t')) {
        for cell in line.split('\t').map(str::trim) {
            let digits = cell.replace([',', '.'], "");
            if cell.contains('.') && digits.bytes().all(|b| b.is_ascii_digit()) {
                *out.entry(cell.to_owned()).or_default() += 1;
            }
        }
    }
    out
}

#[test]
fn numbers_are_placed() {
    for raw in &RAW {
        let import = import(raw);
        assert_eq!(import.report.template, raw.template, "{}", raw.name);
        assert!(!import.report.reasons.is_empty());
        let report = import.report.numbers;
        let placed = report.cells + report.prose;
        eprintln!("{}: {report:?}", raw.name);
        assert_eq!(report.lost, 0, "{}", raw.name);
        assert_eq!(import.report.lost_characters, 0, "{}", raw.name);
        assert!(placed * 100 >= report.source * 97, "{}", raw.name);

        // Every amount of the tables stands in a cell or a field, alone.
        let mut wanted = amounts(&source(raw));
        assert!(wanted.values().sum::<usize>() > 150);
        let lines = import.budget.lines();
        for line in lines.filter(|line| line.starts_with(['|', '-'])) {
            for cell in line.split(['|', '：']).map(str::trim) {
                if let Some(left) = wanted.get_mut(cell) {
                    *left = left.saturating_sub(1);
                }
            }
        }
        wanted.retain(|_, left| *left > 0);
        assert!(wanted.is_empty(), "{} lost {wanted:?}", raw.name);

        // And the page numbers in none and in no sentence.
        let prose: String = import
            .budget
            .lines()
            .filter(|line| !line.starts_with(['|', '<']))
            .collect::<Vec<_>>()
            .join("\n");
        assert!(!prose.contains("— "), "{}", raw.name);
        assert!(!prose.contains("页\n"), "{}", raw.name);
        for sentence in raw.sentences {
            assert!(prose.contains(sentence), "{}: {sentence}", raw.name);
        }
    }
}

#[test]
fn tables_are_told_by_their_names() {
    for raw in &RAW {
        let import = import(raw);
        let document = read(&import.budget);
        let found: Vec<&str> = document
            .tables
            .iter()
            .filter_map(|table| document.read_as(table))
            .map(|spec| spec.id.as_str())
            .filter(|id| *id != "any")
            .collect();
        assert_eq!(found, raw.tables, "{}", raw.name);
        assert_eq!(import.report.tables.len(), raw.grids, "{}", raw.name);
    }
}

#[test]
fn nothing_false_is_told() {
    for raw in &RAW {
        let document = read(&import(raw).budget);
        let report = budget_rules::check(&document, Collect::All);
        let counts = report.ledger.counts;
        eprintln!("{}: {counts:?}", raw.name);
        let wrong = told(&document);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", raw.name);
        // Silence means something only where much was compared.
        assert!(counts[Outcome::Held as usize] >= raw.held, "{counts:?}");
    }
}

/// A source with one number wrong, and that number's place in what is made of it.
fn mistyped(raw: &Raw, slip: &Slip) -> (String, TextRange) {
    let right = import(raw).budget;
    let at_title = right
        .match_indices('\n')
        .find(|(at, _)| {
            let line = right[at + 1..].lines().next().unwrap_or("");
            line.starts_with('#') && line.contains(slip.table)
        })
        .unwrap_or_else(|| panic!("{}: no table {}", raw.name, slip.table))
        .0;
    let mut at = at_title + 1;
    for line in right[at..].split_inclusive('\n') {
        let mut cells = line.split('|').map(str::trim);
        if line.starts_with('|') && cells.any(|cell| cell == slip.row) {
            let label = line.find(slip.row).unwrap();
            let from = if slip.row == slip.right {
                label
            } else {
                label + slip.row.len()
            };
            let number = line[from..].find(&format!(" {} ", slip.right));
            let number = number.map_or(from, |number| from + number + 1);
            if line[number..].starts_with(slip.right) {
                let start = at + number;
                let mut text = right.clone();
                text.replace_range(start..start + slip.right.len(), slip.wrong);
                let range = TextRange::new(
                    u32::try_from(start).unwrap(),
                    u32::try_from(start + slip.wrong.len()).unwrap(),
                );
                return (text, range);
            }
        }
        at += line.len();
    }
    panic!(
        "{}: no {} {} {}",
        raw.name, slip.table, slip.row, slip.right
    );
}

#[test]
fn slips_are_found() {
    let mut missed = String::new();
    for raw in &RAW {
        let mut blamed = 0;
        for slip in raw.slips {
            let (text, place) = mistyped(raw, slip);
            let document = read(&text);
            let findings = told(&document);
            let on = |range: TextRange| range.start() < place.end() && place.start() < range.end();
            let blames = findings.iter().any(|finding| on(finding.range));
            let names = findings
                .iter()
                .any(|finding| finding.related.iter().any(|related| on(related.range)));
            blamed += usize::from(blames);
            if !blames && !names {
                let _ = writeln!(
                    missed,
                    "{} {} {} {} → {}: {} findings elsewhere",
                    raw.name,
                    slip.table,
                    slip.row,
                    slip.right,
                    slip.wrong,
                    findings.len()
                );
            }
        }
        eprintln!("{}: {} planted, {blamed} blamed", raw.name, raw.slips.len());
    }
    assert!(missed.is_empty(), "\n{missed}");
}

#[test]
fn a_carry_over_is_no_part_of_the_subtotal_above_it() {
    for label in ["上年结转", "上年财政拨款资金结转", "历年资金余额"] {
        let text = format!(
            "---\n模板: 通用-预算\n部门: 甲市文化局\n年度: 2024\n金额单位: 万元\n---\n\n\
             # 第二部分 2024年部门预算表\n\n## 表4 财政拨款收支总体情况表\n\n### 收入\n\n\
             | 项目 | 2024年预算 |\n| --- | ---: |\n| 一、一般公共预算拨款 | 100.00 |\n\
             | 二、政府性基金预算拨款 | 20.00 |\n| 本年收入合计 | 120.00 |\n| {label} | 5.00 |\n\
             | 收入总计 | 125.00 |\n\n### 支出\n\n| 项目 | 2024年预算 |\n| --- | ---: |\n\
             | 一、教育支出 | 105.00 |\n| 二、卫生健康支出 | 20.00 |\n| 本年支出合计 | 125.00 |\n\
             | 结转下年 | |\n| 支出总计 | 125.00 |\n"
        );
        let wrong = told(&read(&text));
        assert!(wrong.is_empty(), "{label}: {wrong:#?}");
        // Both sides are still compared.
        let wrong = text.replace("| 支出总计 | 125.00 |", "| 支出总计 | 152.00 |");
        assert!(!told(&read(&wrong)).is_empty(), "{label}");
    }
}

/// What other years and provinces print otherwise, and is right as well.
#[test]
fn other_manners_of_a_final_account_are_right() {
    let raw = RAW.iter().find(|raw| raw.name == "accounts-like").unwrap();
    let source = source(raw);
    // One row of 财政拨款收入, and what of it is a fund.
    let mut older = source.clone();
    for (new, old) in [
        (
            "一、一般公共预算财政拨款收入\t1\t2,486.37",
            "一、财政拨款收入\t1\t2,606.37",
        ),
        (
            "二、政府性基金预算财政拨款收入\t2",
            "其中：政府性基金预算财政拨款\t2",
        ),
        ("三、国有资本经营预算财政拨款收入\t3\t\t", "\t3\t\t"),
        ("四、上级补助收入", "二、上级补助收入"),
        ("五、事业收入", "三、事业收入"),
        ("六、经营收入", "四、经营收入"),
        ("七、附属单位上缴收入", "五、附属单位上缴收入"),
        ("八、其他收入", "六、其他收入"),
    ] {
        assert_eq!(older.matches(new).count(), 1, "{new}");
        older = older.replace(new, old);
    }
    // 人员经费 and 公用经费 side by side.
    let from = source.find("经济分类科目编码\t科目名称\t决算数").unwrap();
    let rows: Vec<&str> = source[from..]
        .lines()
        .skip(1)
        .take_while(|line| line.contains('\t'))
        .collect();
    let of = |classes: [&str; 2]| -> Vec<&str> {
        let rows = rows
            .iter()
            .filter(|row| classes.iter().any(|class| row.starts_with(class)));
        rows.copied().collect()
    };
    let (staff, running) = (of(["301", "303"]), of(["302", "310"]));
    let mut beside = String::from(
        "人员经费\t\t\t公用经费\t\t\n科目编码\t科目名称\t决算数\t科目编码\t科目名称\t决算数\n",
    );
    for at in 0..staff.len().max(running.len()) {
        let cell = |rows: &[&str]| (*rows.get(at).unwrap_or(&"\t\t")).to_owned();
        let _ = writeln!(beside, "{}\t{}", cell(&staff), cell(&running));
    }
    beside.push_str("人员经费合计\t\t1,261.11\t公用经费合计\t\t77.79\n");
    let length: usize = rows.iter().map(|row| row.len() + 1).sum();
    let head = source[from..].find('\n').unwrap() + 1;
    let mut sides = source.clone();
    sides.replace_range(from..from + head + length, &beside);

    for text in [older, sides] {
        let import = import_text(&text, &ImportOptions::default(), Catalog::builtin());
        let document = read(&import.budget);
        let wrong = told(&document);
        assert!(wrong.is_empty(), "{wrong:#?}");
        let report = budget_rules::check(&document, Collect::All);
        assert!(report.ledger.counts[Outcome::Held as usize] >= 250);
        // And a slip in what is printed otherwise is still found.
        let wrong = import.budget.replacen("2,705.35", "2,750.35", 1);
        assert!(!told(&read(&wrong)).is_empty());
    }
}
