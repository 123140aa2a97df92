//! The front matter, read: who publishes what, for which year, in which unit.

use budget_catalog::FrontKey;
use budget_catalog::front;
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
    pub fn entry(&self, text: &str, key: FrontKey) -> Option<&Field> {
        let name = key.name();
        self.entries.iter().find(|entry| entry.key.of(text) == name)
    }

    /// The other document that a key names.
    pub(crate) fn other<'t>(&self, text: &'t str, key: FrontKey) -> Option<&'t str> {
        let name = self.entry(text, key)?.value.of(text).trim();
        (!name.is_empty()).then_some(name)
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

    /// What isn't what may be written there counts as not written.
    fn take(&mut self, text: &str, field: Field) {
        let value = field.value.of(text);
        let Some(key) = FrontKey::named(field.key.of(text)) else {
            return;
        };
        // The rules look at a date that can't be one, too.
        if key == FrontKey::Published {
            self.published = Some(field);
        }
        if !key.about().values.fits(value.trim()) {
            return;
        }
        let number = || front::leading_number(value);
        let decimals = || number().and_then(|number| u8::try_from(number).ok());
        match key {
            FrontKey::Template => self.template = Some(field),
            FrontKey::Body => {
                self.body = Some(field);
                self.take_names(text, field.value);
            }
            FrontKey::ShortNames | FrontKey::Affiliates => self.take_names(text, field.value),
            FrontKey::Signature => {
                self.signature = Some(field);
                self.take_names(text, field.value);
            }
            FrontKey::Year => self.year = number().and_then(|number| u16::try_from(number).ok()),
            FrontKey::Unit => self.unit = Unit::parse(value),
            FrontKey::Status => {
                self.status = match value.trim() {
                    front::DRAFT => Status::Draft,
                    front::PUBLISHED => Status::Published,
                    _ => Status::Review,
                }
            }
            FrontKey::Decimals => self.number_style.decimals = decimals(),
            FrontKey::PercentDecimals => self.number_style.percent_decimals = decimals(),
            FrontKey::TrailingZeros => {
                self.number_style.trailing_zeros = Some(value.trim() == front::KEPT);
            }
            FrontKey::Thousands => {
                self.number_style.thousands = Some(value.trim() == front::WITH);
            }
            FrontKey::Published | FrontKey::Cover | FrontKey::LastYear | FrontKey::Budget => {}
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
