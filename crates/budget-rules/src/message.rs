//! The one table of sentences: every finding's message and action, in Chinese.

mod content;
mod opening;
mod performance;
mod prose;
mod structure;

use budget_model::relation::EvaluationErrorKind;
use budget_model::{CellId, Document};

use crate::Finding;
use crate::context::CellAt;
use crate::finding::{Detail, Note, Operand, Verdict};
use crate::suppress::Fault;

pub use opening::{opening, outcomes};

/// A finding told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// What is wrong and why, one sentence.
    pub text: String,
    /// The one thing to do.
    pub action: Option<String>,
}

impl Message {
    fn new(text: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            action: Some(action.into()),
        }
    }
}

/// Tells a finding.
pub fn tell(finding: &Finding, _document: &Document) -> Message {
    match &finding.detail {
        Detail::Syntax { message, help } => Message::new(message, help),
        Detail::Evaluation { kind, subject } => evaluation(*kind, subject),
        Detail::TabbedRows => Message::new(
            "这几行像是用制表符分隔的表，没有按表核对",
            "请用 | 隔开各格，并在表头下面写一行 | --- |",
        ),
        Detail::NoTemplate { cells } => Message::new(
            format!("文件没有写明模板，这一格的“=”不知道怎样算；这样的格共 {cells} 个"),
            "请在文件开头写明“模板: …”；有哪些模板，见 budget-lint templates",
        ),
        Detail::NotANumber { written, meant } => Message::new(
            format!("“{written}”不是数，这一格没有参加核对"),
            match meant {
                Some(meant) => format!("请核对后改为 {meant}"),
                None => "请只写数字，如 1234.50；单位写在“金额单位”里".to_owned(),
            },
        ),
        Detail::Encoding { encoding } => Message::new(
            format!("文件不是 UTF-8 编码，已按 {encoding} 读入"),
            "请把文件另存为 UTF-8 编码",
        ),
        Detail::Suppression { rule, fault } => suppression(rule, *fault),
        Detail::Code(fault) => content::code(fault),
        Detail::Name(fault) => content::name(fault),
        Detail::Term(fault) => content::term(fault),
        Detail::Text(fault) => content::wording(fault),
        Detail::Relation {
            place,
            why,
            operands,
            verdict,
            source,
        } => relation(finding, place, why, operands, verdict, source.as_deref()),
        Detail::Structure(detail) => structure::tell(detail),
        Detail::Performance(fault) => performance::tell(fault),
        Detail::Prose(fault) => prose::tell(finding, fault),
    }
}

/// What stands at another place of a finding, in Chinese, short.
pub fn note(note: &Note, document: &Document) -> String {
    let operand = |cell: &CellId| {
        let Operand { name, value } = CellAt::of(document, *cell)?.operand(document);
        Some(format!("{name} {value}"))
    };
    let told = match note {
        Note::Text(text) => Some(text.clone()),
        Note::Operand { cell, same_cause } => operand(cell).map(|told| match same_cause {
            Some(formula) => format!("{told}（同因不成立：{formula}）"),
            None => told,
        }),
        Note::Changes { cell, to } => operand(cell).map(|told| format!("{told}（随之改为 {to}）")),
    };
    // A finding of another document has no place in this one.
    told.unwrap_or_default()
}

fn suppression(rule: &str, fault: Fault) -> Message {
    match fault {
        Fault::UnknownRule => Message::new(
            format!("忽略标记写的规则“{rule}”不存在，没有忽略任何问题"),
            "请改为规则的编号或名称，如“忽略 ARI001: 理由”",
        ),
        Fault::NoReason => Message::new(
            format!("忽略“{rule}”没有写理由，不起作用"),
            format!("请在冒号后写明理由：忽略 {rule}: ……"),
        ),
        Fault::Unused => Message::new(
            format!("此处没有“{rule}”的问题，忽略标记已无用"),
            "请删除这个忽略标记",
        ),
    }
}

fn evaluation(kind: EvaluationErrorKind, subject: &str) -> Message {
    match kind {
        EvaluationErrorKind::Syntax => Message::new(
            format!("算式“{subject}”看不懂"),
            "请改为“表三.合计.基本支出”这样的写法",
        ),
        EvaluationErrorKind::UnknownPath => Message::new(
            format!("算式引用的“{subject}”在本文件中找不到"),
            "请核对表、行、列的名称",
        ),
        EvaluationErrorKind::OtherDocument => Message::new(
            format!("算式引用的“{subject}”在另一份文件里，该文件没有找到"),
            "请在文档信息里写明“上年文档”或“预算文档”",
        ),
        EvaluationErrorKind::AmbiguousPath => Message::new(
            format!("算式引用的“{subject}”对应不止一处"),
            "请写出上级，使它只对应一处",
        ),
        EvaluationErrorKind::Cycle => Message::new(
            format!("“{subject}”最终由它自己算出，无法计算"),
            "请把其中一处改为填写的数",
        ),
        EvaluationErrorKind::Unit => Message::new(
            format!("“{subject}”的金额单位不同，不能直接相加减"),
            "请统一金额单位",
        ),
        EvaluationErrorKind::UnknownFunction => Message::new(
            format!("没有“{subject}”这个算法"),
            "请改用 合、占比、增减、增幅、差异率、名单 或 个数",
        ),
        EvaluationErrorKind::NoDefinition => Message::new(
            match subject {
                "=" => "这一格写了“=”，但模板没有规定它怎样算".to_owned(),
                subject => format!("“{subject}”写了“=”，但模板没有规定它怎样算"),
            },
            "请填写数字，或写明算式 {…}",
        ),
        EvaluationErrorKind::NotANumber => Message::new(
            format!("算式“{subject}”用到的内容不是数字"),
            "请引用金额、比率或数量的格子",
        ),
        EvaluationErrorKind::DivisionByZero => Message::new(
            format!("“{subject}”的除数为 0，算不出"),
            "请核对作为基数的那一格",
        ),
        EvaluationErrorKind::Overflow => {
            Message::new(format!("“{subject}”的数字过大，算不出"), "请核对数字")
        }
    }
}

fn relation(
    finding: &Finding,
    place: &str,
    why: &str,
    operands: &[Operand],
    verdict: &Verdict,
    source: Option<&str>,
) -> Message {
    let actual = finding
        .actual
        .as_deref()
        .filter(|actual| !actual.is_empty());
    let written = match actual {
        Some(actual) => format!("{place}为 {actual}"),
        None => format!("{place}为空"),
    };
    let why = if why.is_empty() {
        finding.formula.clone().unwrap_or_default()
    } else {
        why.trim_end_matches('。').to_owned()
    };
    let sides = sides(finding);
    match verdict {
        Verdict::Cell { also } => {
            let expected = finding.expected.as_deref().unwrap_or("");
            let difference = match &finding.difference {
                Some(difference) => format!("，差额 {difference}"),
                None => String::new(),
            };
            let from = match list(operands) {
                list if list.is_empty() => String::new(),
                list => format!("（{list}）"),
            };
            let cause = match &finding.cause {
                Some(cause) => format!("；{cause}"),
                None => String::new(),
            };
            let others = match also {
                0 => String::new(),
                also => format!("；另有 {also} 处须随之改正"),
            };
            let action = match source {
                Some(source) => format!("本表数据来自{source}，请先核对来源，不要直接改数"),
                None if *also > 0 => format!("请核对后改为 {expected}，另外 {also} 处随之改正"),
                None => format!("请核对后改为 {expected}"),
            };
            Message::new(
                format!("{written}，应为 {expected}{difference}：{why}{from}{cause}{others}"),
                action,
            )
        }
        Verdict::Tie(candidates) => {
            let or: Vec<String> = candidates
                .iter()
                .map(|candidate| format!("{}应为 {}", candidate.name, candidate.value))
                .collect();
            let text = format!("{why}：{sides}");
            if or.is_empty() {
                return Message::new(text, "请核对式中各格");
            }
            Message::new(text, format!("请核对并改正其中一处：{}", or.join("，或")))
        }
        Verdict::Open if finding.left.is_none() && finding.right.is_none() => {
            Message::new(why, "请核对这里所说的是否属实，改正不符的一处")
        }
        Verdict::Open => Message::new(format!("{why}：{sides}"), "请核对式中各格"),
        Verdict::Rounding => Message {
            text: format!("{why}：{sides}，可由四舍五入解释"),
            action: None,
        },
    }
}

/// `左值 150.00，右值 170.00，差额 -20.00`
fn sides(finding: &Finding) -> String {
    let sides = [
        ("左值", &finding.left),
        ("右值", &finding.right),
        ("差额", &finding.difference),
    ];
    let told: Vec<String> = sides
        .iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", value.as_deref()?)))
        .collect();
    match (told.is_empty(), &finding.formula) {
        (true, Some(formula)) => formula.clone(),
        _ => told.join("，"),
    }
}

fn list(operands: &[Operand]) -> String {
    let told: Vec<String> = operands
        .iter()
        .take(Operand::SHOWN)
        .map(|operand| format!("{} {}", operand.name, operand.value))
        .collect();
    let more = if operands.len() > Operand::SHOWN {
        "……"
    } else {
        ""
    };
    format!("{}{more}", told.join("，"))
}
