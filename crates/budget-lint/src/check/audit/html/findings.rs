//! The findings: in short at the beginning, in full beside their table; and those set aside.

use budget_rules::{Finding, Severity};
use maud::{Markup, html};

use super::{Page, title};
use crate::check::human;

impl Page<'_, '_> {
    /// One line each, the gravest first.
    pub(super) fn index(&self) -> Markup {
        let findings = self.sheet.report.findings.iter();
        let mut order: Vec<_> = findings.zip(&self.record.findings).collect();
        order.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.severity));
        html! {
            section {
                h2 { "二、问题一览" }
                @if order.is_empty() { p { "没有发现问题。" } }
                @else {
                    table.list {
                        thead { tr { th.n { "编号" } th { "级别" } th { "位置" } th { "问题" } th { "规则" } } }
                        tbody { @for (finding, record) in order { tr {
                            td.n { a href={ "#f" (record.number) } { (record.number) } }
                            td { span.level.(level(finding.severity)) { (finding.severity.label()) } }
                            td { (self.place(finding, record.table)) }
                            td { (self.sheet.tell(finding).text) @if finding.explanation.is_some() { "（有说明）" } }
                            td.code { (finding.rule) }
                        } } }
                    }
                }
            }
        }
    }

    /// `表三 …（第 12 行）`
    fn place(&self, finding: &Finding, table: Option<usize>) -> String {
        let line = self.sheet.places.of(finding.range.start()).line;
        match table {
            Some(table) => format!("{}（第 {line} 行）", title(self, table)),
            None => format!("第 {line} 行"),
        }
    }

    /// The findings of these numbers, in full.
    pub(super) fn findings(&self, numbers: impl Iterator<Item = usize>) -> Markup {
        let findings = &self.sheet.report.findings;
        let found =
            numbers.filter_map(|number| Some((number, findings.get(number.checked_sub(1)?)?)));
        html! { @for (number, finding) in found { (self.finding(number, finding)) } }
    }

    fn finding(&self, number: usize, finding: &Finding) -> Markup {
        let told = self.sheet.tell(finding);
        let line = self.sheet.places.of(finding.range.start()).line;
        let sides = match (&finding.left, &finding.right) {
            (Some(left), Some(right)) => Some(format!("左值 {left}，右值 {right}")),
            _ => None,
        };
        let unsaid =
            |text: &Option<String>| text.clone().filter(|it| !told.text.contains(it.as_str()));
        let notes = [
            ("公式", finding.formula.clone()),
            ("比较", sides),
            ("应为", unsaid(&finding.expected)),
            ("实为", unsaid(&finding.actual)),
            ("差额", finding.difference.clone()),
            ("可能", unsaid(&finding.cause)),
            ("依据", human::origin(self.sheet, finding)),
            ("处理", told.action.clone()),
            (
                "说明",
                finding
                    .explanation
                    .as_ref()
                    .map(budget_rules::Explanation::told),
            ),
        ];
        html! {
            div.finding.(level(finding.severity)) id={ "f" (number) } {
                p {
                    span.no { (number) } span.level.(level(finding.severity)) { (finding.severity.label()) }
                    (told.text)
                    span.rule { (self.sheet.title(finding)) "，第 " (line) " 行" }
                }
                dl { @for (name, text) in &notes { @if let Some(text) = text { dt { (name) } dd { (text) } } } }
            }
        }
    }

    /// What was set aside, and by what.
    pub(super) fn set_aside(&self) -> Markup {
        let suppressed = &self.sheet.report.suppressed;
        html! {
            section {
                h2 { "四、已忽略的问题" }
                @if suppressed.is_empty() { p { "没有：忽略标记、基线和配置都没有略去问题。" } }
                @else {
                    table.list {
                        thead { tr { th { "级别" } th { "位置" } th { "问题" } th { "规则" } th { "因何忽略" } } }
                        tbody { @for it in suppressed { tr {
                            td { span.level.(level(it.finding.severity)) { (it.finding.severity.label()) } }
                            td { "第 " (self.sheet.places.of(it.finding.range.start()).line) " 行" }
                            td { (self.sheet.tell(&it.finding).text) }
                            td.code { (it.finding.rule) }
                            td { (human::waiver(&it.by)) }
                        } } }
                    }
                }
            }
        }
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
        Severity::Hint => "hint",
    }
}
