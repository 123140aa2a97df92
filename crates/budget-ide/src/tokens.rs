//! What each piece of the text is, for colours. Kinds only: whether a number is right is for the diagnostics to say.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_convert::skeleton::HOLE;
use budget_model::document::Suppression;
use budget_model::front::Field;
use budget_model::prose::Term;
use budget_model::{Document, Grid, Target, Unit, Value};
use budget_syntax::expr::{Piece, pieces};
use budget_syntax::tree::{BlockKind, Comment, Row, RowKind, Table};
use budget_syntax::{TextRange, slots};
use rustc_hash::FxHashMap;

/// What a piece of the text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// The text of a heading.
    Heading,
    /// A key of the front matter or of a field; a column's name in a header or a path.
    Key,
    /// A value of the front matter or of a field.
    Value,
    /// An account code.
    Code,
    /// A row's name.
    Label,
    /// A project's name.
    Project,
    /// An amount, a rate, a count.
    Number,
    /// A unit of money.
    Unit,
    /// `待填`
    Hole,
    /// A term that the glossary explains, there.
    Term,
    /// `=`, `{`, `+` …
    Operator,
    /// A function of an expression.
    Function,
    /// The table that a path begins with.
    Table,
    /// A name of an expression: `记为 …`, `{增幅}`.
    Name,
    /// `词=`
    Argument,
    /// `下级`, `记为`; 忽略, 转换缺失, 另附.
    Keyword,
    /// The rules that a comment silences.
    Rule,
    /// Any other part of a comment.
    Comment,
}

/// What more there is to say of a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Modifiers {
    /// It is named here: a column in its header, a term in its entry.
    pub declaration: bool,
    /// It stands in a row that is a total.
    pub total: bool,
    /// The heading of a part.
    pub part: bool,
    /// The heading of a table.
    pub table: bool,
}

/// A piece of the text; never empty, never over a line end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Where.
    pub range: TextRange,
    /// What.
    pub kind: TokenKind,
    /// And more.
    pub modifiers: Modifiers,
}

/// The pieces of the blocks and rows that touch a range (of all, if there is none), in order, not overlapping.
pub fn tokens(document: &Document, range: Option<TextRange>) -> Vec<Token> {
    let mut painter = Painter::new(document, range);
    for block in document.parse.tree.blocks() {
        if painter.is_wanted(block.range) {
            painter.block(block.range, block.kind);
        }
    }
    let mut tokens = painter.tokens;
    // A comment may stand before a cell of its row.
    if !tokens.is_sorted_by_key(|token| token.range.start()) {
        tokens.sort_by_key(|token| token.range.start());
    }
    let mut end = 0;
    tokens.retain(|token| {
        let free = end <= token.range.start();
        if free {
            end = token.range.end();
        }
        free
    });
    tokens
}

const PLAIN: Modifiers = Modifiers {
    declaration: false,
    total: false,
    part: false,
    table: false,
};
const DECLARATION: Modifiers = Modifiers {
    declaration: true,
    ..PLAIN
};
const TOTAL: Modifiers = Modifiers {
    total: true,
    ..PLAIN
};

/// What the model knows, by where it begins in the text.
struct Painter<'d> {
    document: &'d Document,
    /// All if there is none.
    range: Option<TextRange>,
    grids: FxHashMap<u32, Vec<&'d Grid>>,
    fields: FxHashMap<u32, &'d Field>,
    terms: FxHashMap<u32, &'d Term>,
    suppressions: FxHashMap<u32, &'d Suppression>,
    tokens: Vec<Token>,
    /// Of one row: halves side by side are two grids.
    row: Vec<(TextRange, Cell<'d>)>,
}

#[derive(Clone, Copy)]
struct Cell<'d> {
    column: ColumnKind,
    role: RowRole,
    value: Value,
    label: TextRange,
    grid: &'d Grid,
}

impl<'d> Painter<'d> {
    fn new(document: &'d Document, range: Option<TextRange>) -> Self {
        let mut grids: FxHashMap<u32, Vec<&Grid>> = FxHashMap::default();
        for grid in document.tables.iter().flat_map(|table| &table.grids) {
            grids.entry(grid.range.start()).or_default().push(grid);
        }
        let fields = document.tables.iter().flat_map(|table| &table.fields);
        let mut blocks = document.parse.tree.blocks().map(|block| block.range);
        let mut block = blocks.next().unwrap_or_default();
        // In order, as the blocks are.
        let mut block_of = |offset: u32| {
            while block.end() <= offset {
                match blocks.next() {
                    Some(next) => block = next,
                    None => break,
                }
            }
            block.start()
        };
        let mut terms: Vec<&Term> = document.terms.iter().collect();
        terms.sort_by_key(|term| term.name.start());
        let length = range.map_or(document.text.len(), |range| range.len() as usize);
        Self {
            document,
            range,
            grids,
            fields: fields.map(|field| (field.key.start(), field)).collect(),
            terms: terms
                .into_iter()
                .map(|term| (block_of(term.name.start()), term))
                .collect(),
            suppressions: document
                .suppressions
                .iter()
                .map(|it| (it.comment.start(), it))
                .collect(),
            tokens: Vec::with_capacity(length / 24),
            row: Vec::new(),
        }
    }

    /// Whether a block or a row touches the range.
    fn is_wanted(&self, piece: TextRange) -> bool {
        self.range
            .is_none_or(|range| piece.start() <= range.end() && range.start() <= piece.end())
    }

    /// Puts a piece down, a line at a time.
    fn put(&mut self, range: TextRange, kind: TokenKind, modifiers: Modifiers) {
        let text = range.of(&self.document.text);
        let mut start = range.start();
        for line in text.split_inclusive(['\n', '\r']) {
            let trimmed = line.trim_end();
            let indent = trimmed.len() - trimmed.trim_start().len();
            let piece = TextRange::new(start + offset(indent), start + offset(trimmed.len()));
            start += offset(line.len());
            if !piece.is_empty() {
                self.tokens.push(Token {
                    range: piece,
                    kind,
                    modifiers,
                });
            }
        }
    }

    fn block(&mut self, range: TextRange, kind: BlockKind<'d>) {
        match kind {
            BlockKind::FrontMatter(matter) => {
                for entry in matter.entries() {
                    let money = entry.key.of(&self.document.text) == "金额单位";
                    self.field(entry.key, entry.value, money);
                }
            }
            BlockKind::Heading(heading) => self.heading(heading.text),
            BlockKind::Table(table) => self.table(range, table),
            BlockKind::Comment(comment) => self.comment(comment),
            BlockKind::ListItem(item) => self.prose(range, item.text),
            BlockKind::Paragraph(paragraph) => self.prose(range, paragraph.text),
            BlockKind::Blank => {}
        }
    }

    fn heading(&mut self, text: TextRange) {
        let headings = &self.document.headings;
        let at = headings.partition_point(|heading| heading.text.start() < text.start());
        let target = headings.get(at).map_or(Target::Other, |it| it.target);
        let modifiers = Modifiers {
            part: matches!(
                target,
                Target::Part { .. } | Target::Contents | Target::Workings
            ),
            table: matches!(target, Target::Table { .. } | Target::Grid { .. }),
            ..PLAIN
        };
        self.put(text, TokenKind::Heading, modifiers);
    }

    fn field(&mut self, key: TextRange, value: TextRange, money: bool) {
        self.put(key, TokenKind::Key, PLAIN);
        let text = value.of(&self.document.text);
        let kind = if money && Unit::parse(text).is_some() {
            TokenKind::Unit
        } else if key.of(&self.document.text).trim() == "项目名称" {
            TokenKind::Project
        } else {
            TokenKind::Value
        };
        if text.contains(['{', '｛']) || text.contains(HOLE) {
            self.text(value);
        } else {
            self.put(value, kind, PLAIN);
        }
    }

    fn prose(&mut self, block: TextRange, text: TextRange) {
        if let Some(field) = self.fields.get(&text.start()).copied() {
            let key = field.key.of(&self.document.text);
            self.field(field.key, field.value, key.ends_with("单位"));
            return;
        }
        if let Some(term) = self.terms.get(&block.start()).copied() {
            self.text(TextRange::new(text.start(), term.name.start()));
            self.put(term.name, TokenKind::Term, DECLARATION);
            self.text(TextRange::new(term.name.end(), text.end()));
            return;
        }
        self.text(text);
    }

    /// Slots and holes of running text.
    fn text(&mut self, range: TextRange) {
        let text = range.of(&self.document.text);
        let mut at = range.start();
        for slot in slots(text, range.start()) {
            self.holes(TextRange::new(at, slot.range.start()));
            self.slot(slot.range, slot.inner);
            at = slot.range.end();
            at = self.unit_after(TextRange::new(at, range.end()));
        }
        self.holes(TextRange::new(at, range.end()));
    }

    fn holes(&mut self, range: TextRange) {
        let text = range.of(&self.document.text);
        for at in memchr::memmem::find_iter(text.as_bytes(), HOLE) {
            let start = range.start() + offset(at);
            let hole = TextRange::new(start, start + offset(HOLE.len()));
            self.put(hole, TokenKind::Hole, PLAIN);
        }
    }

    /// The unit right after a slot gives it its scale.
    fn unit_after(&mut self, rest: TextRange) -> u32 {
        let text = rest.of(&self.document.text);
        let blank = text.len() - text.trim_start_matches(' ').len();
        let word = text.get(blank..).unwrap_or_default();
        let unit = ["亿元", "万元", "元"]
            .into_iter()
            .find(|unit| word.starts_with(unit));
        let Some(unit) = unit else {
            return rest.start();
        };
        let start = rest.start() + offset(blank);
        let end = start + offset(unit.len());
        self.put(TextRange::new(start, end), TokenKind::Unit, PLAIN);
        end
    }

    fn slot(&mut self, range: TextRange, inner: TextRange) {
        let open = TextRange::new(range.start(), inner.start());
        self.put(open, TokenKind::Operator, PLAIN);
        for (piece, at) in pieces(inner.of(&self.document.text)) {
            let at = at.shift(inner.start());
            let (kind, modifiers) = match piece {
                Piece::Number => (TokenKind::Number, PLAIN),
                Piece::Function => (TokenKind::Function, PLAIN),
                Piece::Argument => (TokenKind::Argument, PLAIN),
                Piece::Keyword => (TokenKind::Keyword, PLAIN),
                Piece::Binding => (TokenKind::Name, DECLARATION),
                Piece::Operator => (TokenKind::Operator, PLAIN),
                Piece::Step { at: number, last } => {
                    (self.step(at.of(&self.document.text), number, last), PLAIN)
                }
            };
            self.put(at, kind, modifiers);
        }
        let close = TextRange::new(inner.end(), range.end());
        self.put(close, TokenKind::Operator, PLAIN);
    }

    fn step(&self, text: &str, number: usize, last: bool) -> TokenKind {
        let digits = text.chars().all(|c| matches!(c, '0'..='9' | '０'..='９'));
        match (number, last) {
            (0, true) => TokenKind::Name,
            (0, false) => TokenKind::Table,
            _ if digits => TokenKind::Code,
            // `上年.表三.…`
            (1, false) if text.starts_with('表') => TokenKind::Table,
            (_, true) => TokenKind::Key,
            (_, false) => TokenKind::Label,
        }
    }

    /// A comment: the word that has a meaning, the rules it names, and the rest.
    fn comment(&mut self, comment: Comment) {
        let text = comment.text.of(&self.document.text);
        let end = comment.range.end();
        let word = ["忽略本节", "忽略全文", "忽略", "转换缺失", "另附"]
            .into_iter()
            .find(|word| text.starts_with(word));
        let Some(word) = word else {
            self.put(comment.range, TokenKind::Comment, PLAIN);
            return;
        };
        let start = comment.text.start();
        let keyword = TextRange::new(start, start + offset(word.len()));
        let opening = TextRange::new(comment.range.start(), start);
        self.put(opening, TokenKind::Comment, PLAIN);
        self.put(keyword, TokenKind::Keyword, PLAIN);
        let silenced = self.suppressions.get(&comment.range.start());
        let at = match silenced.map(|it| it.rules).filter(|it| !it.is_empty()) {
            Some(rules) => {
                self.put(rules, TokenKind::Rule, PLAIN);
                rules.end()
            }
            None => keyword.end(),
        };
        self.put(TextRange::new(at, end), TokenKind::Comment, PLAIN);
    }

    fn table(&mut self, range: TextRange, table: Table<'d>) {
        let grids = self.grids.remove(&range.start()).unwrap_or_default();
        // Where each grid's rows have been read up to: both are in order.
        let mut next = vec![0_usize; grids.len()];
        for row in table.rows() {
            // Comments above a row are its own.
            let whole = row
                .comments()
                .fold(row.range, |whole, comment| whole.cover(comment.range));
            if !self.is_wanted(whole) {
                continue;
            }
            let mut comments = row.comments().peekable();
            while let Some(comment) =
                comments.next_if(|comment| comment.range.end() <= row.range.start())
            {
                self.comment(comment);
            }
            match row.kind {
                RowKind::Header => self.header(row),
                RowKind::Delimiter => {}
                RowKind::Body => {
                    for (grid, next) in grids.iter().zip(&mut next) {
                        self.cells_of(grid, next, row);
                    }
                    self.body();
                }
            }
            for comment in comments {
                self.comment(comment);
            }
        }
    }

    fn header(&mut self, row: Row<'_>) {
        for cell in row.cells() {
            self.put(cell.text, TokenKind::Key, DECLARATION);
        }
    }

    /// Gathers the cells of a line from a grid.
    fn cells_of(&mut self, grid: &'d Grid, next: &mut usize, line: Row<'_>) {
        let before = |row: &budget_model::Row| row.range.start() < line.range.start();
        while grid.rows.get(*next).is_some_and(before) {
            *next += 1;
        }
        let Some(row) = grid
            .rows
            .get(*next)
            .filter(|row| row.range.start() == line.range.start())
        else {
            return;
        };
        for (at, column) in grid.columns.iter().enumerate() {
            if let Some(cell) = grid.cell(*next, at)
                && !cell.range.is_empty()
            {
                let known = Cell {
                    column: column.kind,
                    role: row.role,
                    value: cell.value,
                    label: row.label,
                    grid,
                };
                self.row.push((cell.range, known));
            }
        }
    }

    fn body(&mut self) {
        let mut cells = std::mem::take(&mut self.row);
        if !cells.is_sorted_by_key(|(range, _)| range.start()) {
            cells.sort_by_key(|(range, _)| range.start());
        }
        for (range, cell) in cells.drain(..) {
            self.cell(range, cell);
        }
        // Its room is used again.
        self.row = cells;
    }

    fn cell(&mut self, range: TextRange, cell: Cell<'_>) {
        let modifiers = match cell.role {
            RowRole::Total | RowRole::Subtotal => TOTAL,
            _ => PLAIN,
        };
        let text = range.of(&self.document.text);
        let kind = match (cell.role, cell.value, cell.column) {
            (RowRole::RepeatedHeader, ..) => TokenKind::Key,
            (RowRole::ColumnNumbers, ..) => TokenKind::Comment,
            (_, Value::Hole, _) => TokenKind::Hole,
            (_, Value::Derived, _) => TokenKind::Operator,
            (_, Value::Slot, _) => return self.text(range),
            (_, _, ColumnKind::Code) if begins_with_digit(text) => TokenKind::Code,
            (_, _, ColumnKind::CodeName) => return self.code_and_name(range, modifiers),
            (_, _, ColumnKind::Project) => TokenKind::Project,
            (_, _, ColumnKind::Code | ColumnKind::Name) => TokenKind::Label,
            (_, Value::Number(_), ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count) => {
                TokenKind::Number
            }
            _ if range == cell.label && !cell.grid.columns.is_empty() => TokenKind::Label,
            _ => return self.text(range),
        };
        self.put(range, kind, modifiers);
    }

    /// `201 一般公共服务支出`
    fn code_and_name(&mut self, range: TextRange, modifiers: Modifiers) {
        let text = range.of(&self.document.text);
        let name =
            text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '０'..='９'));
        let code = range.start() + offset(text.len() - name.len());
        self.put(
            TextRange::new(range.start(), code),
            TokenKind::Code,
            modifiers,
        );
        self.put(
            TextRange::new(code, range.end()),
            TokenKind::Label,
            modifiers,
        );
    }
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|c| matches!(c, '0'..='9' | '０'..='９'))
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
