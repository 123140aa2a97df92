//! What can't be read: syntax errors and expressions without a value, as findings.

use budget_model::document::TemplateChoice;
use budget_model::relation::EvaluationErrorKind;
use budget_model::table::Value;
use budget_syntax::error::SyntaxErrorKind;
use budget_syntax::{SyntaxError, TextRange};

use crate::clues::Clue;
use crate::context::{CellAt, Context, GridAt, Judged, RowAt};
use crate::finding::{Detail, Finding, Severity, Subject};
use crate::registry::{Check, Fixable, Rule};

macro_rules! card {
    ($code:literal, $slug:literal, $name:literal, $severity:ident) => {
        card!($code, $slug, $name, $severity, No)
    };
    ($code:literal, $slug:literal, $name:literal, $severity:ident, $fix:ident) => {
        Rule {
            code: $code,
            slug: $slug,
            name: $name,
            group: "语法",
            severity: Severity::$severity,
            since: "0.1.0",
            fix: Fixable::$fix,
            page: include_str!(concat!("../../../docs/rules/", $code, "-", $slug, ".md")),
            check: Check::Engine,
            indifferent_to: &[],
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
pub(crate) const ENCODING: Rule = card!("SYN008", "encoding", "文件编码不是UTF-8", Info);
pub(crate) const SUPPRESSION: Rule = card!(
    "SYN009",
    "unused-suppression",
    "忽略标记不起作用",
    Info,
    Safe
);

/// What can't be read.
pub(crate) fn report(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for error in &context.document.parse.errors {
        findings.push(unreadable(error, error.range, Subject::default()));
    }
    for prose in context.prose.iter().filter(|prose| prose.has(Clue::Slot)) {
        slots(context, prose.range, Subject::default, findings);
    }
    for prose in context.prose {
        let mut lines = prose.text.lines();
        if prose.text.contains('\t')
            && lines.clone().count() > 1
            && lines.all(|line| line.contains('\t'))
        {
            let detail = Detail::TabbedRows;
            let card = &TABLE_SHAPE;
            let finding = Finding::new(
                card.code,
                Severity::Warning,
                prose.range,
                Subject::default(),
                detail,
            );
            findings.push(finding);
        }
    }
    for cell in context
        .tables()
        .flat_map(|table| table.grids())
        .flat_map(cells)
    {
        slots(context, cell.cell.range, || cell.subject(context), findings);
    }
}

/// What can be read and has no value.
pub(crate) fn evaluation(context: &Judged<'_>, findings: &mut Vec<Finding>) {
    let without = context.ledger.errors.iter();
    let without = without.filter(|error| error.kind == EvaluationErrorKind::NoDefinition);
    let cells = without.count();
    let mut told = false;
    for error in &context.ledger.errors {
        match (error.kind, context.document.template_choice) {
            // What can't be read has been told in the parser's words.
            (EvaluationErrorKind::Syntax, _) => continue,
            // What a template would say isn't known; that it isn't there has been told by STR016.
            (_, TemplateChoice::Unknown) => continue,
            (EvaluationErrorKind::NoDefinition, TemplateChoice::Default) => {
                if !std::mem::replace(&mut told, true) {
                    let detail = Detail::NoTemplate { cells };
                    findings.push(Finding::new(
                        EVALUATION.code,
                        EVALUATION.severity,
                        error.range,
                        Subject::default(),
                        detail,
                    ));
                }
                continue;
            }
            _ => {}
        }
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

fn cells<'d>(grid: GridAt<'d>) -> impl Iterator<Item = CellAt<'d>> {
    let slots = grid.grid.cells.iter().any(|it| it.value == Value::Slot);
    let rows = grid.rows().filter(move |_| slots).flat_map(RowAt::cells);
    rows.filter(|cell| cell.cell.value == Value::Slot)
}

/// The expressions of a piece of text that can't be read.
fn slots(
    context: &Context<'_>,
    range: TextRange,
    subject: impl Fn() -> Subject,
    findings: &mut Vec<Finding>,
) {
    for slot in budget_syntax::tree::slots(context.text(range), range.start()) {
        let Err(errors) = budget_syntax::expr::parse_slot(context.text(slot.inner)) else {
            continue;
        };
        // The first is the cause; what follows it in the same braces is its echo.
        if let Some(error) = errors.first() {
            let at = error.range.shift(slot.inner.start());
            findings.push(unreadable(error, at, subject()));
        }
    }
}

fn unreadable(error: &SyntaxError, range: TextRange, subject: Subject) -> Finding {
    let rule = match error.kind {
        SyntaxErrorKind::FrontMatter => FRONT_MATTER,
        SyntaxErrorKind::Heading => HEADING,
        SyntaxErrorKind::Table => TABLE_SHAPE,
        SyntaxErrorKind::ExtraCells => EXTRA_CELLS,
        SyntaxErrorKind::Comment => COMMENT,
        SyntaxErrorKind::Expression => EXPRESSION,
    };
    let detail = Detail::Syntax {
        message: error.message.clone(),
        help: error.help.clone(),
    };
    Finding::new(rule.code, rule.severity, range, subject, detail)
}

/// A file that isn't UTF-8 but was read as `encoding`: what reads files says so with this.
pub fn encoding(encoding: &str) -> Finding {
    Finding::new(
        ENCODING.code,
        ENCODING.severity,
        TextRange::empty(0),
        Subject::default(),
        Detail::Encoding {
            encoding: encoding.to_owned(),
        },
    )
}
