//! A document: its text, its tree and what they mean.

use std::sync::{Arc, OnceLock};

use budget_catalog::{
    Catalog, FrontKey, Template,
    template::{GridSpec, PartContent, SectionSpec, TableSpec},
};
use budget_syntax::{
    Same, TextRange,
    position::LineIndex,
    tree::{BlockKind, Parse},
};

use crate::{
    Cell, CellId, FrontMatter, Grid, Heading, HeadingId, Table, Target,
    build::TableRead,
    carried::Carry,
    prose::{Asked, Term},
    relation::Tolerance,
    table::Missing,
};

/// `<!-- 忽略 规则、规则: 理由 -->`, also `忽略本节` and `忽略全文`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// The comment with its block, or the row that it stands in.
    pub range: TextRange,
    /// The comment alone, `<!--` and `-->` included.
    pub comment: TextRange,
    /// Codes, slugs or names of rules or groups, joined by `、`.
    pub rules: TextRange,
    /// The reason; empty range if none is given.
    pub reason: TextRange,
    /// What it covers: the row it stands in, the block that follows, its section or the file.
    pub scope: TextRange,
}

/// A `<!-- 转换缺失: … -->` or `<!-- 另附 -->`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The comment.
    pub range: TextRange,
    /// The heading it stands under.
    pub heading: Option<HeadingId>,
    /// What it says is lost.
    pub lost: Missing,
    /// It stands in a row of a table and speaks for that row's empty cells alone.
    pub row: bool,
}

/// How the template was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TemplateChoice {
    /// By `模板:`.
    Named,
    /// No `模板:` was given; the generic one is used.
    Default,
    /// `模板:` names one that the catalogue doesn't have; the generic one is used.
    Unknown,
}

/// A document, read. Immutable.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub text: Arc<str>,
    /// Its tree and syntax errors.
    pub parse: Parse,
    /// The data it was read with.
    pub catalog: Arc<Catalog>,
    /// The template it is read by.
    pub template: Arc<Template>,
    /// How it was found.
    pub template_choice: TemplateChoice,
    /// How differences that rounding may explain are judged.
    pub tolerance: Tolerance,
    /// The front matter.
    pub front: FrontMatter,
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Tables in order.
    pub tables: Vec<Table>,
    /// Terms explained.
    pub terms: Vec<Term>,
    /// Marks of what the source lost.
    pub marks: Vec<Mark>,
    /// Suppressions.
    pub suppressions: Vec<Suppression>,
    /// The documents that it names.
    pub siblings: Siblings,
    /// Its lines, once they are asked for; those of the version before tell where they are.
    lines: OnceLock<LineIndex>,
    /// How its table blocks were read.
    pub(crate) blocks: Vec<TableRead>,
    /// What versions leave to one another.
    pub(crate) carry: Carry,
    /// What was made of its tables for documents that name it.
    pub(crate) asked: Asked,
}

/// The template used where a document names none.
pub const DEFAULT_TEMPLATE: &str = "通用-预算";

/// Documents that a document's front matter names, which `上年.…` and `预算.…` lead to.
#[derive(Clone, Default, Debug)]
pub struct Siblings {
    /// `上年文档`: the same body's document of the year before.
    pub last_year: Option<Arc<Document>>,
    /// `预算文档`: the budget that 决算 settle.
    pub budget: Option<Arc<Document>>,
}

impl Siblings {
    /// Whether both are the very same.
    pub(crate) fn are_those(&self, other: &Siblings) -> bool {
        let those = |one: &Option<Arc<Document>>, other: &Option<Arc<Document>>| match (one, other)
        {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        those(&self.last_year, &other.last_year) && those(&self.budget, &other.budget)
    }
}

/// Gets a document by its name as another's front matter writes it; none if there is none.
pub type Fetch<'a> = &'a dyn Fn(&str) -> Option<Arc<Document>>;

/// How a document is read where it doesn't say so itself.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The template of a document that names none.
    pub default_template: &'a str,
    /// How differences that rounding may explain are judged.
    pub tolerance: Tolerance,
    /// Gets the documents that the front matter names; nothing is asked of a document that names none.
    pub fetch: Option<Fetch<'a>>,
    /// An earlier version of the text, read: what hasn't changed needn't be parsed again, nor checked if that one was.
    /// Makes no other difference.
    pub before: Option<&'a Document>,
}

impl Default for Reading<'_> {
    fn default() -> Self {
        Self {
            default_template: DEFAULT_TEMPLATE,
            tolerance: Tolerance::default(),
            fetch: None,
            before: None,
        }
    }
}

impl Document {
    /// Reads a text by the template it names; by the generic one if it names none, or one that the
    /// catalogue doesn't have. Never fails; linear in the text's length.
    pub fn new(text: Arc<str>, catalog: Arc<Catalog>) -> Self {
        Self::read(text, catalog, Reading::default())
    }

    /// As [`Document::new`], as a configuration wants it read.
    pub fn read(text: Arc<str>, catalog: Arc<Catalog>, reading: Reading<'_>) -> Self {
        let default = reading.default_template;
        // The texts are compared once: ten megabytes take milliseconds.
        let before = reading.before;
        let before = before.map(|before| (before, Same::of(&text, &before.text)));
        let parse = match &before {
            Some((before, same)) => {
                budget_syntax::parse_where(&text, &before.text, &before.parse, same)
            }
            None => budget_syntax::parse(&text),
        };
        let front = parse.tree.blocks().find_map(|block| match block.kind {
            BlockKind::FrontMatter(front) => Some(FrontMatter::read(&text, block.range, front)),
            _ => None,
        });
        let front = front.unwrap_or_default();
        let named = front.template.map(|field| field.value.of(&text));
        let found = named.and_then(|name| catalog.template(name));
        let template_choice = match (named, &found) {
            (None, _) => TemplateChoice::Default,
            (Some(_), Some(_)) => TemplateChoice::Named,
            (Some(_), None) => TemplateChoice::Unknown,
        };
        let template = found
            .or_else(|| catalog.template(default))
            .or_else(|| catalog.template(DEFAULT_TEMPLATE))
            .cloned()
            .unwrap_or_default();
        let sibling = |key| reading.fetch?(front.other(&text, key)?);
        let siblings = Siblings {
            last_year: sibling(FrontKey::LastYear),
            budget: sibling(FrontKey::Budget),
        };
        let lines = before.and_then(|(before, same)| {
            let known = before.lines.get()?;
            Some(LineIndex::after(&text, known, &same).into())
        });
        let mut document = Self {
            siblings,
            lines: lines.unwrap_or_default(),
            text,
            parse,
            catalog,
            template,
            template_choice,
            tolerance: reading.tolerance,
            front,
            headings: Vec::new(),
            tables: Vec::new(),
            terms: Vec::new(),
            marks: Vec::new(),
            suppressions: Vec::new(),
            blocks: Vec::new(),
            carry: Carry::default(),
            asked: Asked::default(),
        };
        crate::build::build(&mut document, before);
        if let Some((before, same)) = before {
            document.carry.take_over(before, &same, &document);
        }
        document
    }

    /// Names of other documents in its front matter, there or not.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        let keys = [FrontKey::LastYear, FrontKey::Budget].into_iter();
        keys.filter_map(|key| self.front.other(&self.text, key))
    }

    /// The lines of its text.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// A piece of the text.
    pub fn slice(&self, range: TextRange) -> &str {
        range.of(&self.text)
    }

    /// A cell of the model.
    pub fn cell(&self, id: CellId) -> Option<&Cell> {
        self.grid(id)?.cell(id.row as usize, id.column as usize)
    }

    /// Decimals of each table's numbers: of those it shows, and the most that one was typed with.
    pub fn decimals(&self) -> impl Iterator<Item = (u8, u8)> {
        let tables = self.tables.iter();
        tables.map(|table| (table.decimals, table.most_decimals))
    }

    /// The grid of a cell.
    pub fn grid(&self, id: CellId) -> Option<&Grid> {
        self.tables
            .get(id.table as usize)?
            .grids
            .get(id.grid as usize)
            .map(Arc::as_ref)
    }

    /// The table whose block holds an offset, with its grid.
    pub fn grid_at(&self, offset: u32) -> Option<(usize, usize)> {
        self.tables.iter().enumerate().find_map(|(t, table)| {
            let grid = table
                .grids
                .iter()
                .position(|grid| grid.range.touches(offset))?;
            Some((t, grid))
        })
    }

    /// The template's word on a table.
    pub fn table_spec(&self, table: &Table) -> Option<&TableSpec> {
        self.template.tables.get(table.spec?)
    }

    /// What a table is read as for its relations: the template's word, or what its heading tells.
    pub fn read_as(&self, table: &Table) -> Option<&TableSpec> {
        self.template.tables.get(table.spec.or(table.reading)?)
    }

    /// The template's word on a grid of a table.
    pub fn grid_spec(&self, table: &Table, grid: &Grid) -> Option<&GridSpec> {
        self.table_spec(table)?.grids.get(grid.spec?)
    }

    /// A heading.
    pub fn heading(&self, id: HeadingId) -> Option<&Heading> {
        self.headings.get(id.index())
    }

    /// The innermost heading at or above an offset.
    pub fn heading_at(&self, offset: u32) -> Option<HeadingId> {
        let next = self
            .headings
            .partition_point(|heading| heading.range.start() <= offset);
        u32::try_from(next.checked_sub(1)?).ok().map(HeadingId)
    }

    /// A heading and those it stands under, the innermost first.
    pub fn ancestors(&self, id: HeadingId) -> impl Iterator<Item = (HeadingId, &Heading)> {
        std::iter::successors(Some(id), |id| self.heading(*id)?.parent)
            .filter_map(|id| Some((id, self.heading(id)?)))
    }

    /// The part that an offset lies in: its index in the template.
    pub fn part_at(&self, offset: u32) -> Option<usize> {
        self.ancestors(self.heading_at(offset)?)
            .find_map(|(_, heading)| match heading.target {
                Target::Part { part } | Target::Section { part, .. } => Some(part),
                _ => None,
            })
    }

    /// The heading of a section of the template, by its id (`s9`), its part or subsection.
    pub fn section(&self, id: &str) -> Option<&Heading> {
        self.headings.iter().find(|heading| {
            self.section_spec(heading.target)
                .is_some_and(|spec| spec.id == id)
        })
    }

    /// The template's word on a section.
    pub fn section_spec(&self, target: Target) -> Option<&SectionSpec> {
        let Target::Section {
            part,
            section,
            subsection,
        } = target
        else {
            return None;
        };
        let spec = self.template.parts.get(part)?.sections.get(section)?;
        match subsection {
            Some(subsection) => spec.sections.get(subsection),
            None => Some(spec),
        }
    }

    /// The heading that a path of an expression names: `说明.九`, `说明.五.（三）`, `概况.二`.
    /// `说明` is the narrative part; numbers are those the template prints, else the heading's own.
    pub fn section_by_path(&self, path: &[&str]) -> Option<&Heading> {
        let (part, rest) = path.split_first()?;
        let part = self.template.parts.iter().position(|spec| match *part {
            "说明" => spec.content == PartContent::Narrative,
            "概况" => spec.content == PartContent::Overview,
            "名词解释" => spec.content == PartContent::Glossary,
            other => spec.title == other || spec.id == other,
        })?;
        let bare = |number: &str| -> String {
            number
                .chars()
                .filter(|c| !"（）()、.．".contains(*c))
                .collect()
        };
        let spec = self.template.parts.get(part)?;
        let mut sections = &spec.sections;
        let mut wanted = Target::Part { part };
        for name in rest {
            let is = |spec: &SectionSpec| {
                spec.id == *name || spec.title == *name || bare(&spec.number) == bare(name)
            };
            let index = sections.iter().position(is)?;
            sections = &sections.get(index)?.sections;
            wanted = match wanted {
                Target::Section {
                    part,
                    section,
                    subsection: None,
                } => Target::Section {
                    part,
                    section,
                    subsection: Some(index),
                },
                _ => Target::Section {
                    part,
                    section: index,
                    subsection: None,
                },
            };
        }
        self.headings
            .iter()
            .find(|heading| heading.target == wanted)
    }

    /// The text from a heading to the next of its level, the heading's line left out.
    pub fn section_text(&self, heading: &Heading) -> &str {
        TextRange::new(heading.range.end(), heading.extent.end()).of(&self.text)
    }
}
