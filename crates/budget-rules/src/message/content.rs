//! Sentences of the rules on codes, names, terms and wording.

use budget_catalog::Classification;

use super::Message;
use crate::detail::{CodeFault, NameFault, TermFault, TextFault};

pub(super) fn code(fault: &CodeFault) -> Message {
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
        CodeFault::OtherCode {
            code,
            name,
            better,
            table,
        } => Message::new(
            match table {
                Some(table) => {
                    format!("“{name}”在这里编为 {code}，同名同额的一行在{table}编为 {better}")
                }
                None => format!("“{name}”在这里编为 {code}，它的编码是 {better}"),
            },
            format!("请核对后把这一行的编码改为 {better}"),
        ),
        CodeFault::RowMissing { name, value, table } => Message::new(
            format!("“{name}”有金额 {value}，而{table}没有这个科目的行"),
            format!("请在{table}补上这一行，或核对这里的编码"),
        ),
    }
}

pub(super) fn name(fault: &NameFault) -> Message {
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

pub(super) fn term(fault: &TermFault) -> Message {
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

pub(super) fn wording(fault: &TextFault) -> Message {
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
        TextFault::NotListed {
            account,
            head,
            table,
        } => Message::new(
            format!("“{head}包括”后面没有列“{account}”，而{table}里它有数"),
            format!("请核对后补上“{account}”，或者改正表"),
        ),
        TextFault::ListedInVain { account, table } => Message::new(
            format!("这里列了“{account}”，而{table}里它没有数"),
            "请核对文字和表，改正不对的一处",
        ),
        TextFault::SaidToBeNone {
            written,
            table,
            amount,
        } => Message::new(
            format!("文中说“{written}”，而{table}有数：{amount}"),
            "请核对文字和表，改正不对的一处",
        ),
    }
}
