//! What the cells and rows of a grid are: numbers or text; code, label and role.

use budget_catalog::{
    codes::level_of,
    name,
    template::{ColumnKind, GridSpec, RowRole},
};
use budget_syntax::TextRange;

use crate::{
    Amount, Cell, Column, Row, Value,
    build::{header, is_numeric, len, words::Words},
    table::{Number, is_hole},
};

/// What a cell says.
pub(super) fn value(text: &str, kind: ColumnKind) -> Value {
    // Nearly all cells are numbers or empty.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return number(text, kind);
    }
    match text {
        "" => return Value::Empty,
        "=" | "＝" => return Value::Derived,
        _ if is_hole(text) => return Value::Hole,
        _ => {}
    }
    if text.starts_with(['{', '｛']) && text.ends_with(['}', '｝']) {
        return Value::Slot;
    }
    if is_numeric(kind) && matches!(text, "-" | "－" | "—" | "——" | "--" | "/" | "／") {
        return Value::Dash;
    }
    number(text, kind)
}

/// A number where the column has numbers, else text.
fn number(text: &str, kind: ColumnKind) -> Value {
    if !is_numeric(kind) {
        return Value::Text;
    }
    let digits = match kind {
        ColumnKind::Rate => text.trim_end_matches(['%', '％']).trim_end(),
        _ => text,
    };
    match Amount::parse(digits) {
        Some((amount, decimals)) => Value::Number(Number { amount, decimals }),
        None => Value::Text,
    }
}

/// Where a row's code, label and project stand.
pub(super) struct Layout {
    codes: Vec<usize>,
    label: Option<usize>,
    project: Option<usize>,
    both: Option<usize>,
}

impl Layout {
    pub(super) fn new(text: &str, columns: &[Column], spec: Option<&GridSpec>) -> Self {
        let of = |kind| columns.iter().position(|column| column.kind == kind);
        let mut codes: Vec<usize> = Vec::new();
        for (i, column) in columns.iter().enumerate() {
            if column.kind != ColumnKind::Code {
                continue;
            }
            // Three pasted columns 类, 款, 项 make one code; any other second code column doesn't.
            let name = name::normalize(column.name.of(text));
            let level = ["类", "款", "项"].contains(&name.rsplit('/').next().unwrap_or_default());
            if codes.is_empty() || level {
                codes.push(i);
            }
        }
        let label = of(ColumnKind::Name).or_else(|| {
            // Whatever the header calls it, text before the amounts names the row.
            let read =
                spec.is_some_and(GridSpec::is_vocabulary) && of(ColumnKind::CodeName).is_none();
            let amounts = of(ColumnKind::Amount).filter(|_| read)?;
            let before = columns.get(..amounts)?;
            before
                .iter()
                .rposition(|column| column.kind == ColumnKind::Text)
        });
        // Where the template has a code column and the document none, the label holds both.
        let lacks_codes =
            codes.is_empty() && spec.is_some_and(|spec| spec.classification.is_some());
        let both = of(ColumnKind::CodeName).or(label.filter(|_| lacks_codes));
        Self {
            codes,
            label,
            project: of(ColumnKind::Project),
            both,
        }
    }

    pub(super) fn row(
        &self,
        text: &str,
        words: &Words,
        range: TextRange,
        cells: &[Cell],
        header: &[TextRange],
        spec: Option<&GridSpec>,
    ) -> Row {
        let cell = |index: Option<usize>| index.and_then(|i| cells.get(i)).map(|cell| cell.range);
        let mut label = cell(self.label).unwrap_or(TextRange::empty(range.start()));
        let project = cell(self.project).filter(|project| !project.is_empty());
        let (mut code, mut code_range) = self.code(text, cells);
        if let Some(both) = cell(self.both)
            && code.is_none()
        {
            let (digits, name) = split_code(text, both);
            code_range = digits;
            code = digits_of(digits.of(text));
            if label.is_empty() || label == both {
                label = name;
            }
        }
        if code.is_none() && label.is_empty() && !code_range.is_empty() {
            label = code_range;
            code_range = TextRange::empty(code_range.start());
        }
        // 合计 may stand in any column of text.
        if code.is_none() && label.is_empty() && spec.is_some_and(GridSpec::is_vocabulary) {
            let first = cells.iter().find(|cell| !cell.range.is_empty());
            if let Some(first) = first.filter(|cell| cell.value == Value::Text) {
                label = first.range;
            }
        }
        let level = match (spec.and_then(|spec| spec.classification), code.as_deref()) {
            (Some(classification), Some(code)) => level_of(code, classification),
            (None, Some(code)) => level_of(code, budget_catalog::Classification::Functional),
            _ => None,
        };
        let mut row = Row {
            range,
            role: RowRole::Detail,
            spec: None,
            code,
            level,
            code_range,
            label,
            project,
            parent: None,
            depth: 0,
            segment: None,
            lost: false,
        };
        row.role = self.role(text, words, &row, cells, header);
        row
    }

    fn role(
        &self,
        text: &str,
        words: &Words,
        row: &Row,
        cells: &[Cell],
        header: &[TextRange],
    ) -> RowRole {
        if cells.iter().all(|cell| cell.range.is_empty()) {
            return RowRole::Blank;
        }
        if header::is_column_numbers(text, words, cells) {
            return RowRole::ColumnNumbers;
        }
        if row.code.is_some() {
            return RowRole::Account;
        }
        if header::repeats(text, words, cells, header, &self.codes) {
            return RowRole::RepeatedHeader;
        }
        let label = if row.label.is_empty() {
            row.project
        } else {
            Some(row.label)
        };
        label.map_or(RowRole::Detail, |label| words.role(label.of(text)))
    }

    /// The code of a row, its columns folded: `201|03|1` is 2010301.
    fn code(&self, text: &str, cells: &[Cell]) -> (Option<String>, TextRange) {
        let mut range = TextRange::default();
        let mut folded: Option<String> = None;
        for &column in &self.codes {
            let Some(cell) = cells.get(column) else {
                continue;
            };
            if cell.range.is_empty() {
                continue;
            }
            range = if range.is_empty() {
                cell.range
            } else {
                range.cover(cell.range)
            };
            match digits_of(cell.range.of(text)) {
                Some(digits) => {
                    let code = folded.get_or_insert_default();
                    if !code.is_empty() && digits.len() == 1 {
                        code.push('0');
                    }
                    code.push_str(&digits);
                }
                None => return (None, cell.range),
            }
        }
        (folded, range)
    }
}

fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => {
                let value = u32::from(c).checked_sub(u32::from('０'))?;
                digits.push(char::from_digit(value, 10)?);
            }
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

/// `201 一般公共服务支出` is a code and a name.
pub(super) fn split_code(text: &str, cell: TextRange) -> (TextRange, TextRange) {
    let content = cell.of(text);
    let digits =
        content.trim_start_matches(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let digits_len = len(content) - len(digits);
    let name = digits.trim_start();
    // 2024年预算数 says of which year the row is.
    if digits_len < 3 || name.starts_with('年') {
        return (TextRange::empty(cell.start()), cell);
    }
    let name_start = cell.end() - len(name);
    (
        TextRange::new(cell.start(), cell.start() + digits_len),
        TextRange::new(name_start, cell.end()),
    )
}
