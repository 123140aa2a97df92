//! Writing `<!-- 忽略 … -->` where it silences given findings.

use std::collections::{BTreeMap, BTreeSet};

use budget_model::Document;
use budget_syntax::TextRange;
use budget_syntax::tree::{BlockKind, RowKind};

use crate::finding::{Edit, Finding};

/// Where a comment has to stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    /// At the end of a row that ends here.
    Row(u32),
    /// Above the block that begins here.
    Block(u32),
    /// For the whole file, after the front matter that ends here.
    File(u32),
}

/// The edits that silence these findings with a reason: at the row of a table, above the block, or, for
/// what is about more than one block, in the whole file. None of them touches what is printed.
pub fn suppress<'f>(
    document: &Document,
    findings: impl IntoIterator<Item = &'f Finding>,
    reason: &str,
) -> Vec<Edit> {
    let mut spots: BTreeMap<Spot, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings {
        spots
            .entry(spot(document, finding.range))
            .or_default()
            .insert(finding.rule);
    }
    // As the lines of the document end.
    let first = document.text.split_inclusive('\n').next();
    let end = match first {
        Some(line) if line.ends_with("\r\n") => "\r\n",
        _ => "\n",
    };
    let edits = spots.into_iter().map(|(spot, rules)| {
        let rules = rules.into_iter().collect::<Vec<_>>().join("、");
        let (at, text) = match spot {
            Spot::Row(at) => {
                let before = TextRange::new(0, at).of(&document.text);
                let closed = before.ends_with(['|', '｜']);
                let bar = if closed { " |" } else { "" };
                (at, format!(" <!-- 忽略 {rules}: {reason} -->{bar}"))
            }
            Spot::Block(start) => (start, format!("<!-- 忽略 {rules}: {reason} -->{end}{end}")),
            Spot::File(at) => {
                let line = if at == 0 { "" } else { end };
                (
                    at,
                    format!("{line}<!-- 忽略全文 {rules}: {reason} -->{end}"),
                )
            }
        };
        Edit {
            range: TextRange::empty(at),
            text,
        }
    });
    let mut edits: Vec<Edit> = edits.collect();
    edits.sort_by_key(|edit| edit.range);
    edits
}

fn spot(document: &Document, range: TextRange) -> Spot {
    let tree = &document.parse.tree;
    let block = tree.block_at(range.start());
    let whole_file = || {
        let front = tree.blocks().next();
        let front = front.filter(|block| matches!(block.kind, BlockKind::FrontMatter(_)));
        Spot::File(front.map_or(0, |block| block.range.end()))
    };
    let Some(block) = block.filter(|block| block.range.contains(range)) else {
        return whole_file();
    };
    match block.kind {
        BlockKind::FrontMatter(_) | BlockKind::Blank | BlockKind::Comment(_) => whole_file(),
        BlockKind::Table(table) => {
            let row = table
                .rows()
                .find(|row| row.kind == RowKind::Body && row.range.contains(range));
            row.map_or(Spot::Block(block.range.start()), |row| {
                let line = row.range.of(&document.text);
                let spaces = line.len() - line.trim_end().len();
                Spot::Row(row.range.end() - u32::try_from(spaces).unwrap_or(0))
            })
        }
        _ => Spot::Block(block.range.start()),
    }
}

#[cfg(test)]
mod tests {
    use budget_catalog::Catalog;
    use budget_model::relation::Collect;

    use super::*;

    const TEXT: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
        ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | 150.00 | 110.00 | 30.00 |\n\
        | 202 | 外交支出 | 1.00 | 2.00 | \n\n## 四、没有的一节\n\n安排办公经费。。\n\n共 XX 万元。。\n";

    #[test]
    fn lines_end_as_they_do_in_the_document() {
        let text = TEXT.replace('\n', "\r\n");
        let document = Document::new(text.as_str().into(), Catalog::builtin().clone());
        let findings = crate::check(&document, Collect::Broken).findings;
        let edits = suppress(&document, findings.iter().map(AsRef::as_ref), "原文如此");
        assert!(edits.iter().any(|edit| edit.text.contains('\n')));
        for edit in edits {
            assert!(!edit.text.replace("\r\n", "").contains('\n'), "{edit:?}");
        }
    }

    #[test]
    fn what_is_written_silences_all_and_changes_no_number() {
        let catalog = Catalog::builtin();
        let read = |text: &str| Document::new(text.into(), catalog.clone());
        let document = read(TEXT);
        let before = crate::check(&document, Collect::Broken).findings;
        assert!(before.len() > 4, "{before:#?}");
        let mut text = TEXT.to_owned();
        let edits = suppress(&document, before.iter().map(AsRef::as_ref), "原文如此");
        for edit in edits.iter().rev() {
            text.insert_str(edit.range.start() as usize, &edit.text);
        }
        let report = crate::check(&read(&text), Collect::Broken);
        assert_eq!(report.findings, [], "{text}");
        assert_eq!(report.suppressed.len(), before.len());
        let rows: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("| 20"))
            .collect();
        let [closed, open] = rows.as_slice() else {
            panic!("{text}")
        };
        assert!(
            closed.ends_with("| 30.00 | <!-- 忽略 ARI001: 原文如此 --> |"),
            "{closed}"
        );
        assert!(open.contains("2.00 |"), "{open}");
        assert!(
            text.contains("<!-- 忽略 STR014、TXT001: 原文如此 -->\n\n共 XX 万元。。"),
            "{text}"
        );
    }
}
