//! What can't be read: syntax errors and expressions without a value, as findings.

use budget_model::Document;
use budget_model::relation::Ledger;
use budget_syntax::error::SyntaxErrorKind;

use crate::finding::{Detail, Finding, Severity, Subject};
use crate::registry::{Check, Rule};

macro_rules! card {
    ($code:literal, $slug:literal, $name:literal, $severity:ident) => {
        Rule {
            code: $code,
            slug: $slug,
            name: $name,
            group: "语法",
            severity: Severity::$severity,
            since: "0.1.0",
            page: include_str!(concat!("../../../docs/rules/", $code, "-", $slug, ".md")),
            check: Check::Engine,
        }
    };
}

pub(crate) const FRONT_MATTER: Rule = card!("SYN001", "front-matter", "文档信息写法有误", Error);
pub(crate) const HEADING: Rule = card!("SYN002", "heading", "标题写法有误", Error);
pub(crate) const TABLE_SHAPE: Rule = card!("SYN003", "table-shape", "表格写法有误", Error);
pub(crate) const EXTRA_CELLS: Rule = card!("SYN004", "extra-cells", "单元格多于表头", Error);
pub(crate) const COMMENT: Rule = card!("SYN005", "comment", "注释没有写完", Error);
pub(crate) const EXPRESSION: Rule = card!("SYN006", "expression", "算式写法有误", Error);
pub(crate) const EVALUATION: Rule = card!("SYN007", "evaluation", "算式算不出", Error);
pub(crate) const ENCODING: Rule = card!("SYN008", "encoding", "文件编码不是UTF-8", Warning);
pub(crate) const SUPPRESSION: Rule =
    card!("SYN009", "unused-suppression", "忽略标记不起作用", Info);

pub(crate) fn report(document: &Document, ledger: &Ledger, findings: &mut Vec<Finding>) {
    for error in &document.parse.errors {
        let rule = match error.kind {
            SyntaxErrorKind::FrontMatter => FRONT_MATTER,
            SyntaxErrorKind::Heading => HEADING,
            SyntaxErrorKind::Table => TABLE_SHAPE,
            SyntaxErrorKind::ExtraCells => EXTRA_CELLS,
            SyntaxErrorKind::Comment => COMMENT,
            SyntaxErrorKind::Expression => EXPRESSION,
        };
        findings.push(Finding::new(
            rule.code,
            rule.severity,
            error.range,
            Subject::default(),
            Detail::Syntax {
                message: error.message.clone(),
                help: error.help.clone(),
            },
        ));
    }
    for error in &ledger.errors {
        findings.push(Finding::new(
            EVALUATION.code,
            EVALUATION.severity,
            error.range,
            Subject::default(),
            Detail::Evaluation {
                kind: error.kind,
                subject: error.subject.clone(),
            },
        ));
    }
}

/// A file that isn't UTF-8 but was read as `encoding`: what reads files says so with this.
pub fn encoding(encoding: &str) -> Finding {
    Finding::new(
        ENCODING.code,
        ENCODING.severity,
        budget_syntax::TextRange::empty(0),
        Subject::default(),
        Detail::Encoding {
            encoding: encoding.to_owned(),
        },
    )
}
