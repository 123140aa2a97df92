//! ARI007: something in a column of amounts that is no number, so that no relation reads it.

use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::{Amount, Value};

use crate::Severity;
use crate::context::{CellAt, Context, GridAt};
use crate::detail::Detail;
use crate::engine::Sink;
use crate::registry::{Check, Fixable, Rule};
use budget_model::Change;

pub(crate) const RULE: Rule = Rule {
    code: "ARI007",
    slug: "not-a-number",
    name: "金额不是数",
    group: "表内",
    severity: Severity::Error,
    since: "0.1.0",
    fix: Fixable::Unsafe,
    page: include_str!("../../../../docs/rules/ARI007-not-a-number.md"),
    check: Check::Grid(check),
    indifferent_to: &[Change::Numbers, Change::Words],
};

/// Characters longer than any amount: what has more is a sentence.
const LONGEST: usize = 40;

fn check(context: &Context<'_>, grid: GridAt<'_>, sink: &mut Sink<'_>) {
    let width = grid.grid.columns.len().max(1);
    for (index, cell) in grid.grid.cells.iter().enumerate() {
        let column = grid.grid.columns.get(index % width);
        let amounts = column.is_some_and(|column| column.kind == ColumnKind::Amount);
        if cell.value == Value::Text && amounts {
            let row = grid.row(index / width);
            if let Some(at) = row.and_then(|row| row.cell(index % width)) {
                tell(context, at, sink);
            }
        }
    }
}

fn tell(context: &Context<'_>, at: CellAt<'_>, sink: &mut Sink<'_>) {
    let counted = matches!(
        at.row.row.role,
        RowRole::Detail | RowRole::Total | RowRole::Subtotal | RowRole::Account
    );
    let text = at.text(context);
    if !counted || !looks_like_a_number(text) {
        return;
    }
    let meant = meant(text);
    // That the column holds amounts is only a guess where the template doesn't say so.
    if at.column.spec.is_none() && meant.is_none() {
        return;
    }
    let detail = Detail::NotANumber {
        written: text.to_owned(),
        meant: meant.clone(),
    };
    let finding = sink.report(at.cell.range, at.subject(context), detail);
    finding.actual = Some(text.to_owned());
    if let Some(meant) = meant {
        finding.fix(format!("改为 {meant}"), false, at.cell.range, meant);
    }
}

/// A digit, and nothing that words are made of but units and letters that are taken for digits.
fn looks_like_a_number(text: &str) -> bool {
    let known = |c: char| !c.is_alphabetic() || "万元千亿OoIl".contains(c);
    text.chars().nth(LONGEST).is_none()
        && text.chars().map(narrow).any(|c| c.is_ascii_digit())
        && text.chars().map(narrow).all(known)
}

/// The number that was meant, where there is no doubt what each slip stands for. With a unit it may
/// be another amount, and has to be read by a person.
fn meant(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim().chars().map(narrow) {
        let c = match c {
            'O' | 'o' => '0',
            'I' | 'l' => '1',
            '。' => '.',
            c => c,
        };
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        // A space between two digits parts two numbers.
        if std::mem::take(&mut gap)
            && c.is_ascii_digit()
            && digits.ends_with(|before: char| before.is_ascii_digit())
        {
            return None;
        }
        digits.push(c);
    }
    let digits = digits.replace("..", ".");
    let inner = digits.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let number = inner.map_or_else(|| digits.clone(), |inner| format!("-{inner}"));
    Amount::parse(&number).map(|_| number)
}

/// The half-width twin of a full-width character.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{looks_like_a_number, meant};

    #[test]
    fn slips_of_the_hand() {
        let cases = [
            ("11O.00", Some("110.00")),
            ("l10", Some("110")),
            ("110.00万元", None),
            ("110.00①", None),
            ("110.00元", None),
            ("110..00", Some("110.00")),
            ("110。00", Some("110.00")),
            ("110. 00", Some("110.00")),
            ("（110.00）", Some("-110.00")),
            ("1,10.00", None),
            ("110?", None),
            ("1，50.00", None),
            ("12%", None),
            ("110 120", None),
        ];
        for (text, number) in cases {
            assert!(looks_like_a_number(text), "{text}");
            assert_eq!(meant(text).as_deref(), number, "{text}");
        }
    }

    #[test]
    fn words_are_no_numbers() {
        for text in ["无", "※", "同上", "见表3", "A1", "2020年预算数", "第1季度"] {
            assert!(!looks_like_a_number(text), "{text}");
        }
    }
}
