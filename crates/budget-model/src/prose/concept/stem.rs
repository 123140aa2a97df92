//! What is left of a name without the words that don't tell it from others.

use std::borrow::Cow;

use super::{Flow, ends, has};

/// Words at the end of a name that don't tell it from others.
const ENDS: [&str; 25] = [
    "预算数",
    "决算数",
    "执行数",
    "预算",
    "决算",
    "合计",
    "总计",
    "小计",
    "金额",
    "数额",
    "总额",
    "总数",
    "费用",
    "经费",
    "费",
    "拨款",
    "安排",
    "规模",
    "情况",
    "支出",
    "收入",
    "数",
    "额",
    "总体",
    "的",
];

/// Whether a name ends as one of [`ENDS`] may.
fn may_end(name: &str) -> bool {
    matches!(
        name.chars().next_back(),
        Some(
            '数' | '算'
                | '计'
                | '额'
                | '用'
                | '费'
                | '款'
                | '排'
                | '模'
                | '况'
                | '出'
                | '入'
                | '体'
                | '的'
        )
    )
}

/// The stem of a name, and the flow its end says.
pub(crate) fn stem(name: &str) -> (Cow<'_, str>, Option<Flow>) {
    let mut rest = name;
    let mut flow = None;
    while may_end(rest) {
        let cut = ENDS.iter().find(|end| ends(rest, end));
        let Some((cut, end)) = cut.and_then(|end| Some((rest.strip_suffix(end)?, *end))) else {
            break;
        };
        match end {
            "支出" if flow.is_none() => flow = Some(Flow::Expense),
            "收入" if flow.is_none() => flow = Some(Flow::Income),
            _ => {}
        }
        rest = cut;
    }
    if has(rest, "运行维护") {
        return (Cow::Owned(rest.replace("运行维护", "运行")), flow);
    }
    (Cow::Borrowed(rest), flow)
}

/// As [`stem`], of a name that may have been made.
pub(crate) fn stem_of(name: Cow<'_, str>) -> (Cow<'_, str>, Option<Flow>) {
    match name {
        Cow::Borrowed(name) => stem(name),
        Cow::Owned(mut name) => match stem(&name) {
            (Cow::Owned(stem), flow) => (Cow::Owned(stem), flow),
            (Cow::Borrowed(stem), flow) => {
                let length = stem.len();
                name.truncate(length);
                (Cow::Owned(name), flow)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_is_cut() {
        for end in ENDS {
            assert_eq!(&*stem(&format!("某项{end}")).0, "某项", "{end}");
            let made = Cow::Owned(format!("某项{end}"));
            assert_eq!(&*stem_of(made).0, "某项", "{end}");
        }
        assert_eq!(&*stem("公务用车运行维护费").0, "公务用车运行");
    }
}
