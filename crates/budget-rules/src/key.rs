//! What a finding is known by over time: baseline and explanations must find it again after lines
//! were added above it or the table was formatted anew, and lose it when its numbers change.

use budget_model::Document;
use sha2::{Digest, Sha256};

use crate::finding::{Finding, Subject};

/// A finding's rule, subject and amount; never a line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    /// The rule's code.
    pub rule: String,
    /// Table, row, column or section: `t3/2010301/total`; empty where a finding has none.
    pub subject: String,
    /// Sixteen hexadecimal digits made of what stands at the finding's place, spaces and table lines aside, and
    /// of how far it is off. Not of what is said about it: another error near by may change that.
    pub evidence: String,
}

impl Key {
    /// The key of a finding of this document.
    pub fn of(finding: &Finding, document: &Document) -> Self {
        Self {
            rule: finding.rule.to_owned(),
            subject: subject(&finding.subject),
            evidence: evidence(finding, document),
        }
    }
}

fn subject(subject: &Subject) -> String {
    let Subject {
        table,
        row,
        column,
        section,
    } = subject;
    let mut parts: Vec<&str> = [section, table, row, column]
        .into_iter()
        .map(|part| part.as_deref().unwrap_or_default())
        .collect();
    if section.is_none() {
        parts.remove(0);
    }
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts.join("/")
}

/// Sixteen hexadecimal digits made of every place of a finding and of both sides of its relation: they
/// change with any number that it hangs on.
pub fn operands(finding: &Finding, document: &Document) -> String {
    let mut digest = Sha256::new();
    add(&mut digest, document.slice(finding.range));
    for related in &finding.related {
        add(&mut digest, document.slice(related.range));
    }
    for number in [&finding.left, &finding.right] {
        add(&mut digest, number.as_deref().unwrap_or_default());
    }
    hex(digest)
}

fn evidence(finding: &Finding, document: &Document) -> String {
    let mut digest = Sha256::new();
    add(&mut digest, document.slice(finding.range));
    // The same difference is told from either side.
    let difference = finding.difference.as_deref().unwrap_or_default();
    add(&mut digest, difference.trim_start_matches(['-', '－']));
    hex(digest)
}

fn add(digest: &mut Sha256, text: &str) {
    let mut buffer = [0; 4];
    for letter in text.chars() {
        if !letter.is_whitespace() && !matches!(letter, '|' | '｜') {
            digest.update(letter.encode_utf8(&mut buffer));
        }
    }
    digest.update([0]);
}

fn hex(digest: Sha256) -> String {
    let digest = digest.finalize();
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use budget_catalog::Catalog;
    use budget_model::relation::Collect;

    use super::*;

    const TABLE: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
        ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n| 201 | 一般公共服务支出 | 150.00 | 110.00 | 30.00 |\n";

    fn keys(text: &str) -> Vec<Key> {
        let document = Document::new(text.into(), Catalog::builtin().clone());
        let report = crate::check(&document, Collect::Broken);
        let sums = report.findings.iter().filter(|it| it.rule == "ARI001");
        sums.map(|finding| Key::of(finding, &document)).collect()
    }

    fn made_of(text: &str) -> Vec<String> {
        let document = Document::new(text.into(), Catalog::builtin().clone());
        let report = crate::check(&document, Collect::Broken);
        let sums = report.findings.iter().filter(|it| it.rule == "ARI001");
        sums.map(|finding| operands(finding, &document)).collect()
    }

    #[test]
    fn a_key_outlives_lines_and_spaces_but_not_numbers() {
        let before = keys(TABLE);
        assert_eq!(before.len(), 1);
        assert_eq!(before[0].subject, "t3/201/total");
        let moved = TABLE.replace("## 表三", "说明文字。\n\n## 表三");
        assert_eq!(before, keys(&moved));
        let wide = TABLE.replace("| 150.00 |", "|     150.00  |");
        assert_eq!(before, keys(&wide));
        let total = keys(&TABLE.replace("150.00", "160.00"));
        assert_eq!(
            (&total[0].rule, &total[0].subject),
            (&before[0].rule, &before[0].subject)
        );
        assert_ne!(before, total);
        // As far off as before: the same finding, but not made of the same numbers.
        let addends = TABLE.replace("110.00", "111.00").replace("30.00", "29.00");
        assert_eq!(before, keys(&addends));
        assert_ne!(made_of(TABLE), made_of(&addends));
        assert_eq!(made_of(TABLE), made_of(&moved));
        // Another addend alone leaves it further off.
        assert_ne!(before, keys(&TABLE.replace("110.00", "111.00")));
    }
}
