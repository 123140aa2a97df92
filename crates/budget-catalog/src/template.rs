//! Disclosure templates: what belongs in a file. Templates are TOML files; their JSON schema is
//! committed beside them.

mod prepare;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use budget_syntax::expr::Identity;

use crate::Classification;
use crate::index::GridIndex;

/// A template: parts, sections, tables, columns, rows, identities.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Template {
    /// What a document names in `模板:`, e.g. `新疆-2020-部门预算`.
    pub id: String,
    /// Semantic version of the data.
    pub version: String,
    /// Its Chinese title, for lists.
    pub title: String,
    /// Stable ASCII name, e.g. `xinjiang-2020-budget`.
    pub slug: String,
    /// The template it starts from; what is given here replaces by id or is added.
    #[serde(default)]
    pub extends: Option<String>,
    /// Only there to be extended: documents can't name it.
    #[serde(default)]
    pub base: bool,
    /// In a user's pack: it takes the place of a template with the same id.
    #[serde(default, rename = "override")]
    pub overrides: bool,
    /// Budget or final accounts.
    #[serde(default)]
    pub kind: DisclosureKind,
    /// A generic template infers tables, columns and rows from the document.
    #[serde(default)]
    pub generic: bool,
    /// Its tables are not numbered (`表三`): they go by their titles, and `ordinal` is their order.
    #[serde(default)]
    pub unnumbered: bool,
    /// Year of the classification it uses; the document's own year otherwise.
    #[serde(default)]
    pub year: Option<u16>,
    /// How its numbers are printed.
    #[serde(default)]
    pub number_style: NumberStyle,
    /// Labels that give a row its role whatever the table (合计, 小计, 无 …).
    #[serde(default)]
    pub row_words: Vec<RowWords>,
    /// Header words that give a column its kind where the template doesn't know the column.
    #[serde(default)]
    pub column_words: Vec<ColumnWords>,
    /// Field keys that may stand above a table (编制部门, 金额单位 …).
    #[serde(default)]
    pub fields: Vec<FieldSpec>,
    /// 第一部分 …
    #[serde(default)]
    pub parts: Vec<PartSpec>,
    /// 表一 …
    #[serde(default)]
    pub tables: Vec<TableSpec>,
    /// Words in the headers of columns that are no part of a sum over columns (上年, 增减).
    #[serde(default)]
    pub asides: Vec<String>,
    /// Words in the headings of tables that tell nothing (预算, 情况, 总体).
    #[serde(default)]
    pub fillers: Vec<String>,
    /// What must add up.
    #[serde(default)]
    pub identities: Vec<IdentitySpec>,
}

/// 预算 or 决算.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DisclosureKind {
    /// 部门预算.
    #[default]
    Budget,
    /// 部门决算.
    FinalAccounts,
}

/// How numbers are printed; a document's front matter overrides it. `None`: read it off the document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct NumberStyle {
    /// 小数: decimals of amounts.
    #[serde(default)]
    pub decimals: Option<u8>,
    /// 末尾零: whether trailing zeros are kept.
    #[serde(default)]
    pub trailing_zeros: Option<bool>,
    /// 千分位: whether thousands are separated.
    #[serde(default)]
    pub thousands: Option<bool>,
    /// 百分比小数: decimals of rates.
    #[serde(default)]
    pub percent_decimals: Option<u8>,
}

/// Labels of rows with one role.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RowWords {
    /// What a row with such a label is.
    pub role: RowRole,
    /// The labels, compared as names are.
    pub names: Vec<String>,
}

/// Header words of columns of one kind.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ColumnWords {
    /// What a column with such a header holds.
    pub kind: ColumnKind,
    /// Whole headers, compared as names are.
    #[serde(default)]
    pub names: Vec<String>,
    /// Ends of headers (`编码`, `费`).
    #[serde(default)]
    pub endings: Vec<String>,
}

/// A field above a table or in a form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FieldSpec {
    /// Stable ASCII id (`body`, `unit`).
    pub id: String,
    /// `编制部门`
    pub name: String,
    /// `填报部门`, `编制单位` …
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// What a part holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartContent {
    /// 单位概况.
    #[default]
    Overview,
    /// 公开表.
    Tables,
    /// 情况说明.
    Narrative,
    /// 名词解释.
    Glossary,
}

/// 第一部分 …
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PartSpec {
    /// Stable ASCII id.
    pub id: String,
    /// Short title, without the year, the body's name and 第…部分 (`部门预算公开表`).
    pub title: String,
    /// Full title for export; `{年度}` and `{部门}` are filled in.
    #[serde(default)]
    pub full_title: Option<String>,
    /// Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it holds.
    #[serde(default)]
    pub content: PartContent,
    /// Whether a document must have it.
    #[serde(default = "yes")]
    pub required: bool,
    /// 一、二、…
    #[serde(default)]
    pub sections: Vec<SectionSpec>,
}

/// A section of a part: `三、支出预算情况说明`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SectionSpec {
    /// Stable ASCII id.
    pub id: String,
    /// Its number as printed: `三`, `（一）`; empty if none.
    #[serde(default)]
    pub number: String,
    /// Short title (`支出预算情况说明`).
    pub title: String,
    /// Full title for export (`关于{部门}{年度}年支出预算情况说明`).
    #[serde(default)]
    pub full_title: Option<String>,
    /// Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether a document must have it.
    #[serde(default = "yes")]
    pub required: bool,
    /// Whether it may stand more than once (a form for each project).
    #[serde(default)]
    pub repeats: bool,
    /// Tables that stand in it (forms): ids.
    #[serde(default)]
    pub tables: Vec<String>,
    /// （一）（二）…
    #[serde(default)]
    pub sections: Vec<SectionSpec>,
}

/// What identifies a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPart {
    /// The row's label.
    #[default]
    Label,
    /// 科目.
    Code,
    /// 段.
    Segment,
    /// 项目名称.
    Project,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TableSpec {
    /// Stable ASCII id (`t3`).
    pub id: String,
    /// `3` for 表三; absent for forms.
    #[serde(default)]
    pub ordinal: Option<u8>,
    /// Title without the year (`部门支出总体情况表`).
    pub title: String,
    /// Other titles seen.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether a document must have it.
    #[serde(default = "yes")]
    pub required: bool,
    /// What identifies a row.
    #[serde(default)]
    pub key: Vec<KeyPart>,
    /// Unit of money it is printed in, if not the document's.
    #[serde(default)]
    pub unit: Option<String>,
    /// One, or two for tables printed side by side (收入, 支出).
    pub grids: Vec<GridSpec>,
    /// The narrative section that must say that this table is empty (`说明.九`), by section id.
    #[serde(default)]
    pub empty_note: Option<String>,
    /// In a generic template: tables with such a heading are read as this one. Nothing is required
    /// of them.
    #[serde(default)]
    pub reading: Option<Reading>,
}

/// Words by which a table of a document without a known template is told.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reading {
    /// Its heading holds all of these; none given: any table that is no other's. Words parted by
    /// `|` are one or the other.
    #[serde(default)]
    pub all: Vec<String>,
    /// And none of these.
    #[serde(default)]
    pub none: Vec<String>,
    /// Other words may stand in it than those and the template's `fillers`.
    #[serde(default)]
    pub loose: bool,
}

/// A grid of rows and columns; a side-by-side table has two.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GridSpec {
    /// Stable ASCII id; empty if the table has one grid.
    #[serde(default)]
    pub id: String,
    /// `收入`, the heading above it; empty if the table has one grid.
    #[serde(default)]
    pub title: String,
    /// Other headings (`财政拨款收入`).
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Which classification its codes belong to, if it has a code column.
    #[serde(default)]
    pub classification: Option<Classification>,
    /// In printed order.
    pub columns: Vec<ColumnSpec>,
    /// Rows the template names, in printed order. A grid by codes names only its totals.
    #[serde(default)]
    pub rows: Vec<RowSpec>,
    /// Of a table that is read by its heading: the columns are words that a header may hold, in no
    /// order.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) vocabulary: bool,
    /// What its columns and rows answer to.
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) index: GridIndex,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// 编码.
    Code,
    /// 名称: the row's label.
    Name,
    /// 编码名称: `201 一般公共服务支出` in one cell.
    CodeName,
    /// 项目名称.
    Project,
    /// 金额.
    Amount,
    /// 比率.
    Rate,
    /// 数量.
    Count,
    /// 文本.
    #[default]
    Text,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ColumnSpec {
    /// Stable ASCII id.
    pub id: String,
    /// `基本支出`; levels of a header joined by `/` (`公务用车购置及运行费/小计`).
    pub name: String,
    /// Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it holds.
    #[serde(default)]
    pub kind: ColumnKind,
    /// May be left out, and is printed empty then.
    #[serde(default)]
    pub optional: bool,
    /// An empty cell is "as above".
    #[serde(default)]
    pub merged: bool,
    /// Columns of one group are the parts of one sum, whatever the table (基本支出, 项目支出).
    #[serde(default)]
    pub group: Option<String>,
}

/// What a row is; not how it is spelt.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RowRole {
    /// 明细: a row of its own.
    #[default]
    Detail,
    /// 总计: 合计, 总计, 收入总计 …
    Total,
    /// 小计.
    Subtotal,
    /// 类, 款 or 项: has a code.
    Account,
    /// 段头.
    SegmentHead,
    /// 栏次: `※ | 1 | 2`, never amounts.
    ColumnNumbers,
    /// A repeated header.
    RepeatedHeader,
    /// No text at all.
    Blank,
    /// `无`.
    None,
}

/// A row the template names.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RowSpec {
    /// Stable ASCII id.
    pub id: String,
    /// `收入总计`; empty for the unlabelled row of a one-row table.
    pub label: String,
    /// Other spellings.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Printed without its label: a row without a label at this place is it.
    #[serde(default)]
    pub unlabelled: bool,
    /// `201`, in a grid by class.
    #[serde(default)]
    pub code: Option<String>,
    /// What it is.
    #[serde(default)]
    pub role: RowRole,
    /// Depth of nesting (`一、` 0, `1.` 1, `其中：` 2).
    #[serde(default)]
    pub depth: u8,
    /// Must be there.
    #[serde(default)]
    pub required: bool,
}

/// How much an identity's failure counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A broken instance is an error.
    #[default]
    Hard,
    /// A broken instance is a hint.
    Soft,
}

/// Whether an identity that a template can't be sure of is borne out by most of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confirm {
    /// It holds in every such table.
    #[default]
    Never,
    /// In columns that the template doesn't know, it must hold in most rows.
    Unknown,
    /// It must hold in most instances of a table.
    Always,
}

/// The rule under which a broken identity is reported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// 行合计: a row's total column against its parts.
    RowSum,
    /// 层级: 类 = Σ款 = Σ项.
    Hierarchy,
    /// 合计行: a total row against the rows it sums.
    Total,
    /// 收支平衡.
    Balance,
    /// 部分不大于整体.
    PartOfWhole,
    /// 只应为零或空 (301 has no 公用经费).
    MustBeZero,
    /// 表间相等.
    CrossTable,
    /// 空表与说明.
    EmptyTable,
    /// 功能与经济科目对应 (soft).
    FunctionEconomy,
    /// 绩效: money, weights and scores of a form.
    Performance,
    /// 审核公式: a relation of a body's own.
    #[serde(skip)]
    Own,
}

/// Something that must hold, in the language of `budget_syntax::expr`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdentitySpec {
    /// Stable id within the template (`A7-t3`).
    pub id: String,
    /// `每 @科目 有下级, @列 于 表三: 表三.@科目.@列 = 合(表三.@科目.下级.@列)`
    pub expr: String,
    /// The rule it is reported under.
    pub kind: RelationKind,
    /// Whether the left side is defined by it (what a bare `=` in that cell means). At most one
    /// a cell, acyclic; the others check.
    #[serde(default)]
    pub defines: bool,
    /// Hard or soft.
    #[serde(default)]
    pub strength: Strength,
    /// Whether a table must bear it out before a broken instance counts.
    #[serde(default)]
    pub confirm: Confirm,
    /// Where it comes from (article, template).
    #[serde(default)]
    pub source: String,
    /// In Chinese: why the left side is expected to be the right side.
    pub message: String,
    /// The expression, read when the template is loaded; none only in a template made by hand.
    #[serde(skip)]
    #[schemars(skip)]
    pub parsed: Option<Identity>,
}

fn yes() -> bool {
    true
}

/// The JSON schema of template files, as it is committed in `data/template.schema.json`.
pub fn schema() -> String {
    schema_text(schemars::schema_for!(Template))
}

/// A schema as it is committed. Whether serde_json keeps the order in which keys were put hangs on what else is built
/// with it: here they are sorted.
pub fn schema_text(schema: schemars::Schema) -> String {
    let sorted = schemars::Schema::try_from(sorted(schema.to_value())).unwrap_or_default();
    let mut text = serde_json::to_string_pretty(&sorted).unwrap_or_default();
    text.push('\n');
    text
}

fn sorted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            let entries = entries.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(entries.collect())
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schema_is_current() {
        let committed = include_str!("../data/template.schema.json");
        assert!(committed == super::schema(), "run `cargo xtask codegen`");
    }
}
