//! The front matter, read: who publishes what, for which year, in which unit.

use budget_catalog::template::NumberStyle;
use budget_syntax::{TextRange, tree};

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

impl Unit {
    /// Reads `万元`, `人民币万元`, `单位：元` …; the longest unit word in the text counts.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains("亿元") {
            Some(Unit::HundredMillionYuan)
        } else if text.contains("万元") {
            Some(Unit::TenThousandYuan)
        } else if text.contains('元') {
            Some(Unit::Yuan)
        } else {
            None
        }
    }

    /// Powers of ten of one unit in 元: 0, 4 or 8.
    pub const fn exponent(self) -> u32 {
        match self {
            Unit::Yuan => 0,
            Unit::TenThousandYuan => 4,
            Unit::HundredMillionYuan => 8,
        }
    }

    /// As printed.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Yuan => "元",
            Unit::TenThousandYuan => "万元",
            Unit::HundredMillionYuan => "亿元",
        }
    }
}

/// A value with its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// 部门, 简称, 下属单位 and 落款, split at `、`: every name the body goes by, longest first.
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
    pub number_style: NumberStyle,
}

impl FrontMatter {
    /// The entry with that key.
    pub fn entry(&self, text: &str, key: &str) -> Option<&Field> {
        self.entries.iter().find(|entry| entry.key.of(text) == key)
    }

    /// Reads the block. Unknown keys are kept, unreadable values are left out (rules tell them).
    pub(crate) fn read(text: &str, range: TextRange, block: tree::FrontMatter<'_>) -> Self {
        let mut front = FrontMatter {
            range,
            ..FrontMatter::default()
        };
        for entry in block.entries() {
            let field = Field {
                key: entry.key,
                value: entry.value,
            };
            front.entries.push(field);
            front.take(text, field);
        }
        front
            .names
            .sort_by_key(|name| (std::cmp::Reverse(name.len()), name.start()));
        front
    }

    fn take(&mut self, text: &str, field: Field) {
        let value = field.value.of(text);
        match field.key.of(text) {
            "模板" => self.template = Some(field),
            "部门" => {
                self.body = Some(field);
                self.take_names(text, field.value);
            }
            "简称" | "下属单位" => self.take_names(text, field.value),
            "落款" => {
                self.signature = Some(field);
                self.take_names(text, field.value);
            }
            "年度" => self.year = leading_number(value),
            "金额单位" => self.unit = Unit::parse(value),
            "状态" => {
                self.status = match value {
                    "草稿" => Status::Draft,
                    "公开" => Status::Published,
                    _ => Status::Review,
                }
            }
            "公开日期" => self.published = Some(field),
            "小数" => self.number_style.decimals = leading_number(value),
            "百分比小数" => self.number_style.percent_decimals = leading_number(value),
            "末尾零" => self.number_style.trailing_zeros = choice(value, "留", "去"),
            "千分位" => self.number_style.thousands = choice(value, "有", "无"),
            _ => {}
        }
    }

    fn take_names(&mut self, text: &str, value: TextRange) {
        let mut start = value.start();
        for piece in value.of(text).split_inclusive(['、', '，', ',', '；', ';']) {
            let name = piece.trim_end_matches(['、', '，', ',', '；', ';']);
            let lead = name.len() - name.trim_start().len();
            let name = name.trim();
            if !name.is_empty() {
                let from = start + offset(lead);
                self.names
                    .push(TextRange::new(from, from + offset(name.len())));
            }
            start += offset(piece.len());
        }
    }
}

fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn choice(value: &str, yes: &str, no: &str) -> Option<bool> {
    if value == yes {
        Some(true)
    } else if value == no {
        Some(false)
    } else {
        None
    }
}

/// The number a value begins with, full-width digits too: `2020年` is 2020.
fn leading_number<T: TryFrom<u32>>(value: &str) -> Option<T> {
    let mut number: Option<u32> = None;
    for c in value.trim_start().chars() {
        let digit = match c {
            '０'..='９' => u32::from(c) - u32::from('０'),
            _ => match c.to_digit(10) {
                Some(digit) => digit,
                None => break,
            },
        };
        number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
    }
    number.and_then(|number| T::try_from(number).ok())
}
