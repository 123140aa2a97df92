//! What was not read: parts that the source lost, lines that could not be read, words where numbers
//! belong, and numbers in sentences.

use budget_model::Document;
use budget_rules::{Finding, Severity, Subject, finding::Detail, tell};
use budget_syntax::{TextRange, tree::BlockKind};

use super::{
    super::{Sheet, json::range},
    owner::Owners,
    record::{CellRecord, NotRead, Standing},
};

/// In the order of the document within each kind.
pub(super) fn list<'a>(
    sheet: &'a Sheet<'_>,
    owners: &Owners,
    cells: &[CellRecord<'a>],
) -> Vec<NotRead<'a>> {
    let document = sheet.document;
    let one = |kind, place: TextRange, message: String| NotRead {
        kind,
        table: owners.of_place(place),
        range: range(&sheet.places, place),
        text: first_line(document.slice(place)),
        message,
    };
    let mut list = Vec::new();
    for mark in &document.marks {
        let (kind, message) = if mark.lost.apart {
            ("apart", "另附，没有放在这份文件里")
        } else {
            ("lost", "原文在转换时缺失，要对照原文核对")
        };
        let mut entry = one(kind, mark.range, message.to_owned());
        entry.text = words(document.slice(mark.range));
        list.push(entry);
    }
    for error in &document.parse.errors {
        list.push(one("syntax", error.range, error.message.clone()));
    }
    for cell in cells.iter().filter(|cell| cell.amount) {
        let (kind, message) = match cell.standing {
            Standing::NotRead => ("text", "金额栏里的这一格不是数字，没有参加核对"),
            Standing::Waiting => ("blank", "待填"),
            _ => continue,
        };
        list.push(NotRead {
            kind,
            table: Some(cell.table),
            range: cell.range,
            text: cell.text,
            message: message.to_owned(),
        });
    }
    for error in &sheet.report.ledger.errors {
        let detail = Detail::Evaluation {
            kind: error.kind,
            subject: error.subject.clone(),
        };
        let subject = Subject::default();
        let finding = Finding::new("SYN007", Severity::Error, error.range, subject, detail);
        list.push(one(
            "expression",
            error.range,
            tell(&finding, document).text,
        ));
    }
    for place in unknown_tables(document) {
        list.push(one(
            "table",
            place,
            "模板里没有这张表，表内没有可用的关系".to_owned(),
        ));
    }
    list
}

/// Tables that nothing is known of, and tables that the model could not place at all.
fn unknown_tables(document: &Document) -> Vec<TextRange> {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for table in &document.tables {
        let heading = table.heading.and_then(|id| document.heading(id));
        known.extend(table.grids.iter().map(|grid| grid.range.start()));
        if document.read_as(table).is_none() && !table.working {
            unknown.extend(
                heading
                    .map(|it| it.text)
                    .or_else(|| Some(table.grids.first()?.range)),
            );
        }
    }
    known.sort_unstable();
    let tables = document
        .parse
        .tree
        .blocks()
        .filter(|block| matches!(block.kind, BlockKind::Table(_)));
    let placed = |start: u32| known.binary_search(&start).is_ok();
    unknown.extend(
        tables
            .map(|it| it.range)
            .filter(|range| !placed(range.start())),
    );
    unknown.sort();
    unknown
}

/// What the first comment of a line says.
fn words(line: &str) -> &str {
    let inner = line.split_once("<!--").map_or(line, |(_, after)| after);
    inner
        .split_once("-->")
        .map_or(inner, |(inner, _)| inner)
        .trim()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// How many numbers stand in sentences, those in `{…}` left out: they come from the tables.
pub(super) fn numbers_in_prose(sheet: &Sheet<'_>) -> usize {
    let document = sheet.document;
    let blocks = document.parse.tree.blocks();
    let texts = blocks.filter_map(|block| match block.kind {
        BlockKind::Paragraph(paragraph) => Some(paragraph.text),
        BlockKind::ListItem(item) => Some(item.text),
        _ => None,
    });
    texts.map(|text| numbers(document.slice(text))).sum()
}

fn numbers(text: &str) -> usize {
    let (mut count, mut within, mut braces) = (0, false, false);
    for letter in text.chars() {
        match letter {
            '{' | '｛' => braces = true,
            '}' | '｝' => braces = false,
            _ => {}
        }
        let digit = letter.is_ascii_digit() || ('０'..='９').contains(&letter);
        count += usize::from(digit && !within && !braces);
        within = digit || within && matches!(letter, '.' | ',' | '，' | '．');
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_once() {
        assert_eq!(numbers("收入 8,178.53 万元，占 100%"), 2);
        assert_eq!(numbers("共 {表三.201.合计} 万元，上年 12 万元"), 1);
        assert_eq!(numbers("无"), 0);
        assert_eq!(words("<!-- 转换缺失: 明细 -->"), "转换缺失: 明细");
        assert_eq!(words("| 甲 | <!-- 另附 --> |"), "另附");
    }
}
