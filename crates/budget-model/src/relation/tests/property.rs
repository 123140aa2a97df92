//! Consistent documents made up at random hold; one changed cell is found.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

/// An item: class, paragraph, item, and its basic and project money in cents.
type Item = (u8, u8, u8, u32, u32);

/// A cell of 表二, 表三 or 表五: table, row, column.
type Place = (usize, usize, usize);

/// Rows of a table: code (empty for the total) and cents.
type Rows = Vec<(String, Vec<u64>)>;

/// The rows of 表三: items, their sums by paragraph and class, and the total.
fn rows(items: &[Item]) -> Rows {
    let mut sums = std::collections::BTreeMap::new();
    for (class, paragraph, item, basic, project) in items {
        let class = 201 + u32::from(*class);
        let paragraph = format!("{class}{:02}", paragraph + 1);
        let item = format!("{paragraph}{:02}", item + 1);
        let (basic, project) = (u64::from(*basic), u64::from(*project));
        for code in [class.to_string(), paragraph, item, "z".to_owned()] {
            let sum = sums.entry(code).or_insert_with(|| vec![0, 0, 0]);
            for (slot, part) in sum.iter_mut().zip([basic + project, basic, project]) {
                *slot += part;
            }
        }
    }
    sums.into_iter()
        .map(|(code, sum)| (code.replace('z', ""), sum))
        .collect()
}

fn print(tables: &[Rows; 3]) -> String {
    let mut text = HEAD.to_owned();
    let heads = [
        (
            "表二 部门收入总体情况表",
            "总计 | 一般公共预算拨款 | 政府性基金预算拨款",
        ),
        ("表三 部门支出总体情况表", "合计 | 基本支出 | 项目支出"),
        ("表五 一般公共预算支出情况表", "小计 | 基本支出 | 项目支出"),
    ];
    for ((title, columns), rows) in heads.iter().zip(tables) {
        let _ = writeln!(
            text,
            "## {title}\n\n| 科目编码 | 功能分类科目名称 | {columns} |\n| --- | --- | ---: | ---: | ---: |"
        );
        for (code, cells) in rows {
            let label = if code.is_empty() { "合计" } else { "科目" };
            let _ = write!(text, "| {code} | {label} |");
            for cents in cells {
                // Zeros are left out, as documents do.
                let _ = match cents {
                    0 => write!(text, " |"),
                    cents => write!(text, " {}.{:02} |", cents / 100, cents % 100),
                };
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

fn tables(items: &[Item]) -> [Rows; 3] {
    let three = rows(items);
    let two = three
        .iter()
        .map(|(code, cells)| (code.clone(), vec![cells[0], cells[0], 0]))
        .collect();
    [two, three.clone(), three]
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::btree_map(
        (0_u8..3, 0_u8..3, 0_u8..3),
        (1_u32..500_000, prop_oneof![Just(0), 1_u32..500_000]),
        1..12,
    )
    .prop_map(|items| {
        items
            .into_iter()
            .map(|((class, paragraph, item), (basic, project))| {
                (class, paragraph, item, basic, project)
            })
            .collect()
    })
}

fn place(document: &Document, id: CellId) -> Place {
    let table = match document.tables[id.table as usize].spec {
        Some(1) => 0,
        Some(2) => 1,
        _ => 2,
    };
    (table, id.row as usize, id.column as usize - 2)
}

fn cents(amount: Amount) -> u64 {
    let cents = amount.checked_mul(Amount::HUNDRED).unwrap();
    cents.trimmed().to_string().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn consistent_documents_hold(items in items()) {
        let document = document(&print(&tables(&items)));
        let ledger = check(&document, Collect::Broken);
        prop_assert!(ledger.broken.is_empty(), "{:?}", ledger.broken);
        prop_assert!(ledger.blames.is_empty());
        prop_assert!(ledger.missing_rows.is_empty());
        prop_assert!(ledger.counts[Outcome::Held as usize] > 0);
    }

    /// A wrong cell among 表二, 表三 and 表五, which say most numbers twice, is told once: as the
    /// cell with its old value, or as one of a tie.
    #[test]
    fn one_changed_cell_is_found(
        items in items(),
        which in any::<prop::sample::Index>(),
        change in prop_oneof![1_u64..100, 100_u64..9_000_000],
        down in any::<bool>(),
    ) {
        let mut tables = tables(&items);
        let places: Vec<Place> = (0..3)
            .flat_map(|table| {
                (0..tables[table].len()).flat_map(move |row| (0..3).map(move |column| (table, row, column)))
            })
            .collect();
        let (table, row, column) = places[which.index(places.len())];
        let cell = &mut tables[table][row].1[column];
        let old = *cell;
        *cell = if down && old >= change { old - change } else { old + change };
        let document = document(&print(&tables));
        let ledger = check(&document, Collect::Broken);
        let broken = ledger.broken.iter().filter(|i| i.outcome == Outcome::Broken).count();
        if broken == 0 {
            // A cent may be rounding; 政府性基金 of 表二 may make 表五 a mere part of 表三.
            let explained = ledger.counts[Outcome::Rounding as usize] > 0;
            prop_assert!(explained || table == 0, "{:?}", (table, row, column));
            return Ok(());
        }
        let right = |cell: CellId, value: Amount| {
            place(&document, cell) == (table, row, column) && cents(value) == old
        };
        prop_assert_eq!(ledger.blames.len(), 1, "{:?}", blames(&document, &ledger));
        let blame = &ledger.blames[0];
        prop_assert_eq!(blame.broken.len(), broken);
        match (blame.cell, blame.expected) {
            (Some(cell), Some(value)) => prop_assert!(right(cell, value), "{:?}", blames(&document, &ledger)),
            _ => prop_assert!(
                blame.candidates.iter().any(|(cell, value)| right(*cell, *value)),
                "{:?}", blames(&document, &ledger)
            ),
        }
    }
}

/// Each row is the row after it: no recursion, and every broken relation is told.
#[test]
fn long_chains_and_many_errors() {
    let mut text = format!(
        "{HEAD}## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n"
    );
    let count = 5000;
    for row in 0..count {
        let (code, next) = (1_000_000 + row, 1_000_001 + row);
        let value = if row + 1 == count {
            "7.00".to_owned()
        } else {
            format!("{{表三.{next}.项目支出}}")
        };
        // Every row sum is wrong: 9 for 1 + 7.
        let _ = writeln!(text, "| {code} | 甲 | 9.00 | 1.00 | {value} |");
    }
    let document = document(&text);
    let ledger = check(&document, Collect::Broken);
    assert_eq!(ledger.derived.len(), count - 1);
    assert!(ledger.derived.iter().all(|derived| derived.text == "7.00"));
    assert!(ledger.errors.is_empty());
    assert!(ledger.broken.len() >= count);
    // Every broken relation is told, in one blame or another.
    let mut told: Vec<usize> = ledger
        .blames
        .iter()
        .flat_map(|b| b.broken.clone())
        .collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), ledger.broken.len());
}
