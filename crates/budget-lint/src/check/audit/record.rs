//! What a 核对清单 says, as data: its JSON is this, its HTML is made of this. Documented in `docs/reports.md`.

use serde::Serialize;

use super::super::json::{FindingJson, RangeJson, SubjectJson};

/// All that a reviewer signs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    /// Tells the file from others.
    pub(super) format: &'static str,
    /// Raised when a field changes its meaning or goes.
    pub(super) version: u32,
    pub(super) document: Paper<'a>,
    pub(super) tool: Tool,
    pub(super) template: TemplateRecord<'a>,
    pub(super) codes: Data,
    pub(super) glossary: Data,
    pub(super) settings: SettingsRecord<'a>,
    pub(super) counts: Counts,
    pub(super) tables: Vec<TableRecord<'a>>,
    pub(super) identities: Vec<IdentityRecord<'a>>,
    pub(super) relations: Vec<RelationRecord<'a>>,
    pub(super) cells: Vec<CellRecord<'a>>,
    /// Amounts that no relation is about: places in `cells`.
    pub(super) uncovered: Vec<usize>,
    pub(super) not_read: Vec<NotRead<'a>>,
    pub(super) findings: Vec<FindingRecord<'a>>,
    pub(super) set_aside: Vec<SetAside<'a>>,
    pub(super) signatures: [Signature; 2],
    /// The HTML made of this, if it is wanted too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page: Option<String>,
}

/// The document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paper<'a> {
    pub(super) file: &'a str,
    pub(super) sha256: &'a str,
    pub(super) bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) year: Option<u16>,
    pub(super) status: &'static str,
    /// What was done to read it, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notice: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// When it was checked, with the offset of the place.
    pub(super) time: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TemplateRecord<'a> {
    pub(super) id: &'a str,
    pub(super) version: &'a str,
    pub(super) title: &'a str,
    pub(super) sha256: String,
    /// `named`, `default` or `unknown`: whether the document says so itself.
    pub(super) choice: &'static str,
    pub(super) generic: bool,
}

/// Data of the program, or with rows of packs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    pub(super) sha256: String,
    pub(super) builtin: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SettingsRecord<'a> {
    /// `budget.toml` files in force, the nearest first.
    pub(super) files: Vec<Source>,
    /// `送审`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) profile: Option<&'static str>,
    pub(super) tolerance: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) explanations: Option<Source>,
    /// Rules that are not at their own level.
    pub(super) rules: Vec<RuleRecord>,
    /// Relations of the body's own (审核公式).
    pub(super) relations: Vec<OwnRecord<'a>>,
}

/// A file that had a say.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Source {
    pub(super) file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleRecord {
    pub(super) rule: &'static str,
    pub(super) name: &'static str,
    pub(super) level: &'static str,
    /// Its own level.
    pub(super) own: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OwnRecord<'a> {
    pub(super) name: &'a str,
    pub(super) level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    pub(super) outcomes: Outcomes,
    /// By the kind of relation.
    pub(super) groups: Vec<Group>,
    pub(super) findings: Severities,
    pub(super) explained: usize,
    pub(super) set_aside: usize,
    pub(super) amounts: Amounts,
    /// Numbers in sentences; none is compared with a table.
    pub(super) numbers_in_prose: usize,
}

/// How many relations ended how.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcomes {
    pub(super) held: usize,
    pub(super) rounding: usize,
    pub(super) broken: usize,
    pub(super) waiting: usize,
    pub(super) not_applicable: usize,
    pub(super) unknown: usize,
}

impl Outcomes {
    pub(super) fn add(&mut self, outcome: budget_model::relation::Outcome) {
        use budget_model::relation::Outcome;
        *match outcome {
            Outcome::Held => &mut self.held,
            Outcome::Rounding => &mut self.rounding,
            Outcome::Broken => &mut self.broken,
            Outcome::Waiting => &mut self.waiting,
            Outcome::NotApplicable => &mut self.not_applicable,
            Outcome::Unknown => &mut self.unknown,
        } += 1;
    }

    pub(super) fn total(&self) -> usize {
        self.named().iter().map(|(_, count)| count).sum()
    }

    /// As people call them, in the order in which they are told.
    pub(super) fn named(&self) -> [(&'static str, usize); 6] {
        [
            ("成立", self.held),
            ("舍位可解释", self.rounding),
            ("不成立", self.broken),
            ("待填", self.waiting),
            ("无法核对", self.unknown),
            ("不适用", self.not_applicable),
        ]
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    /// `row-sum`, as templates call it.
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    /// The rule that a broken one is told under.
    pub(super) rule: &'static str,
    pub(super) outcomes: Outcomes,
}

#[derive(Clone, Copy, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Severities {
    pub(super) error: usize,
    pub(super) warning: usize,
    pub(super) info: usize,
    pub(super) hint: usize,
}

/// How the amounts of a table, or of all, stand.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Amounts {
    pub(super) total: usize,
    pub(super) checked: usize,
    pub(super) undecided: usize,
    pub(super) uncovered: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TableRecord<'a> {
    /// As the template calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    /// As the document calls it.
    pub(super) title: &'a str,
    pub(super) line: u32,
    pub(super) unit: &'static str,
    /// `template`, `reading`, `unknown` or `working`: how it is known.
    pub(super) known: &'static str,
    /// What it was copied from, and is not to be changed against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'a str>,
    pub(super) outcomes: Outcomes,
    pub(super) amounts: Amounts,
    /// Numbers of its findings.
    pub(super) findings: Vec<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IdentityRecord<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'static str,
    pub(super) expr: &'a str,
    pub(super) message: &'a str,
    pub(super) source: &'a str,
    pub(super) outcomes: Outcomes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RelationRecord<'a> {
    /// From 1, its place in the list.
    pub(super) number: usize,
    pub(super) identity: &'a str,
    /// The table it is listed under: a place in `tables`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<usize>,
    pub(super) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<&'static str>,
    pub(super) formula: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) left: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) right: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) difference: Option<String>,
    /// Places in `cells`.
    pub(super) left_cells: Vec<usize>,
    pub(super) right_cells: Vec<usize>,
    /// Those of either side that are subtracted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) subtracted: Vec<usize>,
}

/// How a cell stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Standing {
    /// A relation compared it: it held, held within rounding, or not.
    Checked,
    /// Relations are about it, but none could be decided.
    Undecided,
    /// No relation is about it.
    Uncovered,
    /// To be filled in.
    Waiting,
    /// Not a number, where one belongs.
    NotRead,
    /// Nothing stands there.
    Empty,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CellRecord<'a> {
    #[serde(skip)]
    pub(super) id: budget_model::CellId,
    pub(super) table: usize,
    pub(super) subject: SubjectJson<'a>,
    pub(super) range: RangeJson,
    pub(super) text: &'a str,
    /// What a derived cell comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<&'a str>,
    /// Whether it is an amount of money by its column.
    pub(super) amount: bool,
    pub(super) standing: Standing,
    /// In Chinese: why it isn't checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
    /// Numbers of the relations.
    pub(super) relations: Vec<usize>,
}

/// What the program did not read as a reader would.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotRead<'a> {
    /// `lost`, `apart`, `syntax`, `text`, `blank`, `expression`, `table`.
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<usize>,
    pub(super) range: RangeJson,
    /// What stands there.
    pub(super) text: &'a str,
    /// In Chinese.
    pub(super) message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FindingRecord<'a> {
    /// From 1, its place in the list.
    pub(super) number: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<usize>,
    #[serde(flatten)]
    pub(super) finding: FindingJson<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SetAside<'a> {
    /// `comment`, `off` or `baseline`.
    pub(super) by: &'static str,
    /// Of a comment, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    pub(super) finding: FindingJson<'a>,
}

/// Left empty, to be filled in by hand.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Signature {
    pub(super) role: &'static str,
    pub(super) name: &'static str,
    pub(super) date: &'static str,
}
