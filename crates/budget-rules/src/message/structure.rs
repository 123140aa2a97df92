//! Sentences of the 结构 group.

use crate::detail::{ContentsSlip, EmptyNote, Kind, Residue, Structure, YearAt};
use crate::message::Message;

/// Tells a finding on structure.
pub(super) fn tell(detail: &Structure) -> Message {
    match detail {
        Structure::Missing {
            kind,
            titles,
            within,
        } => missing(*kind, titles, within.as_deref()),
        Structure::RowListedElsewhere { row, table, other } => Message::new(
            format!("{table}没有“{row}”一行，{other}列有"),
            "请统一两张表列出的科目；没有数的留空",
        ),
        Structure::NotAHeading { title } => Message::new(
            format!("“{title}”是模板规定的章节，但没有写成标题"),
            "请在这一行前面加“#”，使它成为标题",
        ),
        Structure::HeadingWithoutTable { table, note: false } => Message::new(
            format!("标题“{table}”下面没有表"),
            "请补上这张表；没有数据的，保留空表并说明",
        ),
        Structure::HeadingWithoutTable { table, note: true } => Message::new(
            format!("标题“{table}”下面只有说明，没有表"),
            "没有数据的也应保留空表，请补上空表",
        ),
        Structure::Repeated { kind, title } => Message::new(
            format!("{}“{title}”重复出现", kind.name()),
            "请删除多余的一处，或改正标题",
        ),
        Structure::OutOfOrder {
            title,
            after,
            before,
        } => {
            let place = match (after, before) {
                (Some(after), _) => format!("“{after}”之后"),
                (None, Some(before)) => format!("“{before}”之前"),
                (None, None) => "模板规定的位置".to_owned(),
            };
            Message::new(
                format!("“{title}”的次序与模板不同，应在{place}"),
                format!("请移到{place}"),
            )
        }
        Structure::WrongPlace {
            title,
            belongs,
            stands,
        } => Message::new(
            format!("“{title}”放在了“{stands}”下面，模板规定属于“{belongs}”"),
            format!("请移到“{belongs}”"),
        ),
        Structure::Renamed { written, title } => Message::new(
            format!("标题“{written}”与模板的“{title}”不一致"),
            format!("请改为“{title}”"),
        ),
        Structure::Contents {
            entry,
            heading,
            slip,
        } => contents(entry, heading, *slip),
        Structure::EmptyNote { table, slip } => empty_note(table, slip),
        Structure::Year { found, year, place } => self::year(*found, *year, *place),
        Structure::UnknownUnit { written } => Message::new(
            format!("金额单位“{written}”不认识，已按万元读取"),
            "请改为 元、万元 或 亿元",
        ),
        Structure::Unit {
            table,
            found,
            usual,
        } => Message::new(
            format!(
                "{table}的金额单位是{}，其他表是{}",
                found.name(),
                usual.name()
            ),
            "请核对本表数字的单位，并统一",
        ),
        Structure::Body {
            place,
            written,
            body,
        } => Message::new(
            format!("{place}写的是“{written}”，与本部门“{body}”不是同一名称"),
            "请改正名称；确是本部门简称的，写进文档信息的“简称”",
        ),
        Structure::Hole { written } => {
            Message::new(format!("“{written}”还没有填写"), "请填写实际内容")
        }
        Structure::HolesInDraft { place, count } => Message::new(
            match place {
                Some(table) => format!("{table}还有 {count} 处待填"),
                None => format!("正文还有 {count} 处待填"),
            },
            "送审前请填写完",
        ),
        Structure::Residue { written, kind } => residue(written, *kind),
        Structure::UnknownTemplate { written, near } => Message::new(
            format!("没有“{written}”这个模板，已按通用模板核对，模板规定的表和勾稽关系没有核对"),
            match near {
                Some(near) => format!("是否为“{near}”？请改正模板名"),
                None => "请改正模板名（budget-lint templates 列出全部模板）".to_owned(),
            },
        ),
        Structure::FrontValue {
            key,
            written,
            expected,
        } => Message::new(
            format!("文件开头的“{key}”写的是“{written}”，看不懂"),
            format!("请改为{expected}"),
        ),
        Structure::FrontKey { written, near } => Message::new(
            format!("文件开头的“{written}”没有作用，是不是“{near}”？"),
            format!("请改为“{near}”，或删去这一行"),
        ),
        Structure::NothingToCheck { converted } => Message::new(
            "文件没有写明模板，也没有表格，什么也没有核对",
            if *converted {
                "这像是从 PDF、Word 转出的文本，请先用 budget-lint import 导入"
            } else {
                "请在文件开头写明“模板: …”；新写一份，可用 budget-lint new 生成各部分和各表"
            },
        ),
        Structure::HtmlTag { tag, count } => Message::new(
            format!("文中有 {count} 处网页标签，如“{tag}”，公开时会原样显示或被吞掉"),
            "请删除标签；原文如此、需要保留的，在前面加反斜杠",
        ),
        Structure::Affiliates { written, none } => Message::new(
            format!("此处说“{written}”，而单位概况说“{none}”，前后矛盾"),
            "请核实下属单位情况，统一口径",
        ),
    }
}

fn missing(kind: Kind, titles: &[String], within: Option<&str>) -> Message {
    let (name, list) = (kind.name(), list(titles));
    let what = match titles {
        [_] => format!("缺少{name}“{list}”"),
        _ => format!("缺少 {} {}：{list}", titles.len(), kind.counted()),
    };
    let text = match within {
        Some(within) if matches!(kind, Kind::Part | Kind::Section | Kind::Table) => {
            format!("“{within}”{what}，模板规定应有")
        }
        Some(within) => format!("{within}{what}，模板规定应有"),
        None => format!("{what}，模板规定应有"),
    };
    let action = match kind {
        Kind::Part | Kind::Section => "请补上标题和内容；没有内容的，保留标题并写“无”",
        Kind::Table | Kind::Grid => "请补上；没有数据的，保留空表并说明",
        Kind::Column => "请补上这一列，或把列名改为模板的名称",
        Kind::Row => "请补上这一行；没有数的留空",
    };
    Message::new(text, action)
}

/// At most so many titles are told.
const MOST_TITLES: usize = 12;

fn list(titles: &[String]) -> String {
    let told: Vec<&str> = titles
        .iter()
        .take(MOST_TITLES)
        .map(String::as_str)
        .collect();
    let more = if titles.len() > MOST_TITLES {
        "等"
    } else {
        ""
    };
    format!("{}{more}", told.join("、"))
}

fn contents(entry: &str, heading: &str, slip: ContentsSlip) -> Message {
    match slip {
        ContentsSlip::Differs => Message::new(
            format!("目录写的是“{entry}”，正文标题是“{heading}”"),
            "请把两处改成一致",
        ),
        ContentsSlip::NotInBody => Message::new(
            format!("目录列有“{entry}”，正文没有这个标题"),
            "请在正文补上，或从目录删去",
        ),
        ContentsSlip::NotListed => Message::new(
            format!("正文有“{heading}”，目录没有列出"),
            "请在目录补上这一条",
        ),
        ContentsSlip::Order => Message::new(
            format!("目录中“{entry}”的次序与正文不同"),
            "请把目录的次序改成与正文一致",
        ),
    }
}

fn empty_note(table: &str, slip: &EmptyNote) -> Message {
    match slip {
        EmptyNote::None => Message::new(
            format!("{table}没有数据，也没有说明"),
            "请在表下写明，如“本单位没有……安排的支出，本表为空表”",
        ),
        EmptyNote::OnlyInSection(section) => Message::new(
            format!("{table}没有数据，“{section}”已说明是空表，但表下没有说明"),
            "请在表下也写明本表为空表",
        ),
        EmptyNote::Filled => Message::new(
            format!("说明称本表为空表，而{table}有数"),
            "请核对：改正说明，或改正表中的数",
        ),
    }
}

fn year(found: u16, year: u16, place: YearAt) -> Message {
    match place {
        YearAt::Title => Message::new(
            format!("标题写的是 {found} 年，本文件是 {year} 年度"),
            format!("请改为 {year}"),
        ),
        YearAt::Contents => Message::new(
            format!("目录写的是 {found} 年，本文件是 {year} 年度"),
            format!("请改为 {year}"),
        ),
        YearAt::Cover => Message::new(
            format!("封面写的是 {found} 年，本文件是 {year} 年度"),
            format!("请改为 {year}"),
        ),
        YearAt::Published => Message::new(
            format!("公开日期在 {found} 年，与 {year} 年度不相称"),
            "请核对公开日期与年度",
        ),
    }
}

fn residue(written: &str, kind: Residue) -> Message {
    match kind {
        Residue::Alternatives => Message::new(
            format!("“{written}”没有选定是增还是减"),
            "请只保留与数字相符的一个词",
        ),
        Residue::NoReason => Message::new(
            format!("“{written}”是模板留下的句子，没有说明原因"),
            "请写明原因；没有变动的，删去这半句",
        ),
        Residue::OpenReason => Message::new(format!("“{written}”没有写出原因"), "请写明原因"),
    }
}
