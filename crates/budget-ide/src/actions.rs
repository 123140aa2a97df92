//! What can be done about findings: their fixes, at the cursor or in a selection.

use budget_model::Document;
use budget_rules::{Edit, Finding, Report, Severity};
use budget_syntax::TextRange;

/// Something that an editor offers to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action<'r> {
    /// In Chinese: what it does.
    pub title: String,
    /// The finding that it takes away.
    pub finding: &'r Finding,
    /// It can't change what was meant.
    pub safe: bool,
    /// In order, not overlapping.
    pub edits: &'r [Edit],
}

/// The fixes of findings from a severity on that touch a range, as they stand in the document. A table whose
/// numbers come from an approved file (来源) is left alone.
pub fn actions<'r>(
    document: &Document,
    report: &'r Report,
    range: TextRange,
    least: Severity,
) -> Vec<Action<'r>> {
    let touches = |finding: &&Finding| {
        finding.severity >= least
            && finding.range.start() <= range.end()
            && range.start() <= finding.range.end()
    };
    let found = report.findings.iter().filter(touches);
    let fixes = found.flat_map(|finding| finding.fixes.iter().map(move |fix| (finding, fix)));
    fixes
        .filter(|(_, fix)| {
            fix.edits
                .iter()
                .all(|edit| !is_approved(document, edit.range))
        })
        .map(|(finding, fix)| Action {
            title: if fix.safe {
                fix.title.clone()
            } else {
                format!("{}（改后请核对）", fix.title)
            },
            finding,
            safe: fix.safe,
            edits: &fix.edits,
        })
        .collect()
}

/// Whether a place lies in a table whose numbers were approved elsewhere.
fn is_approved(document: &Document, range: TextRange) -> bool {
    let mut sourced = document
        .tables
        .iter()
        .filter(|table| table.source.is_some());
    sourced.any(|table| table.grids.iter().any(|grid| grid.range.contains(range)))
}

#[cfg(test)]
mod tests {
    use budget_catalog::Catalog;
    use budget_model::relation::Collect;

    use super::*;

    /// 35.00 belongs where 53.00 stands: the row and the column say so. 。。 is one too many.
    const TEXT: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
        ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 |  合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |\n\
        | 206 | 科学技术支出 | 5.00 | | 5.00 |\n|  | 合计 | 95.00 | 60.00 | 53.00 |\n\n说明。。\n";

    fn titles(text: &str, at: &str, least: Severity) -> Vec<(String, String, bool)> {
        let document = Document::new(text.into(), Catalog::builtin().clone());
        let report = budget_rules::check(&document, Collect::Broken);
        let start = u32::try_from(text.find(at).expect("there")).expect("short");
        let range = TextRange::empty(start);
        let all = actions(&document, &report, range, least).into_iter();
        all.map(|it| (it.finding.rule.to_owned(), it.title, it.safe))
            .collect()
    }

    #[test]
    fn the_fixes_at_the_cursor() {
        let told = |rule: &str, title: &str, safe| (rule.to_owned(), title.to_owned(), safe);
        assert_eq!(
            titles(TEXT, "53.00", Severity::Info),
            [told("ARI003", "改为 35.00（改后请核对）", false)]
        );
        assert_eq!(
            titles(TEXT, "。。", Severity::Info),
            [told("TXT001", "改为“。”", true)]
        );
        assert_eq!(titles(TEXT, "。。", Severity::Error), []);
        assert_eq!(titles(TEXT, "教育", Severity::Hint), []);
        let sourced = TEXT.replace("情况表\n\n|", "情况表\n\n- 来源：批复.xlsx\n\n|");
        assert_eq!(titles(&sourced, "53.00", Severity::Info), []);
    }
}
