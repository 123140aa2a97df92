//! `budget.toml`: what a folder's documents are checked by.
//!
//! Keys are English, because TOML wants Chinese ones in quotes; those are read too. The types are
//! the schema that is committed as `docs/budget.schema.json`.

mod error;
mod read;

use std::{collections::BTreeMap, path::PathBuf};

use budget_model::relation;
use budget_rules::Severity;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

pub use error::ConfigError;
pub(crate) use read::in_chinese;
pub use read::parse;

/// The name of the file.
pub const FILE_NAME: &str = "budget.toml";

/// What one `budget.toml` says. It adds to what those in the folders above it say.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// 顶层：不再看上级文件夹的 budget.toml。
    #[serde(alias = "顶层")]
    pub root: bool,
    /// 文档没有写“模板:”时使用的模板。
    #[serde(alias = "模板")]
    #[schemars(with = "Option<String>")]
    pub template: Option<Spanned<String>>,
    /// 从哪一级起 budget-lint check 以退出码 1 结束。
    #[serde(alias = "失败级别")]
    pub fail_level: Option<FailLevel>,
    /// “修改或说明”最多允许多少条，超过则以退出码 1 结束。
    #[serde(alias = "警告上限")]
    pub max_warnings: Option<usize>,
    /// 自己的模板（*.toml）、科目（*.tsv）和名词解释所在的文件夹，相对于本文件。
    #[serde(alias = "模板目录")]
    #[schemars(with = "Option<String>")]
    pub packs: Option<Spanned<PathBuf>>,
    /// 不核对的文件，写法与 .gitignore 相同，相对于本文件。
    #[serde(alias = "排除")]
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// 基线文件，相对于本文件：其中的问题不再报告。
    #[serde(alias = "基线")]
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<PathBuf>>,
    /// 出错说明文件，相对于本文件。
    #[serde(alias = "出错说明")]
    #[schemars(with = "Option<String>")]
    pub explanations: Option<Spanned<PathBuf>>,
    /// 舍入误差怎样处理。
    #[serde(alias = "容差")]
    pub tolerance: Option<Tolerance>,
    /// 只用这些规则：编号、英文名、中文名，或一组（GLO、名词）。
    #[serde(alias = "选用")]
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Option<Vec<Spanned<String>>>,
    /// 不用这些规则。
    #[serde(alias = "不用")]
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// 规则或一组规则的级别。
    #[serde(alias = "规则")]
    #[schemars(with = "BTreeMap<String, Level>")]
    pub rules: BTreeMap<Spanned<String>, Level>,
    /// 只对某些文件的设置。
    #[serde(alias = "按路径")]
    pub per_path: Vec<PerPath>,
    /// 审核公式：本单位自己的核对关系。
    #[serde(alias = "审核公式")]
    pub relations: Vec<Relation>,
}

/// 只对某些文件的设置。
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PerPath {
    /// 哪些文件，写法与 .gitignore 相同，相对于本文件。
    #[serde(alias = "路径")]
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// 不用这些规则。
    #[serde(alias = "不用", default)]
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// 规则或一组规则的级别。
    #[serde(alias = "规则", default)]
    #[schemars(with = "BTreeMap<String, Level>")]
    pub rules: BTreeMap<Spanned<String>, Level>,
}

/// 审核公式：本单位自己的核对关系。
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Relation {
    /// 名称，一个文件里不能重复。
    #[serde(alias = "名称")]
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// 算式，写法与模板里的勾稽关系相同，例如：每 @科目 于 表二, 表三: 表二.@科目.总计 = 表三.@科目.合计
    #[serde(alias = "算式")]
    #[schemars(with = "String")]
    pub expr: Spanned<String>,
    /// 不成立时说什么：左边为什么应当等于右边。
    #[serde(alias = "说明")]
    pub message: String,
    /// 不成立时的级别。
    #[serde(alias = "级别", default)]
    pub severity: Level,
    /// 只用于这个模板；不写则用于算式适用的所有模板。
    #[serde(alias = "模板")]
    #[schemars(with = "Option<String>")]
    pub template: Option<Spanned<String>>,
}

/// What a rule is set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 不用；仍然计数。
    #[serde(alias = "关")]
    Off,
    /// 提示
    #[serde(alias = "提示")]
    Hint,
    /// 请核实
    #[serde(alias = "请核实")]
    Info,
    /// 修改或说明
    #[serde(alias = "修改或说明")]
    Warning,
    /// 必须修改
    #[default]
    #[serde(alias = "必须修改")]
    Error,
}

impl Level {
    /// As `budget.toml` writes it.
    pub fn parse(word: &str) -> Option<Self> {
        let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
            serde::de::IntoDeserializer::into_deserializer(word);
        Self::deserialize(word).ok()
    }

    /// As [`Level::parse`] reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity; none if it is off.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Hint => Some(Severity::Hint),
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// From which severity on a check fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FailLevel {
    /// 必须修改
    #[serde(alias = "必须修改")]
    Error,
    /// 修改或说明
    #[default]
    #[serde(alias = "修改或说明")]
    Warning,
    /// 请核实
    #[serde(alias = "请核实")]
    Info,
    /// 提示
    #[serde(alias = "提示")]
    Hint,
    /// 从不
    #[serde(alias = "从不")]
    Never,
}

impl FailLevel {
    /// As `budget.toml` writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
            Self::Never => "never",
        }
    }

    /// Whether a finding this severe makes the check fail.
    pub fn is_reached(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => severity >= Severity::Info,
            Self::Hint => true,
            Self::Never => false,
        }
    }
}

/// How differences that come from rounding are judged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tolerance {
    /// 舍位：每个数按印出的位数有半个末位的误差，加起来仍对不上才是错误。
    #[default]
    #[serde(alias = "舍位")]
    Rounding,
    /// 精确：一分一厘都不能差。
    #[serde(alias = "精确")]
    Exact,
}

impl From<Tolerance> for relation::Tolerance {
    fn from(tolerance: Tolerance) -> Self {
        match tolerance {
            Tolerance::Rounding => Self::Rounding,
            Tolerance::Exact => Self::Exact,
        }
    }
}

/// The JSON schema of `budget.toml`, as it is committed.
pub fn schema() -> String {
    budget_catalog::template::schema_text(schemars::schema_for!(Config))
}
