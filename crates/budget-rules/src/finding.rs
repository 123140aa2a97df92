//! A finding is data: rule, subject, places, numbers, fixes. No sentence is stored in it.

use budget_model::CellId;
use budget_syntax::TextRange;

pub use crate::detail::{Detail, Operand, Verdict};

/// How much a finding counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// 提示
    Hint,
    /// 请核实
    Info,
    /// 修改或说明
    Warning,
    /// 必须修改
    Error,
}

impl Severity {
    /// As a clerk reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Severity::Hint => "提示",
            Severity::Info => "请核实",
            Severity::Warning => "修改或说明",
            Severity::Error => "必须修改",
        }
    }
}

/// What a finding is about: never a line number, so that it can be told again next year.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Subject {
    /// Table id of the template (`t3`), or the table's title.
    pub table: Option<String>,
    /// Row key: code, or normalised label.
    pub row: Option<String>,
    /// Column id, or normalised name.
    pub column: Option<String>,
    /// Section id, or normalised title.
    pub section: Option<String>,
}

/// Another place that belongs to a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// Where.
    pub range: TextRange,
    /// What stands there; [`crate::message::note`] tells it.
    pub note: Note,
}

/// What stands at another place of a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Note {
    /// In Chinese, short.
    Text(String),
    /// An operand of the finding's relation, or the first of another that fails for the same reason, with its formula.
    Operand {
        /// The cell.
        cell: CellId,
        /// The other relation.
        same_cause: Option<String>,
    },
    /// A cell that changes with the finding's.
    Changes {
        /// The cell.
        cell: CellId,
        /// What it changes to.
        to: String,
    },
}

/// One replacement of a fix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub text: String,
}

/// A way to mend a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// In Chinese: what it does.
    pub title: String,
    /// Whether it can't change what was meant. A change of a number is never safe.
    pub safe: bool,
    /// In order, not overlapping.
    pub edits: Vec<Edit>,
}

/// What someone said about a finding (出错说明).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// Why it stays.
    pub reason: String,
    /// Who says so.
    pub who: String,
    /// The day, as written.
    pub when: String,
    /// A number of the finding has changed since: it counts no more.
    pub lapsed: bool,
}

impl Explanation {
    /// In Chinese: the reason, who gave it and when, and whether it still holds.
    pub fn told(&self) -> String {
        let signed = [&self.who, &self.when];
        let signed: Vec<&str> = signed
            .into_iter()
            .map(String::as_str)
            .filter(|it| !it.is_empty())
            .collect();
        let mut text = self.reason.clone();
        if !signed.is_empty() {
            text = format!("{text}（{}）", signed.join("，"));
        }
        if self.lapsed {
            text += "——涉及的数或判断已变，这条说明不再有效，请重新说明";
        }
        text
    }
}

/// A finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's code (`ARI001`).
    pub rule: &'static str,
    /// Its severity here.
    pub severity: Severity,
    /// Where.
    pub range: TextRange,
    /// About what.
    pub subject: Subject,
    /// The rule's own arguments.
    pub detail: Detail,
    /// The relation with its variables filled in.
    pub formula: Option<String>,
    /// 左值
    pub left: Option<String>,
    /// 右值
    pub right: Option<String>,
    /// What it should say, as it would be printed there.
    pub expected: Option<String>,
    /// What it says.
    pub actual: Option<String>,
    /// 差额: actual less expected.
    pub difference: Option<String>,
    /// The usual slip that explains it, in Chinese.
    pub cause: Option<String>,
    /// Identity id (`A9-t3`) or the regulation it comes from.
    pub origin: Option<String>,
    /// Other places.
    pub related: Vec<Related>,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
    /// What someone said about it.
    pub explanation: Option<Explanation>,
    /// The rules and places of the findings that say it as well, or that it only follows from: while one of them
    /// is told, and counts as much, it is not.
    pub(crate) echo_of: Vec<(&'static str, TextRange)>,
}

impl Finding {
    /// A finding with nothing but its place and arguments; the builders below add the rest.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        range: TextRange,
        subject: Subject,
        detail: Detail,
    ) -> Self {
        Self {
            rule,
            severity,
            range,
            subject,
            detail,
            formula: None,
            left: None,
            right: None,
            expected: None,
            actual: None,
            difference: None,
            cause: None,
            origin: None,
            related: Vec::new(),
            fixes: Vec::new(),
            explanation: None,
            echo_of: Vec::new(),
        }
    }

    /// All places in the text that it names.
    pub(crate) fn places(&self) -> impl Iterator<Item = &TextRange> {
        let related = self.related.iter().map(|it| &it.range);
        let edits = self.fixes.iter().flat_map(|fix| &fix.edits);
        let echoes = self.echo_of.iter().map(|(_, range)| range);
        std::iter::once(&self.range)
            .chain(related)
            .chain(edits.map(|edit| &edit.range))
            .chain(echoes)
    }

    /// As [`Self::places`], to be moved.
    pub(crate) fn places_mut(&mut self) -> impl Iterator<Item = &mut TextRange> {
        let related = self.related.iter_mut().map(|it| &mut it.range);
        let edits = self.fixes.iter_mut().flat_map(|fix| &mut fix.edits);
        let echoes = self.echo_of.iter_mut().map(|(_, range)| range);
        std::iter::once(&mut self.range)
            .chain(related)
            .chain(edits.map(|edit| &mut edit.range))
            .chain(echoes)
    }

    /// Whether someone explained it, and its numbers are still those explained.
    pub fn is_explained(&self) -> bool {
        self.explanation.as_ref().is_some_and(|said| !said.lapsed)
    }

    /// Whether the explanation is enough. What must be mended (必须修改) can be explained, not excused.
    pub fn is_excused(&self) -> bool {
        self.is_explained() && self.severity < Severity::Error
    }

    /// With another severity than the rule's own.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// With what stands there and what should.
    pub fn expect(&mut self, actual: impl Into<String>, expected: impl Into<String>) -> &mut Self {
        self.actual = Some(actual.into());
        self.expected = Some(expected.into());
        self
    }

    /// With another place that belongs to it.
    pub fn relate(&mut self, range: TextRange, message: impl Into<String>) -> &mut Self {
        self.related.push(Related {
            range,
            note: Note::Text(message.into()),
        });
        self
    }

    /// With the regulation or document it comes from.
    pub fn origin(&mut self, origin: impl Into<String>) -> &mut Self {
        self.origin = Some(origin.into());
        self
    }

    /// With a fix of one replacement.
    pub fn fix(
        &mut self,
        title: impl Into<String>,
        safe: bool,
        range: TextRange,
        text: impl Into<String>,
    ) -> &mut Self {
        let edits = vec![Edit {
            range,
            text: text.into(),
        }];
        self.fixes.push(Fix {
            title: title.into(),
            safe,
            edits,
        });
        self
    }
}
