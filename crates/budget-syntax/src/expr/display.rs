//! Expressions written back, in the form the reference uses.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{
    BinaryOp, Binder, Comparison, Condition, Expr, Identity, Level, Path, Segment, SlotExpr,
};

/// A name as a path holds it after its first: in `【…】` where it wouldn't be read as one otherwise.
pub fn quoted(name: &str) -> String {
    match is_plain(name) {
        true => name.to_owned(),
        false => format!("【{name}】"),
    }
}

/// Whether a name is read as one without `【】`.
fn is_plain(name: &str) -> bool {
    let mark = |c: char| {
        // Nearly all are Chinese.
        let is_word = matches!(c, '\u{4e00}'..='\u{9fff}');
        !is_word
            && (c.is_whitespace()
                || ".．。,，:：+＋-－−*＊×/／÷=＝<＜>＞≤≦≥≧≈≒()（）[［]］@＠|｜\\{}｛｝【】"
                    .contains(c))
    };
    let keyword = matches!(
        name,
        "类" | "款" | "项" | "下级" | "段" | "每" | "于" | "则" | "或" | "当且仅当" | "有下级"
    );
    let is_digit = |c: char| matches!(c, '0'..='9' | '０'..='９');
    let binds = name.split_once("记为");
    let binds = binds.is_some_and(|(digits, _)| digits.chars().all(is_digit));
    !(name.contains(mark) || keyword || binds)
}

fn name(name: &str, first: bool, f: &mut Formatter<'_>) -> fmt::Result {
    let number = first && name.chars().all(|c| c.is_ascii_digit());
    if number || !is_plain(name) {
        write!(f, "【{name}】")
    } else {
        f.write_str(name)
    }
}

impl Display for Segment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        segment(self, false, f)
    }
}

fn segment(segment: &Segment, first: bool, f: &mut Formatter<'_>) -> fmt::Result {
    match segment {
        Segment::Name(names) => {
            for (at, part) in names.iter().enumerate() {
                if at > 0 {
                    f.write_char('/')?;
                }
                name(part, first, f)?;
            }
            Ok(())
        }
        Segment::Variable(variable) => write!(f, "@{variable}"),
        Segment::Children => f.write_str("下级"),
        Segment::Level(level) => f.write_str(match level {
            Level::Class => "类",
            Level::Paragraph => "款",
            Level::Item => "项",
        }),
        Segment::Segments => f.write_char('段'),
        Segment::All => f.write_char('*'),
        Segment::Columns { from, to } => {
            f.write_char('[')?;
            name(from, false, f)?;
            f.write_str(" .. ")?;
            name(to, false, f)?;
            f.write_char(']')
        }
        Segment::ColumnNumber(number) => write!(f, "栏({number})"),
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, step) in self.segments.iter().enumerate() {
            if at > 0 {
                f.write_char('.')?;
            }
            segment(&step.node, at == 0, f)?;
        }
        Ok(())
    }
}

impl Display for BinaryOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
        })
    }
}

impl Expr {
    /// How tightly the expression holds: sums 1, products 2, signs 3, the rest 4.
    fn strength(&self) -> u8 {
        match self {
            Self::Binary {
                op: BinaryOp::Add | BinaryOp::Sub,
                ..
            } => 1,
            Self::Binary { .. } => 2,
            Self::Negate(_) => 3,
            Self::Number(_) | Self::Path(_) | Self::Call { .. } => 4,
        }
    }
}

/// In brackets if it holds less tightly than its place asks for.
fn at_least(strength: u8, expr: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    if expr.strength() < strength {
        write!(f, "({expr})")
    } else {
        expr.fmt(f)
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.write_str(number),
            Self::Path(path) => path.fmt(f),
            Self::Call { name, args } => {
                write!(f, "{}(", name.node)?;
                for (at, argument) in args.iter().enumerate() {
                    if at > 0 {
                        f.write_str(", ")?;
                    }
                    if let Some(name) = &argument.name {
                        write!(f, "{}=", name.node)?;
                    }
                    argument.value.node.fmt(f)?;
                }
                f.write_char(')')
            }
            Self::Negate(inner) => {
                f.write_char('-')?;
                at_least(4, &inner.node, f)
            }
            Self::Binary { op, lhs, rhs } => {
                let own = self.strength();
                at_least(own, &lhs.node, f)?;
                write!(f, " {op} ")?;
                at_least(own + 1, &rhs.node, f)
            }
        }
    }
}

impl Display for SlotExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expr.node.fmt(f)?;
        if let Some(binding) = &self.binding {
            f.write_str(" 记为 ")?;
            name(&binding.node, false, f)?;
        }
        match self.decimals {
            Some(decimals) => write!(f, "|{decimals}"),
            None => Ok(()),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::About => "≈",
        })
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relation { lhs, op, rhs } => {
                write!(f, "{} {op}", lhs.node)?;
                for (at, expr) in rhs.iter().enumerate() {
                    f.write_str(if at > 0 { " 或 " } else { " " })?;
                    expr.node.fmt(f)?;
                }
                Ok(())
            }
            Self::Predicate { name, args } => {
                write!(f, "{}(", name.node)?;
                for (at, expr) in args.iter().enumerate() {
                    f.write_str(if at > 0 { ", " } else { "" })?;
                    expr.node.fmt(f)?;
                }
                f.write_char(')')
            }
            Self::Implies(a, b) => write!(f, "{} 则 {}", a.node, b.node),
            Self::Iff(a, b) => write!(f, "{} 当且仅当 {}", a.node, b.node),
        }
    }
}

impl Display for Binder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let children = if self.has_children { " 有下级" } else { "" };
        write!(f, "@{}{children}", self.variable)
    }
}

impl Display for Identity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, binder) in self.binders.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "每 " })?;
            binder.node.fmt(f)?;
        }
        for (at, table) in self.domains.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { " 于 " })?;
            table.node.fmt(f)?;
        }
        if !self.binders.is_empty() {
            f.write_str(": ")?;
        }
        self.body.node.fmt(f)
    }
}
