//! Sentences on numbers of the narrative.

use budget_model::prose::check::Kind;

use crate::Finding;
use crate::detail::ProseFault;
use crate::message::Message;

pub(super) fn tell(finding: &Finding, fault: &ProseFault) -> Message {
    let ProseFault {
        kind,
        subject,
        written,
        expected,
        formula,
        others,
        open,
        unit,
        sentences,
    } = fault;
    let cause = match &finding.cause {
        Some(cause) => format!("；{cause}"),
        None => String::new(),
    };
    let named = match subject.is_empty() {
        true => String::new(),
        false => format!("“{subject}”"),
    };
    // The right side of `16% = 746.65 ÷ (4773.53 + 746.65) = …` is how it is worked out.
    let working = formula.split_once(" = ").map_or("", |(_, right)| right);
    let should = expected.as_deref().unwrap_or_default();
    if *sentences > 1 {
        return Message::new(
            format!("{subject}为 {written}，而文字说明有 {sentences} 处都写作 {should}"),
            "请核对这一格，改正不对的一处",
        );
    }
    if let Some(unit) = unit {
        return Message::new(
            format!("{named}写作 {written}，而 {formula} 不成立，改为 {unit} 才成立{cause}"),
            format!("请核对后改为 {unit}"),
        );
    }
    let change = |what: &str| match (should.is_empty(), open) {
        (true, _) => format!("请核对这些数，改正不对的{what}"),
        (false, true) => format!("请核实是否应为 {should}"),
        (false, false) => format!("请核对后改为 {should}"),
    };
    // Words may say nothing of whose share it is.
    let of = match named.is_empty() {
        true => String::new(),
        false => format!("{named}的"),
    };
    let text = match kind {
        Kind::Restated if others.is_empty() => {
            format!("{named}写作 {written}，而项目表和绩效表里是 {should}{cause}")
        }
        Kind::Restated => format!(
            "{named}写作 {written}，而{}是 {should}{cause}",
            others.join("＋")
        ),
        Kind::Across => {
            let should = match should.is_empty() {
                true => String::new(),
                false => format!("，应为 {should}"),
            };
            let others = others.join("、");
            format!("{named}写作 {written}{should}：与{others} 对不上（{formula}）{cause}")
        }
        Kind::Repeated => format!("{named}写作 {written}，前文同一项是 {should}{cause}"),
        // An amount, where a slip in it makes the rate right.
        Kind::Growth | Kind::Share | Kind::Rate if !written.ends_with(['%', '倍', '点']) => {
            let should = match should.is_empty() {
                true => String::new(),
                false => format!("，写作 {should} 才成立"),
            };
            format!("{named}写作 {written}，与所写的比率不符：{formula} 不成立{should}{cause}")
        }
        Kind::Growth if should.is_empty() => {
            format!("{of}增减幅度写作 {written}，与 {working} 不符{cause}")
        }
        Kind::Growth => {
            format!("{of}增减幅度写作 {written}，应为 {should}：{working}{cause}")
        }
        Kind::Share => format!("{of}占比写作 {written}，应为 {should}：{working}{cause}"),
        Kind::Rate => format!("{of}比率写作 {written}，应为 {should}：{working}{cause}"),
        Kind::Product => format!("{formula} 不成立，应为 {should}{cause}"),
        Kind::Direction => format!("{named}：{formula}，说的方向相反"),
        Kind::Counted if should.is_empty() => {
            format!("{named}写作 {written}，而所列的是 {working} 个")
        }
        Kind::Counted => format!("{named}写作 {written}，而所列的是 {should}"),
        Kind::Parts if formula.contains("<=") => {
            format!("部分比整体还多：{formula} 不成立{cause}")
        }
        Kind::Parts | Kind::Difference => match should.is_empty() {
            true => format!("各项加起来不等于总数：{formula} 不成立{cause}"),
            false => format!("{named}写作 {written}，应为 {should}：{formula} 不成立{cause}"),
        },
        Kind::Changes => format!("各项的增减加起来不等于总的增减：{formula} 不成立{cause}"),
    };
    let action = match kind {
        Kind::Direction => "请核对增减方向和原因，改正不对的一处".to_owned(),
        Kind::Counted => "请核对个数和名单，改正不对的一处".to_owned(),
        Kind::Repeated => format!("请核对两处，改正不对的一处（如为 {should}）"),
        Kind::Growth if !written.ends_with('%') => {
            "请核对本年数、增减数和幅度，改正不对的一处".to_owned()
        }
        _ => change("一处"),
    };
    Message::new(text, action)
}
