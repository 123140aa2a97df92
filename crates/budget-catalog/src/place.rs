//! Where a path of an identity leads in a template, document or not: `表三.@科目.基本支出` is the
//! column 基本支出 of the rows by code of 表三.

use budget_syntax::TextRange;
use budget_syntax::expr::{Level, Path, Segment};

use crate::name::normalize;
use crate::template::{GridSpec, KeyPart, PartContent, SectionSpec, Template};

/// A part of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplatePlace {
    /// Index into `template.tables`.
    pub table: usize,
    /// Index into the table's grids.
    pub grid: usize,
    /// Which rows.
    pub rows: Rows,
    /// Which columns.
    pub columns: Columns,
}

/// Which rows of a grid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rows {
    /// All of it.
    All,
    /// A row the template names: index into the grid's rows.
    Named(usize),
    /// The rows of a level: of one code, of `@类` and its like, or of `类`.
    Level(Level),
    /// `@科目`: the rows with a code.
    Coded,
    /// `@行`: every row.
    Each,
    /// `*`: the rows nothing stands below.
    Leaves,
    /// `下级` of some rows.
    Below(Box<Rows>),
    /// `@段`, `段`: rows of segments.
    Segment,
    /// `@项目`: project rows.
    Project,
}

/// Which columns of a grid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Columns {
    /// All of them, or `@列`.
    All,
    /// One: index into the grid's columns.
    One(usize),
    /// From one to another, both included.
    Span(usize, usize),
    /// `栏(n)`: known in a document only.
    Number(u16),
}

/// A path that leads nowhere: the step and why, in Chinese.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Astray {
    /// The step's range in the expression.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
}

impl Template {
    /// The table that `表三`, `表3` or a title or alias means.
    pub fn table_named(&self, name: &str) -> Option<usize> {
        if let Some(number) = name.strip_prefix('表').and_then(number) {
            let mut tables = self.tables.iter();
            return tables.position(|table| table.ordinal == Some(number));
        }
        let name = normalize(name);
        let mut tables = self.tables.iter();
        tables.position(|table| answers(&name, &table.title, &table.aliases))
    }

    /// The section of the narrative that `九` or `九`, `（二）` mean: its part and itself.
    pub fn narrative_section(&self, numbers: &[&str]) -> Option<&SectionSpec> {
        let mut parts = self.parts.iter();
        let part = parts.find(|part| part.content == PartContent::Narrative)?;
        let mut sections = &part.sections;
        let mut found = None;
        for number in numbers {
            let number = bare_number(number);
            let section = sections
                .iter()
                .find(|section| bare_number(&section.number) == number)?;
            sections = &section.sections;
            found = Some(section);
        }
        found
    }

    /// Where a path leads.
    pub fn place(&self, path: &Path) -> Result<TemplatePlace, Astray> {
        let mut steps = path.segments.iter().peekable();
        let first = steps.next();
        let table = first.and_then(|step| self.table_named(&one_name(&step.node)?));
        let (Some(first), Some(table)) = (first, table) else {
            let range = first.map(|step| step.range).unwrap_or_default();
            let message = "模板里没有这张表".to_owned();
            return Err(Astray { range, message });
        };
        let astray = |range: TextRange, message: &str| Astray {
            range,
            message: message.to_owned(),
        };
        let spec = self.tables.get(table);
        let spec = spec.ok_or_else(|| astray(first.range, "模板里没有这张表"))?;
        let mut grid = 0;
        if spec.grids.len() > 1 {
            let step = steps
                .next()
                .ok_or_else(|| astray(first.range, "这张表有几部分，要写明是哪一部分"))?;
            grid = one_name(&step.node)
                .and_then(|name| grid_named(&spec.grids, &name))
                .ok_or_else(|| astray(step.range, "这张表没有这一部分"))?;
        }
        let Some(grid_spec) = spec.grids.get(grid) else {
            return Err(astray(first.range, "这张表在模板里没有列"));
        };
        let mut place = TemplatePlace {
            table,
            grid,
            rows: Rows::All,
            columns: Columns::All,
        };
        if grid_spec.has_one_unlabelled_row() {
            place.rows = Rows::Named(0);
        }
        let mut has_column = false;
        for step in steps {
            let parts = has_column && place.columns == Columns::All;
            let next = if parts && matches!(step.node, Segment::Children) {
                continue;
            } else if has_column {
                None
            } else if let Some(rows) = row_step(grid_spec, &spec.key, &place.rows, &step.node) {
                place.rows = rows;
                continue;
            } else {
                column_step(grid_spec, &step.node)
            };
            place.columns =
                next.ok_or_else(|| astray(step.range, "这张表在模板里没有这一行或这一列"))?;
            has_column = true;
        }
        Ok(place)
    }
}

fn answers(normalized: &str, name: &str, aliases: &[String]) -> bool {
    normalize(name) == normalized || aliases.iter().any(|alias| normalize(alias) == normalized)
}

fn grid_named(grids: &[GridSpec], name: &str) -> Option<usize> {
    let name = normalize(name);
    let mut grids = grids.iter();
    grids.position(|grid| answers(&name, &grid.title, &grid.aliases))
}

fn one_name(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Name(names) => Some(names.join("/")),
        _ => None,
    }
}

fn row_step(grid: &GridSpec, key: &[KeyPart], at: &Rows, step: &Segment) -> Option<Rows> {
    let top = matches!(at, Rows::All);
    match step {
        Segment::Name(names) if top => {
            let name = names.last()?;
            if name.bytes().all(|byte| byte.is_ascii_digit()) {
                return level(name, grid).map(Rows::Level);
            }
            grid.row_by_path(names).map(Rows::Named)
        }
        Segment::Variable(variable) => match variable.as_str() {
            "科目" => Some(Rows::Coded),
            "类" => Some(Rows::Level(Level::Class)),
            "款" => Some(Rows::Level(Level::Paragraph)),
            "项" => Some(Rows::Level(Level::Item)),
            "行" => Some(Rows::Each),
            "段" => key.contains(&KeyPart::Segment).then_some(Rows::Segment),
            "项目" => key.contains(&KeyPart::Project).then_some(Rows::Project),
            _ => None,
        },
        Segment::Children if top => Some(Rows::Leaves),
        Segment::Children => Some(Rows::Below(Box::new(at.clone()))),
        Segment::Level(level) => Some(Rows::Level(*level)),
        Segment::Segments => key.contains(&KeyPart::Segment).then_some(Rows::Segment),
        Segment::All => Some(Rows::Leaves),
        _ => None,
    }
}

fn level(code: &str, grid: &GridSpec) -> Option<Level> {
    crate::codes::level_of(code, grid.classification?)
}

fn column_step(grid: &GridSpec, step: &Segment) -> Option<Columns> {
    match step {
        Segment::Name(names) => grid.column_named(&names.join("/")).map(Columns::One),
        Segment::Variable(variable) if variable == "列" => Some(Columns::All),
        Segment::Columns { from, to } => {
            let (from, to) = (grid.column_named(from)?, grid.column_named(to)?);
            (from <= to).then_some(Columns::Span(from, to))
        }
        Segment::ColumnNumber(number) => Some(Columns::Number(*number)),
        _ => None,
    }
}

/// `三`, `十一` or `3`.
fn number(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |text: &str| match text {
        "" => None,
        _ => "一二三四五六七八九"
            .chars()
            .position(|char| text.chars().eq([char]))
            .and_then(|at| u8::try_from(at + 1).ok()),
    };
    match text.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
        None => digit(text),
    }
}

/// A section's number without its brackets.
fn bare_number(number: &str) -> &str {
    number.trim_matches(['（', '）', '(', ')', '、', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn tables_answer_to_number_and_title() {
        let template = Catalog::builtin()
            .template("新疆-2020-部门预算")
            .expect("built in");
        assert_eq!(template.table_named("表三"), Some(2));
        assert_eq!(template.table_named("表3"), Some(2));
        assert_eq!(template.table_named("财政拨款收支总体情况表"), Some(3));
        assert_eq!(template.table_named("表十"), None);
        assert_eq!(template.table_named("表"), None);
        assert_eq!(number("二十三"), Some(23));
        assert_eq!(number("十"), Some(10));
        assert_eq!(number("二二"), None);
    }

    #[test]
    fn sections_answer_to_their_numbers() {
        let template = Catalog::builtin()
            .template("新疆-2020-部门预算")
            .expect("built in");
        let id = |numbers: &[&str]| Some(template.narrative_section(numbers)?.id.clone());
        assert_eq!(id(&["九"]).as_deref(), Some("s9"));
        assert_eq!(id(&["五", "（三）"]).as_deref(), Some("s5-3"));
        assert_eq!(id(&["十一"]), None);
    }
}
