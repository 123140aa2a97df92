//! Account codes and explanations of terms of a user's own: tab-separated files in the form of the built-in
//! ones.

use std::borrow::Cow;

use budget_syntax::expr::Level;
use rustc_hash::FxHashMap;

use crate::{Catalog, Classification, CodeEntry, GlossaryEntry, PackError, Trust, codes::level_of};

/// What a file of rows holds, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rows {
    Codes(Classification),
    Terms,
}

/// What the names of files begin with.
const NAMES: [(&str, Rows); 6] = [
    ("功能科目", Rows::Codes(Classification::Functional)),
    ("codes_function", Rows::Codes(Classification::Functional)),
    ("经济科目", Rows::Codes(Classification::Economic)),
    ("codes_economic", Rows::Codes(Classification::Economic)),
    ("名词解释", Rows::Terms),
    ("glossary", Rows::Terms),
];

impl Catalog {
    /// This data with the rows of a tab-separated file: `功能科目*.tsv` and `经济科目*.tsv` with the columns
    /// code, name, level, valid_from_year, valid_to_year, source; `名词解释*.tsv` with term, source,
    /// definition. They stand before what is built in about the same codes, years and terms.
    pub fn with_rows(&self, path: &str, name: &str, text: &str) -> Result<Catalog, PackError> {
        let file = File { path, text };
        let kind = NAMES.iter().find(|(start, _)| name.starts_with(start));
        let Some((_, kind)) = kind else {
            return Err(file.error(
                0,
                format!("看不出“{name}”里是什么"),
                "文件名请以 功能科目、经济科目 或 名词解释 开头",
            ));
        };
        let mut catalog = self.clone();
        match kind {
            Rows::Codes(Classification::Functional) => {
                let rows = file.codes(Classification::Functional)?;
                catalog.functional = catalog.functional.with(rows);
            }
            Rows::Codes(Classification::Economic) => {
                catalog.economic = catalog.economic.with(file.codes(Classification::Economic)?);
            }
            Rows::Terms => catalog.glossary = catalog.glossary.after(file.terms()?),
        }
        Ok(catalog)
    }
}

struct File<'a> {
    path: &'a str,
    text: &'a str,
}

impl<'a> File<'a> {
    /// `line` from 1; 0 where the whole file is meant.
    fn error(&self, line: usize, message: impl Into<String>, help: &str) -> PackError {
        PackError {
            path: self.path.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::from(line > 0),
            message: message.into(),
            help: help.to_owned(),
        }
    }

    /// The rows below the header that aren't empty, with their line.
    fn rows(&self, first: &str) -> Result<impl Iterator<Item = (usize, Vec<&'a str>)>, PackError> {
        let text = self.text.trim_start_matches('\u{FEFF}');
        let header = text.lines().next().unwrap_or_default();
        if header.split('\t').next() != Some(first) {
            let message = format!("第一行应是列名，以 {first} 开头");
            return Err(self.error(1, message, "各列之间用制表符（Tab）隔开"));
        }
        let lines = text.lines().zip(1..).skip(1);
        let rows = lines.filter(|(line, _)| !line.trim().is_empty());
        Ok(rows.map(|(line, number)| (number, line.split('\t').map(str::trim).collect())))
    }

    fn codes(&self, classification: Classification) -> Result<Vec<CodeEntry>, PackError> {
        let mut entries: Vec<CodeEntry> = Vec::new();
        let mut said: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (line, fields) in self.rows("code")? {
            let field = |at: usize| fields.get(at).copied().unwrap_or_default();
            let Some(level) = level_of(field(0), classification) else {
                let message = format!("“{}”不是科目编码", field(0));
                return Err(self.error(
                    line,
                    message,
                    "功能科目是 3、5、7 位数字，经济科目是 3、5 位",
                ));
            };
            if field(1).is_empty() {
                return Err(self.error(line, "缺少科目名称", "请写在第二列"));
            }
            let year = |at: usize| match field(at) {
                "" => Ok(None),
                written => written.parse().map(Some).map_err(|_| {
                    let message = format!("“{written}”不是年份");
                    self.error(line, message, "写四位数字，不限的年份空着")
                }),
            };
            let (from, to) = (year(3)?, year(4)?);
            if from.zip(to).is_some_and(|(from, to)| from > to) {
                return Err(self.error(line, "起始年在终止年之后", "请核对第四、五列"));
            }
            let told = match level {
                Level::Class => "类",
                Level::Paragraph => "款",
                Level::Item => "项",
            };
            if !field(2).is_empty() && field(2) != told {
                let message = format!("“{}”是{told}级的编码，不是{}", field(0), field(2));
                return Err(self.error(line, message, "请核对编码和第三列；第三列可以空着"));
            }
            let years =
                |from: Option<u16>, to: Option<u16>| (from.unwrap_or(0), to.unwrap_or(u16::MAX));
            let (first, last) = years(from, to);
            let meets = |other: &CodeEntry| {
                let (start, end) = years(other.from, other.to);
                other.code == field(0) && start <= last && first <= end
            };
            let said = said.entry(field(0)).or_default();
            if said
                .iter()
                .any(|at: &usize| entries.get(*at).is_some_and(meets))
            {
                let message = format!("编码“{}”在同一年里写了两次", field(0));
                return Err(self.error(line, message, "请只留一行，或分开年份"));
            }
            said.push(entries.len());
            entries.push(CodeEntry {
                code: Cow::Owned(field(0).to_owned()),
                name: Cow::Owned(field(1).to_owned()),
                level,
                from,
                to,
                trust: Trust::Document,
                source: Cow::Owned(self.source(field(5))),
            });
        }
        Ok(entries)
    }

    fn terms(&self) -> Result<Vec<GlossaryEntry>, PackError> {
        let mut entries = Vec::new();
        for (line, fields) in self.rows("term")? {
            let field = |at: usize| fields.get(at).copied().unwrap_or_default();
            if field(0).is_empty() || field(2).is_empty() {
                return Err(self.error(line, "缺少名词或解释", "第一列写名词，第三列写解释"));
            }
            entries.push(GlossaryEntry {
                term: Cow::Owned(field(0).to_owned()),
                definition: Cow::Owned(field(2).to_owned()),
                source: Cow::Owned(self.source(field(1))),
                trust: Trust::Document,
                note: Cow::Borrowed(""),
            });
        }
        Ok(entries)
    }

    /// Where a row comes from: what it says, else its file.
    fn source(&self, said: &str) -> String {
        let source = if said.is_empty() { self.path } else { said };
        source.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "code\tname\tlevel\tvalid_from_year\tvalid_to_year\tsource\n";

    fn with(name: &str, text: &str) -> Result<Catalog, PackError> {
        Catalog::builtin().with_rows(&format!("包/{name}"), name, text)
    }

    #[test]
    fn rows_stand_before_what_is_built_in() {
        let text = format!(
            "{HEADER}2010399\t某项支出\t项\t2026\t\t2026年科目\n2019901\t新设的项\t\t\t\t\n\n"
        );
        let catalog = with("功能科目2026.tsv", &text).expect("right");
        let name = |code, year| {
            let entry = catalog.functional.in_year(code, Some(year));
            entry.map(|entry| (&*entry.name, &*entry.source))
        };
        assert_eq!(name("2010399", 2026), Some(("某项支出", "2026年科目")));
        assert_eq!(
            name("2019901", 2020),
            Some(("新设的项", "包/功能科目2026.tsv"))
        );
        assert_eq!(
            name("2010301", 2026).map(|(name, _)| name),
            Some("行政运行")
        );
        let normal = crate::name::normalize_account("某项支出");
        assert_eq!(catalog.functional.named(&normal).count(), 1);
    }

    #[test]
    fn only_the_years_that_are_said_give_way() {
        let text = format!("{HEADER}20805\t新的名称\t款\t2020\t\t\n");
        let catalog = with("codes_function_2020.tsv", &text).expect("right");
        let name = |year| {
            catalog
                .functional
                .in_year("20805", Some(year))
                .map(|entry| &*entry.name)
        };
        assert_eq!(name(2019), Some("行政事业单位离退休"));
        assert_eq!(name(2020), Some("新的名称"));
        assert_eq!(catalog.functional.lookup("20805").len(), 2);
    }

    #[test]
    fn explanations_of_ones_own_come_first() {
        let text = "term\tsource\tdefinition\n财政拨款\t某省\t指某省财政拨款。\n";
        let catalog = with("名词解释.tsv", text).expect("right");
        let first = catalog.glossary.of_term("财政拨款").next().expect("there");
        assert_eq!(
            (&*first.definition, &*first.source),
            ("指某省财政拨款。", "某省")
        );
        assert!(catalog.glossary.of_term("财政拨款").count() > 1);
    }

    #[test]
    fn mistakes_have_their_line() {
        for (name, text, line, words) in [
            ("科目.tsv", HEADER.to_owned(), 0, "看不出“科目.tsv”里是什么"),
            ("功能科目.tsv", String::new(), 1, "以 code 开头"),
            (
                "功能科目.tsv",
                format!("{HEADER}20１\t甲\n"),
                2,
                "不是科目编码",
            ),
            (
                "经济科目.tsv",
                format!("{HEADER}\n3010101\t甲\n"),
                3,
                "不是科目编码",
            ),
            (
                "经济科目.tsv",
                format!("{HEADER}30101\t\n"),
                2,
                "缺少科目名称",
            ),
            (
                "经济科目.tsv",
                format!("{HEADER}30101\t甲\t款\t今年\n"),
                2,
                "“今年”不是年份",
            ),
            (
                "经济科目.tsv",
                format!("{HEADER}30101\t甲\t款\t2020\t2019\n"),
                2,
                "起始年在终止年之后",
            ),
            (
                "经济科目.tsv",
                format!("{HEADER}30101\t甲\t项\n"),
                2,
                "“30101”是款级的编码，不是项",
            ),
            (
                "经济科目.tsv",
                format!("{HEADER}30101\t甲\t款\t\t2019\n30101\t乙\t款\t2019\n"),
                3,
                "在同一年里写了两次",
            ),
            (
                "名词解释.tsv",
                "term\tsource\tdefinition\n甲\t\t\n".to_owned(),
                2,
                "缺少名词或解释",
            ),
        ] {
            let error = with(name, &text).expect_err("wrong");
            assert_eq!(error.line, line, "{error}");
            assert!(error.message.contains(words), "{error}");
        }
    }
}
