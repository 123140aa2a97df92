//! The one table of sentences: every finding's message and action, in Chinese.

use budget_model::Document;
use budget_model::relation::EvaluationErrorKind;

use crate::Finding;
use crate::detail::{CodeFault, NameFault, TermFault, TextFault};
use crate::finding::{Detail, Operand, Verdict};
use crate::suppress::Fault;
use budget_catalog::Classification;

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
        Detail::Encoding { encoding } => Message::new(
            format!("文件不是 UTF-8 编码，已按 {encoding} 读入"),
            "请把文件另存为 UTF-8 编码",
        ),
        Detail::Suppression { rule, fault } => suppression(rule, *fault),
        Detail::Code(fault) => code(fault),
        Detail::Name(fault) => name(fault),
        Detail::Term(fault) => term(fault),
        Detail::Text(fault) => wording(fault),
        Detail::Relation {
            place,
            why,
            operands,
            verdict,
            source,
        } => relation(finding, place, why, operands, verdict, source.as_deref()),
    }
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
            format!("“{subject}”写了“=”，但模板没有规定这一格怎样算"),
            "请填写数字，或写明算式 {…}",
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
        Verdict::Cell => {
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
            let action = match source {
                Some(source) => format!("本表数据来自{source}，请先核对来源，不要直接改数"),
                None => format!("请核对后改为 {expected}"),
            };
            Message::new(
                format!("{written}，应为 {expected}{difference}：{why}{from}{cause}"),
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

fn code(fault: &CodeFault) -> Message {
    match fault {
        CodeFault::Shape { code, levels } => Message::new(
            format!("科目编码“{code}”的位数不对：{levels}，全部为数字"),
            "请核对编码，补上缺少的位数或去掉多余的字",
        ),
        CodeFault::Duplicate {
            code,
            name,
            better: Some((better, standard)),
        } => Message::new(
            format!("编码 {code} 已有一行，“{name}”不是它的名称，应是 {better} {standard}"),
            format!("请把这一行的编码改为 {better}"),
        ),
        CodeFault::Duplicate {
            code,
            name,
            better: None,
        } => Message::new(
            format!("编码 {code} 在本表出现两次，这一行是“{name}”"),
            "请核对两行的编码，改正错的一个；确属同一科目的，请合并为一行",
        ),
        CodeFault::Order { name } => Message::new(
            format!("“{name}”没有按编码从小到大排列"),
            "请把这一行移到按编码应在的位置",
        ),
        CodeFault::ParentMissing { name, parent } => Message::new(
            format!("“{name}”的上级科目 {parent} 在本表没有单独一行，而本表列有同级的其他科目"),
            format!("请补上 {parent} 一行，或核对这一行的编码"),
        ),
        CodeFault::Name {
            code,
            name,
            standard,
            owner: Some(owner),
            ..
        } => Message::new(
            format!("{code} 的名称是“{standard}”，“{name}”是 {owner} 的名称"),
            format!("请改正编码或名称：{code} {standard}，或 {owner} {name}"),
        ),
        CodeFault::Name {
            code,
            name,
            standard,
            near: true,
            ..
        } => Message::new(
            format!("{code} 的标准名称是“{standard}”，这里写作“{name}”"),
            format!("请核实是否为旧名或简称，宜改为“{standard}”"),
        ),
        CodeFault::Name {
            code,
            name,
            standard,
            ..
        } => Message::new(
            format!("{code} 的名称是“{standard}”，与“{name}”不符"),
            "请核对编码和名称，改正错的一个",
        ),
        CodeFault::WrongClassification { code, wanted } => {
            let (wanted, found) = match wanted {
                Classification::Functional => ("功能分类", "经济分类"),
                Classification::Economic => ("经济分类", "功能分类"),
            };
            Message::new(
                format!("本表按支出{wanted}列示，{code} 是支出{found}的编码"),
                format!("请改为支出{wanted}的编码"),
            )
        }
        CodeFault::Unknown { code } => Message::new(
            format!("随程序附带的科目目录里没有 {code}；目录并不完整"),
            "请对照当年的《政府收支分类科目》核实",
        ),
        CodeFault::RowMissing { name, value, table } => Message::new(
            format!("“{name}”有金额 {value}，而{table}没有这个科目的行"),
            format!("请在{table}补上这一行，或核对这里的编码"),
        ),
    }
}

fn name(fault: &NameFault) -> Message {
    match fault {
        NameFault::Account { written, printed } => Message::new(
            format!("文中写作“{written}”，表中的科目名称是“{printed}”"),
            format!("请改为“{printed}”"),
        ),
        NameFault::Project {
            written,
            place,
            expected,
            other,
        } => Message::new(
            format!("同一项目在{place}写作“{written}”，在{other}写作“{expected}”"),
            "请统一为批复的项目名称",
        ),
    }
}

fn term(fault: &TermFault) -> Message {
    match fault {
        TermFault::Unexplained { term } => Message::new(
            format!("表中用到“{term}”，名词解释没有这一条"),
            format!("可在名词解释中补充“{term}”"),
        ),
        TermFault::Unused { term } => Message::new(
            format!("名词解释有“{term}”，正文和表中都没有用到"),
            "可以删去这一条，或核对正文的用词",
        ),
        TermFault::Twice { term } => {
            Message::new(format!("“{term}”解释了两次"), "请保留一条，删去另一条")
        }
        TermFault::Differs { term, published } => Message::new(
            format!("“{term}”的解释与通行的不同，通行的解释是：{published}"),
            "请核实口径；确有不同的，不必修改",
        ),
    }
}

fn wording(fault: &TextFault) -> Message {
    match fault {
        TextFault::Doubled { written } => {
            Message::new(format!("标点重复：“{written}”"), "请只保留一个标点")
        }
        TextFault::Unbalanced { mark, opens: true } => Message::new(
            format!("“{mark}”没有配对的后一半"),
            "请补上配对的符号，或删去这一个",
        ),
        TextFault::Unbalanced { mark, opens: false } => Message::new(
            format!("“{mark}”没有配对的前一半"),
            "请补上配对的符号，或删去这一个",
        ),
        TextFault::OfficialName { written, official } => Message::new(
            format!("“{written}”应为“{official}”：“公共”与“公用”写混了"),
            format!("请改为“{official}”"),
        ),
    }
}
