//! What is left of a name without the words that don't tell it from others.

use std::borrow::Cow;

use super::{Flow, has};

/// Words at the end of a name that don't tell it from others, by their last character; the longer first.
fn ends_in(last: char) -> &'static [&'static str] {
    match last {
        '数' => &["预算数", "决算数", "执行数", "总数", "数"],
        '算' => &["预算", "决算"],
        '计' => &["合计", "总计", "小计"],
        '额' => &["金额", "数额", "总额", "额"],
        '用' => &["费用"],
        '费' => &["经费", "费"],
        '款' => &["拨款"],
        '排' => &["安排"],
        '模' => &["规模"],
        '况' => &["情况"],
        '出' => &["支出"],
        '入' => &["收入"],
        '体' => &["总体"],
        '的' => &["的"],
        _ => &[],
    }
}

/// The stem of a name, and the flow its end says.
pub(crate) fn stem(name: &str) -> (Cow<'_, str>, Option<Flow>) {
    let mut rest = name;
    let mut flow = None;
    while let Some(last) = rest.chars().next_back() {
        let mut ends = ends_in(last).iter();
        let Some((cut, end)) = ends.find_map(|end| Some((rest.strip_suffix(end)?, *end))) else {
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
        let last = "数算计额用费款排模况出入体的";
        for end in last.chars().flat_map(ends_in) {
            assert_eq!(&*stem(&format!("某项{end}")).0, "某项", "{end}");
            let made = Cow::Owned(format!("某项{end}"));
            assert_eq!(&*stem_of(made).0, "某项", "{end}");
        }
        assert_eq!(&*stem("公务用车运行维护费").0, "公务用车运行");
    }
}
