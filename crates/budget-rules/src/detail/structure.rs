//! Arguments of the 结构 group.

use budget_model::Unit;

/// What a finding on structure says, without its sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Structure {
    /// Required things that aren't there.
    Missing {
        /// What they are.
        kind: Kind,
        /// As the template calls them.
        titles: Vec<String>,
        /// The part, section or table they belong to; none for the document.
        within: Option<String>,
    },
    /// A row without an amount that one table lists and its like doesn't.
    RowListedElsewhere {
        /// As the template calls it.
        row: String,
        /// The table that lacks it.
        table: String,
        /// The table that has it.
        other: String,
    },
    /// A section's title that stands as a paragraph.
    NotAHeading {
        /// As written.
        title: String,
    },
    /// A table's heading with no table below it.
    HeadingWithoutTable {
        /// The table.
        table: String,
        /// Whether a note stands there.
        note: bool,
    },
    /// Something that stands twice.
    Repeated {
        /// What it is.
        kind: Kind,
        /// As the template calls it.
        title: String,
    },
    /// Something in another order than the template's.
    OutOfOrder {
        /// As the template calls it.
        title: String,
        /// What it should follow, of what the document has.
        after: Option<String>,
        /// What should follow it.
        before: Option<String>,
    },
    /// Something under another heading than its own.
    WrongPlace {
        /// As the template calls it.
        title: String,
        /// Where it belongs.
        belongs: String,
        /// Where it stands.
        stands: String,
    },
    /// A heading that is nearly the template's.
    Renamed {
        /// As written.
        written: String,
        /// As the template calls it.
        title: String,
    },
    /// A line of the contents that doesn't fit the body.
    Contents {
        /// The line; empty if there is none.
        entry: String,
        /// The body's heading; empty if there is none.
        heading: String,
        /// What is wrong.
        slip: ContentsSlip,
    },
    /// An empty table and its note.
    EmptyNote {
        /// The table.
        table: String,
        /// What is wrong.
        slip: EmptyNote,
    },
    /// Another year than the document's.
    Year {
        /// The year there.
        found: u16,
        /// The document's.
        year: u16,
        /// Where it stands.
        place: YearAt,
    },
    /// A unit of money that can't be read.
    UnknownUnit {
        /// As written.
        written: String,
    },
    /// A table in another unit than the others.
    Unit {
        /// The table.
        table: String,
        /// Its unit.
        found: Unit,
        /// That of the others.
        usual: Unit,
    },
    /// Another body than the document's.
    Body {
        /// Where it stands: the field's key, or 标题.
        place: String,
        /// As written.
        written: String,
        /// The document's body.
        body: String,
    },
    /// A hole of a document that is no draft any more.
    Hole {
        /// As written.
        written: String,
    },
    /// Holes of a draft.
    HolesInDraft {
        /// The table; none for the text.
        place: Option<String>,
        /// How many.
        count: usize,
    },
    /// What a template left behind.
    Residue {
        /// As written.
        written: String,
        /// What it is.
        kind: Residue,
    },
    /// A template that isn't there.
    UnknownTemplate {
        /// As written.
        written: String,
        /// The one that may be meant.
        near: Option<String>,
    },
    /// A value of the front matter that can't be.
    FrontValue {
        /// The key.
        key: String,
        /// As written.
        written: String,
        /// What should be written, in Chinese.
        expected: String,
    },
    /// A key of the front matter that is nearly one.
    FrontKey {
        /// As written.
        written: String,
        /// The known one.
        near: &'static str,
    },
    /// Neither a template nor a table.
    NothingToCheck {
        /// Whether the text looks like tables of a conversion.
        converted: bool,
    },
    /// Tags of a web page.
    HtmlTag {
        /// The first of them.
        tag: String,
        /// How many.
        count: usize,
    },
    /// Subordinate units counted where there are said to be none.
    Affiliates {
        /// The count, as written.
        written: String,
        /// How the overview says that there are none.
        none: String,
    },
}

/// What a document is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// 部分
    Part,
    /// 章节
    Section,
    /// 表
    Table,
    /// One half of a side-by-side table.
    Grid,
    /// 列
    Column,
    /// 行
    Row,
}

impl Kind {
    /// In Chinese after a number.
    pub const fn counted(self) -> &'static str {
        match self {
            Kind::Part => "个部分",
            Kind::Section => "个章节",
            Kind::Table => "张表",
            Kind::Grid => "个半张表",
            Kind::Column => "列",
            Kind::Row => "行",
        }
    }

    /// In Chinese.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Part => "部分",
            Kind::Section => "章节",
            Kind::Table => "表",
            Kind::Grid => "半张表",
            Kind::Column => "列",
            Kind::Row => "行",
        }
    }
}

/// How contents and body differ.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ContentsSlip {
    /// In words.
    Differs,
    /// Listed, but not in the body.
    NotInBody,
    /// In the body, but not listed.
    NotListed,
    /// In another order.
    Order,
}

/// What is wrong with an empty table's note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EmptyNote {
    /// Nothing says that the table is empty.
    None,
    /// Only this section of the narrative says so.
    OnlyInSection(String),
    /// A note says so, but the table is filled.
    Filled,
}

/// Where a year stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum YearAt {
    /// In a title.
    Title,
    /// In the contents.
    Contents,
    /// On the cover.
    Cover,
    /// In 公开日期.
    Published,
}

/// What a template left behind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Residue {
    /// 增加（减少）: both alternatives.
    Alternatives,
    /// 主要原因是无
    NoReason,
    /// 主要原因是……
    OpenReason,
}
