//! Takes a year's 政府收支分类科目 into the built-in tables: what is new begins with the year, what is gone ends
//! with the year before, what is called otherwise does both.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::codegen::root;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The year that the rows are for.
    year: u16,
    /// Every code of the year, tab-separated, under a header: code, name.
    file: PathBuf,
    /// Which table: 支出功能分类 or 支出经济分类.
    #[arg(long, value_enum)]
    table: Table,
    /// Where the rows were read: a published page or document.
    #[arg(long)]
    source: String,
    /// Write nothing; only say what would change.
    #[arg(long)]
    dry_run: bool,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Table {
    Functional,
    Economic,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let name = match arguments.table {
        Table::Functional => "codes_function.tsv",
        Table::Economic => "codes_economic.tsv",
    };
    let path = root()?.join("crates/budget-catalog/data").join(name);
    let year = read_year(&fs::read_to_string(&arguments.file)?)?;
    let merged = merge(
        &fs::read_to_string(&path)?,
        &year,
        arguments.year,
        &arguments.source,
    )?;
    for change in &merged.changes {
        println!("{change}");
    }
    println!("{} changes", merged.changes.len());
    if !arguments.dry_run {
        fs::write(&path, merged.text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Names by code.
fn read_year(text: &str) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let mut names = BTreeMap::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        if line.trim().is_empty() {
            continue;
        }
        let mut fields = line.split('\t').map(str::trim);
        let (Some(code), Some(name)) = (fields.next(), fields.next()) else {
            return Err(format!(
                "line {}: a code and a name, with a tab between them",
                number + 1
            )
            .into());
        };
        if !matches!(code.len(), 3 | 5 | 7)
            || !code.bytes().all(|byte| byte.is_ascii_digit())
            || name.is_empty()
        {
            return Err(
                format!("line {}: {code} {name} is no code with a name", number + 1).into(),
            );
        }
        if names.insert(code.to_owned(), name.to_owned()).is_some() {
            return Err(format!("line {}: {code} is there twice", number + 1).into());
        }
    }
    Ok(names)
}

struct Merged {
    text: String,
    changes: Vec<String>,
}

/// A row: code, name, level, first year, last year, source.
type Row = [String; 6];

fn merge(
    table: &str,
    year: &BTreeMap<String, String>,
    number: u16,
    source: &str,
) -> Result<Merged, Box<dyn Error>> {
    let header = table.lines().next().ok_or("an empty table")?;
    let mut rows: Vec<Row> = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
        rows.push(
            fields
                .try_into()
                .map_err(|_| format!("not six columns: {line}"))?,
        );
    }
    let in_force = |row: &Row| {
        let bound = |text: &str, open| {
            if text.is_empty() {
                Ok(open)
            } else {
                text.parse::<u16>()
            }
        };
        Ok::<_, Box<dyn Error>>(bound(&row[3], 0)? <= number && number <= bound(&row[4], u16::MAX)?)
    };
    let mut changes = Vec::new();
    let mut known = BTreeSet::new();
    for row in &mut rows {
        if !in_force(row)? {
            continue;
        }
        match year.get(&row[0]) {
            Some(name) if *name == row[1] => {
                known.insert(row[0].clone());
                if !row[5].split(';').any(|other| other == source) {
                    row[5] = format!("{};{source}", row[5]);
                }
            }
            said => {
                changes.push(match said {
                    Some(name) => format!("{} {} is now {name}", row[0], row[1]),
                    None => format!("{} {} is gone", row[0], row[1]),
                });
                row[4] = (number - 1).to_string();
            }
        }
    }
    for (code, name) in year {
        if known.contains(code) {
            continue;
        }
        changes.push(format!("{code} {name} begins"));
        let level = match code.len() {
            3 => "类",
            5 => "款",
            _ => "项",
        };
        rows.push([code, name, level, &number.to_string(), "", source].map(str::to_owned));
    }
    rows.sort_by(|a, b| (&a[0], &a[3]).cmp(&(&b[0], &b[3])));
    let lines: Vec<String> = rows.iter().map(|row| row.join("\t")).collect();
    Ok(Merged {
        text: format!("{header}\n{}\n", lines.join("\n")),
        changes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "code\tname\tlevel\tvalid_from_year\tvalid_to_year\tsource\n\
        201\t一般公共服务支出\t类\t\t\tseed:000\n20101\t人大事务\t款\t\t\tmemory\n\
        20102\t旧名\t款\t\t2019\tmemory\n20103\t政府事务\t款\t2018\t\tmemory\n20199\t没有了\t款\t\t\tmemory\n";

    #[test]
    fn what_is_new_gone_or_renamed_gets_its_years() {
        let year = "code\tname\n201\t一般公共服务支出\n20101\t人大事务\n20102\t政协事务\n20103\t政府办公厅事务\n";
        let year = read_year(year).expect("read");
        let merged = merge(TABLE, &year, 2026, "page:2026").expect("merged");
        assert_eq!(
            merged.changes,
            [
                "20103 政府事务 is now 政府办公厅事务",
                "20199 没有了 is gone",
                "20102 政协事务 begins",
                "20103 政府办公厅事务 begins",
            ]
        );
        assert_eq!(
            merged.text,
            "code\tname\tlevel\tvalid_from_year\tvalid_to_year\tsource\n\
             201\t一般公共服务支出\t类\t\t\tseed:000;page:2026\n20101\t人大事务\t款\t\t\tmemory;page:2026\n\
             20102\t旧名\t款\t\t2019\tmemory\n20102\t政协事务\t款\t2026\t\tpage:2026\n\
             20103\t政府事务\t款\t2018\t2025\tmemory\n20103\t政府办公厅事务\t款\t2026\t\tpage:2026\n\
             20199\t没有了\t款\t\t2025\tmemory\n"
        );
        // Once more changes nothing.
        let again = merge(&merged.text, &year, 2026, "page:2026").expect("merged");
        assert_eq!((again.changes, again.text), (Vec::new(), merged.text));
    }

    #[test]
    fn a_bad_row_has_its_line() {
        for (row, words) in [
            ("2010", "no code"),
            ("20101\t", "no code"),
            ("201\t甲\n201\t乙", "twice"),
        ] {
            let error = read_year(&format!("code\tname\n\n{row}\n")).expect_err("bad");
            assert!(error.to_string().starts_with("line "), "{error}");
            assert!(
                error.to_string().contains(words) || row == "2010",
                "{error}"
            );
        }
    }
}
