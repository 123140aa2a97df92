//! The front matter, read.

use budget_syntax::TextRange;

/// 状态: how far the document is on its way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Status {
    /// 草稿: holes are counted, not errors.
    Draft,
    /// 送审 (default): each hole is an error.
    #[default]
    Review,
    /// 公开.
    Published,
}

/// A unit of money.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Unit {
    /// 元
    Yuan,
    /// 万元
    #[default]
    TenThousandYuan,
    /// 亿元
    HundredMillionYuan,
}

/// A value with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The key, as written.
    pub key: TextRange,
    /// The value, as written.
    pub value: TextRange,
}

/// What the front matter says, with the places. Keys are known by their Chinese names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FrontMatter {
    /// The whole block; empty at the file's start if there is none.
    pub range: TextRange,
    /// Every entry in order, known or not.
    pub entries: Vec<Field>,
    /// 模板, as written.
    pub template: Option<Field>,
    /// 部门: the body's full name.
    pub body: Option<Field>,
    /// 部门, 简称, 下属单位, 封面 and 落款, split at `、`: every name the body goes by.
    pub names: Vec<TextRange>,
    /// 年度.
    pub year: Option<u16>,
    /// 金额单位.
    pub unit: Option<Unit>,
    /// 状态.
    pub status: Status,
    /// 公开日期, as written.
    pub published: Option<Field>,
    /// 落款, as written.
    pub signature: Option<Field>,
    /// 小数, 末尾零, 千分位, 百分比小数 where given.
    pub number_style: budget_catalog::template::NumberStyle,
}

impl FrontMatter {
    /// The entry with that key.
    pub fn entry(&self, text: &str, key: &str) -> Option<&Field> {
        self.entries.iter().find(|entry| entry.key.of(text) == key)
    }
}
