//! The corpus: real documents. Each `NAME.budget` is what the importer makes of `seeds/NAME.txt`,
//! mended by `NAME.patch` where the conversion from PDF had damaged it; `PROOFS.md` says of each
//! hunk how the lost thing is known. `cargo xtask corpus` shows and renews them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::path::PathBuf;

use budget_catalog::Catalog;
use budget_convert::{Import, ImportOptions, import_text};

const DOCUMENTS: [&str; 4] = ["000", "001", "003", "004"];

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn seed(name: &str) -> String {
    read(&format!("seeds/{name}.txt"))
}

fn import(name: &str) -> Import {
    import_text(&seed(name), &ImportOptions::default(), Catalog::builtin())
}

fn patch(name: &str) -> String {
    read(&format!("{name}.patch"))
}

#[test]
fn committed_documents_are_import_and_patch() {
    for name in DOCUMENTS {
        let imported = import(name).budget;
        let patch = patch(name);
        let mended = if patch.is_empty() {
            imported
        } else {
            let patch = diffy::Patch::from_str(&patch).unwrap();
            diffy::apply(&imported, &patch).unwrap()
        };
        let committed = read(&format!("{name}.budget"));
        assert!(
            mended == committed,
            "{name}: run `cargo xtask corpus` to see the difference"
        );
    }
}

/// The changed lines of each hunk. Lines that only the padding of cells changes are none.
fn hunks(patch: &str) -> Vec<Vec<String>> {
    let mut hunks: Vec<Vec<String>> = Vec::new();
    for line in patch.lines() {
        if line.starts_with("@@") {
            hunks.push(Vec::new());
        } else if let Some(hunk) = hunks.last_mut()
            && line.starts_with(['-', '+'])
        {
            hunk.push(squeeze(line));
        }
    }
    for hunk in &mut hunks {
        let twin = |line: &String| {
            let (sign, text) = line.split_at(1);
            format!("{}{text}", if sign == "-" { '+' } else { '-' })
        };
        let all = hunk.clone();
        hunk.retain(|line| !all.contains(&twin(line)));
    }
    hunks.retain(|hunk| !hunk.is_empty());
    hunks
}

/// A line without the padding of its cells.
fn squeeze(line: &str) -> String {
    let rule = |word: &str| word.len() > 3 && word.trim_end_matches(':').bytes().all(|b| b == b'-');
    line.split_whitespace()
        .map(|word| if rule(word) { "---" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_hunk_has_its_proof() {
    let proofs = read("PROOFS.md");
    let mut sections: HashMap<&str, &str> = HashMap::new();
    for section in proofs.split("\n## ").skip(1) {
        let (title, body) = section.split_once('\n').unwrap();
        assert!(
            sections.insert(title.trim(), body).is_none(),
            "{title} twice"
        );
    }
    let mut used = 0;
    for name in DOCUMENTS {
        for (number, hunk) in (1..).zip(hunks(&patch(name))) {
            let title = format!("{name} · {number}");
            let body = sections
                .get(title.as_str())
                .unwrap_or_else(|| panic!("no proof of {title}: {hunk:#?}"));
            let (_, block) = body.split_once("```diff\n").expect("the hunk, quoted");
            let (quoted, proof) = block.split_once("```").expect("the hunk, quoted");
            let quoted: Vec<String> = quoted.lines().map(squeeze).collect();
            assert_eq!(quoted, hunk, "{title} proves another change");
            let words = proof.chars().filter(|c| !c.is_whitespace()).count();
            assert!(words >= 30, "{title} says nothing");
            used += 1;
        }
    }
    assert_eq!(used, sections.len(), "a proof of nothing");
}

/// A seed's numbers, counted here and not by the importer. Three code cells are one number; three
/// equal ones are one cell.
fn numbers_of_seed(seed: &str) -> HashMap<String, i64> {
    let mut counts = HashMap::new();
    let plain = seed.replace("<b>", "").replace("</b>", "");
    for line in plain.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let digits = |cell: &str| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        // The name follows the code.
        let named = cells.iter().take(4).any(|cell| cell.contains(is_ideograph));
        let (code, rest) = match cells.as_slice() {
            [class, ..] if named && class.len() == 3 && digits(class) => {
                let below = cells[1..].iter().take(2);
                let used = 1 + below.take_while(|c| c.len() == 2 && digits(c)).count();
                // `301 | 01 基本工资`: the second piece stands before the name.
                match cells.get(used).and_then(|cell| cell.split_once(' ')) {
                    Some((piece, name)) if used == 1 && piece.len() == 2 && digits(piece) => {
                        let rest = format!("{name}\t{}", cells[2..].join("\t"));
                        (format!("{class}{piece}"), rest)
                    }
                    _ => (cells[..used].concat(), cells[used..].join("\t")),
                }
            }
            ["0", "0", "0", rest @ ..] => ("0".to_owned(), rest.join("\t")),
            _ => (String::new(), line.to_owned()),
        };
        for number in numbers(&code).into_iter().chain(numbers(&rest)) {
            *counts.entry(number).or_default() += 1;
        }
    }
    counts
}

fn numbers(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut point = false;
        while at < chars.len() {
            let more = chars.get(at + 1).is_some_and(char::is_ascii_digit);
            match chars[at] {
                '0'..='9' => {}
                ',' if more && !point => {}
                '.' if more && !point => point = true,
                _ => break,
            }
            at += 1;
        }
        out.push(chars[start..at].iter().collect());
    }
    out
}

/// The document's own text of a file: without the front matter, but for the cover's lines.
fn own_text(budget: &str) -> String {
    let (front, body) = budget
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .unwrap();
    let cover = front.lines().filter(|line| line.starts_with("封面"));
    cover.chain(body.lines()).collect::<Vec<_>>().join("\n")
}

#[test]
fn numbers_stand_in_cells_or_prose() {
    for name in DOCUMENTS {
        let import = import(name);
        let mut wanted = numbers_of_seed(&seed(name));
        let total: i64 = wanted.values().sum();
        let (mut placed, mut in_comments) = (0, 0);
        for line in own_text(&import.budget).lines() {
            let comment = line.starts_with("<!--");
            for number in numbers(line) {
                let left = wanted.entry(number).or_default();
                if *left > 0 {
                    *left -= 1;
                    *if comment {
                        &mut in_comments
                    } else {
                        &mut placed
                    } += 1;
                }
            }
        }
        let lost: Vec<_> = wanted.iter().filter(|(_, left)| **left > 0).collect();
        assert!(lost.is_empty(), "{name} lost {lost:?}");
        assert!(
            placed * 1000 >= total * 995,
            "{name}: {placed} of {total} placed, {in_comments} in comments"
        );
        // The report says the same.
        let report = import.report.numbers;
        let count = |count: usize| i64::try_from(count).unwrap();
        assert_eq!(count(report.source), total, "{name}");
        assert_eq!(count(report.cells + report.prose), placed, "{name}");
        assert_eq!(count(report.comments), in_comments, "{name}");
        assert_eq!(report.lost, 0, "{name}");
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}

#[test]
fn no_word_is_lost() {
    for name in DOCUMENTS {
        let import = import(name);
        assert_eq!(import.report.lost_characters, 0);
        let text = own_text(&import.budget);
        let words: String = text.chars().filter(|c| is_ideograph(*c)).collect();
        let mut counts: HashMap<char, i64> = HashMap::new();
        for c in words.chars() {
            *counts.entry(c).or_default() += 1;
        }
        let seed = seed(name);
        for (number, line) in (1..).zip(seed.lines()) {
            for cell in line.split('\t') {
                // A run of ideographs, spaces of wrapping set aside.
                let cell: String = cell.chars().filter(|c| !c.is_whitespace()).collect();
                for run in cell.split(|c| !is_ideograph(c)) {
                    assert!(words.contains(run), "{name}:{number}: lost {run}");
                }
            }
        }
        for c in seed.chars().filter(|c| is_ideograph(*c)) {
            *counts.entry(c).or_default() -= 1;
        }
        let lost: Vec<_> = counts.iter().filter(|(_, left)| **left < 0).collect();
        assert!(lost.is_empty(), "{name} lost {lost:?}");
    }
}

#[test]
fn tables_are_those_of_the_template() {
    let first = "t1.income t1.expense t2 t3 t4.income t4.expense t5 t6 t7 t8 t9";
    let second = format!("{first} t10 t11 performance-overall");
    let third = format!(
        "evaluation-summary{}",
        " evaluation.money evaluation.indicators".repeat(9)
    );
    for (name, template, tables, forms) in [
        ("000", "新疆-2020-部门预算", first, 2),
        ("001", "新疆-2020-部门预算", first, 6),
        ("003", "新疆-2024-部门预算", &second, 7),
        ("004", "新疆-2019-部门决算", &third, 0),
    ] {
        let report = import(name).report;
        assert_eq!(report.template, template, "{:?}", report.reasons);
        let ids: Vec<&str> = report
            .tables
            .iter()
            .filter_map(|table| table.id.as_deref())
            .collect();
        let mut expected: Vec<&str> = tables.split(' ').collect();
        expected.extend(std::iter::repeat_n("performance", forms));
        assert_eq!(ids, expected, "{name}");
        assert_eq!(
            report.tables.len(),
            ids.len(),
            "{name}: a table without a template"
        );
    }
}

#[test]
fn nothing_to_format_and_no_syntax_error() {
    for name in DOCUMENTS {
        let text = read(&format!("{name}.budget"));
        let parse = budget_syntax::parse(&text);
        assert!(parse.errors.is_empty(), "{name}: {:?}", parse.errors);
        let edits = budget_syntax::format::format(&text, &parse.tree);
        assert!(edits.is_empty(), "{name}: {edits:?}");
    }
}
