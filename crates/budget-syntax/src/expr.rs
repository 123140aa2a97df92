//! Paths, expressions and identities: the same language in cells, prose and templates.

mod display;
mod explain;
mod grammar;
mod lex;
mod pieces;

use chumsky::Parser as _;
use chumsky::error::{EmptyErr, Rich};

use crate::{SyntaxError, TextRange};
pub use display::quoted;
use grammar::Source;
use lex::Tok;
pub use pieces::{Piece, pieces};

/// A node with its place in the text it was read from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// The node.
    pub node: T,
    /// Its range.
    pub range: TextRange,
}

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expr {
    /// A number as written, digits normalised to ASCII, separators dropped (`3384.08`).
    Number(String),
    /// A reference.
    Path(Path),
    /// `合(…)`, `占比(a, b)`, `个数(…)`, `增减(a, b, 词=…)` …
    Call {
        /// The function's name.
        name: Spanned<String>,
        /// Its arguments, in order.
        args: Vec<Argument>,
    },
    /// `-a`
    Negate(Box<Spanned<Expr>>),
    /// `a + b` …
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        lhs: Box<Spanned<Expr>>,
        /// Right operand.
        rhs: Box<Spanned<Expr>>,
    },
}

/// An argument of a call, named (`词=…`) or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Argument {
    /// The name before `=`, if any.
    pub name: Option<Spanned<String>>,
    /// The value; plain text after `词=` is a [`Path`] of one name.
    pub value: Spanned<Expr>,
}

/// `+ - * /` and their full-width twins (`＋ － × ＊ ÷ ／`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
}

/// `表三.2010301.项目支出`; `。` between names is a dot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Path {
    /// At least one.
    pub segments: Vec<Spanned<Segment>>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Segment {
    /// A name or code (`表三`, `2010301`, `【财政拨款（补助）】` without its marks). Ancestors stand
    /// before it: `上年结转结余/单位资金` is two names.
    Name(Vec<String>),
    /// `@科目`
    Variable(String),
    /// `下级`: the rows one level below.
    Children,
    /// `类`, `款`, `项`: all rows of that level.
    Level(Level),
    /// `段`: the segments.
    Segments,
    /// `*`: all rows of a key.
    All,
    /// `[列A .. 列B]`
    Columns {
        /// First column.
        from: String,
        /// Last column.
        to: String,
    },
    /// `栏(n)`: by the number printed in a 栏次 row.
    ColumnNumber(u16),
}

/// Levels of a classification code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// 类, three digits.
    Class,
    /// 款, five digits.
    Paragraph,
    /// 项, seven digits.
    Item,
}

/// A relation between values, with its quantifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// `每 @科目 有下级, @列 于 …`; empty where nothing is bound.
    pub binders: Vec<Spanned<Binder>>,
    /// The tables after `于`.
    pub domains: Vec<Spanned<Path>>,
    /// What must hold.
    pub body: Spanned<Condition>,
}

/// A bound variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binder {
    /// Without `@`: one of 科目 类 款 项 行 列 段 项目.
    pub variable: String,
    /// `有下级`: only rows that have children.
    pub has_children: bool,
}

/// What an identity states.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// `a = b`, `a = b 或 c`
    Relation {
        /// Left side.
        lhs: Spanned<Expr>,
        /// The comparison.
        op: Comparison,
        /// Right side, and others that would do as well (`或`).
        rhs: Vec<Spanned<Expr>>,
    },
    /// `空(表九)`, `有空表说明(说明.九)`
    Predicate {
        /// The predicate's name.
        name: Spanned<String>,
        /// Its arguments.
        args: Vec<Spanned<Expr>>,
    },
    /// `a 则 b`
    Implies(Box<Spanned<Condition>>, Box<Spanned<Condition>>),
    /// `a 当且仅当 b`
    Iff(Box<Spanned<Condition>>, Box<Spanned<Condition>>),
}

/// Comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `≈`: may only hint.
    About,
}

/// A `{…}` of prose or of a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlotExpr {
    /// The value.
    pub expr: Spanned<Expr>,
    /// `|2`: decimals to print.
    pub decimals: Option<u8>,
    /// `记为 执行数`: names a typed number for its own paragraph.
    pub binding: Option<Spanned<String>>,
}

/// Reads a text with a grammar: the cheap way, and again for a message if that fails.
macro_rules! read {
    ($text:expr, $grammar:ident) => {{
        let (kinds, places) = lex::lex($text);
        let source = Source {
            text: $text,
            places: &places,
        };
        if let Some(refused) = explain::refuse(source, &kinds) {
            return Err(vec![refused]);
        }
        let tokens = kinds.as_slice();
        let cheap = grammar::$grammar::<EmptyErr>(source);
        if let Some(output) = cheap.parse(tokens).into_output() {
            return Ok(output);
        }
        let failed = grammar::$grammar::<Rich<'_, Tok>>(source)
            .parse(tokens)
            .into_errors();
        let explained = failed
            .iter()
            .map(|failure| explain::explain(source, failure));
        Err(explained.collect())
    }};
}

/// Reads what stands between `{` and `}`. Ranges are relative to `text`.
pub fn parse_slot(text: &str) -> Result<SlotExpr, Vec<SyntaxError>> {
    read!(text, slot)
}

/// Reads an identity of a template or of `budget.toml`. Ranges are relative to `text`.
pub fn parse_identity(text: &str) -> Result<Identity, Vec<SyntaxError>> {
    read!(text, identity)
}

/// Reads a path alone (`表三.合计.合计`). Ranges are relative to `text`.
pub fn parse_path(text: &str) -> Result<Path, Vec<SyntaxError>> {
    read!(text, only_path)
}
