//! Account codes: in tables, and in running text where they are sure.

use std::cell::OnceCell;

use budget_catalog::Classification;
use budget_catalog::name::normalize_account;
use budget_catalog::template::RowRole;
use budget_model::{CellId, Document, Grid, Row};
use budget_syntax::TextRange;
use rustc_hash::FxHashMap;

use super::names::length;
use crate::place;

/// How a code is written in running text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ProseCode {
    /// `2010301`
    Digits,
    /// The last two digits: `（03）` after `（201）`.
    Tail,
    /// By its name: `行政运行（项）` after `…（类）…（款）`.
    Named,
}

/// The codes that a document's tables print.
pub(crate) struct Codes<'d> {
    document: &'d Document,
    /// With the label of the first row that bears it.
    printed: FxHashMap<&'d str, (Classification, &'d str)>,
    /// Codes by name; made when a text first calls accounts by their names.
    named: OnceCell<FxHashMap<String, Vec<&'d str>>>,
}

/// The account of a row, however slipped; numbers of columns are none, nor are a few digits that
/// stand where a code may.
pub(crate) fn code_of(row: &Row) -> Option<&str> {
    let account = row.role == RowRole::Account;
    row.code.as_deref().filter(|code| account && code.len() > 2)
}

/// A grid that has codes.
pub(crate) struct CodeGrid<'d> {
    pub(crate) table: u32,
    pub(crate) grid: &'d Grid,
    pub(crate) classification: Classification,
}

/// The grids with codes, in order.
pub(crate) fn grids(document: &Document) -> impl Iterator<Item = CodeGrid<'_>> {
    (0..).zip(&document.tables).flat_map(move |(t, table)| {
        let grids = (0..).zip(&table.grids);
        grids.filter_map(move |(g, grid)| {
            if grid.rows.iter().all(|row| code_of(row).is_none()) {
                return None;
            }
            let id = CellId {
                table: t,
                grid: g,
                row: 0,
                column: 0,
            };
            Some(CodeGrid {
                table: t,
                grid,
                classification: place::classification(document, id, grid),
            })
        })
    })
}

/// The classification of each table with codes; made when a path first names a code.
pub(crate) struct Classes<'d> {
    document: &'d Document,
    by_table: OnceCell<FxHashMap<u32, Classification>>,
}

impl<'d> Classes<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self {
            document,
            by_table: OnceCell::new(),
        }
    }

    /// Of the first grid of a table that has codes.
    pub(crate) fn of(&self, table: u32) -> Option<Classification> {
        let by_table = self.by_table.get_or_init(|| {
            let mut by_table = FxHashMap::default();
            for at in grids(self.document) {
                by_table.entry(at.table).or_insert(at.classification);
            }
            by_table
        });
        by_table.get(&table).copied()
    }
}

impl<'d> Codes<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        let mut printed = FxHashMap::default();
        for at in grids(document) {
            for row in &at.grid.rows {
                if let Some(code) = code_of(row) {
                    let label = document.slice(row.label);
                    printed.entry(code).or_insert((at.classification, label));
                }
            }
        }
        Self {
            document,
            printed,
            named: OnceCell::new(),
        }
    }

    /// The classification of a code that a table prints.
    pub(crate) fn classification(&self, code: &str) -> Option<Classification> {
        self.printed.get(code).map(|(of, _)| *of)
    }

    /// The codes of a piece of running text, in order, each with its place. Linear.
    pub(crate) fn in_text(&self, range: TextRange) -> Vec<(TextRange, &'d str, ProseCode)> {
        let text = self.document.slice(range);
        let mut found = Vec::new();
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            self.digits(text, &mut found);
        }
        if text.contains("类）") || text.contains("类)") {
            self.names(text, &mut found);
        }
        found.sort_by_key(|(range, ..): &(TextRange, _, _)| range.start());
        found
            .into_iter()
            .map(|(place, code, kind)| (place.shift(range.start()), code, kind))
            .collect()
    }

    /// Runs of digits: whole codes, and chains of `（201）…（03）…（01）`.
    fn digits(&self, text: &str, found: &mut Vec<(TextRange, &'d str, ProseCode)>) {
        let bytes = text.as_bytes();
        let mut above: Option<&'d str> = None;
        let mut at = 0;
        while let Some(rest) = text.get(at..) {
            let Some(start) = rest.find(|c: char| c.is_ascii_digit() || "。；;\n".contains(c))
            else {
                break;
            };
            let start = at + start;
            if !bytes.get(start).is_some_and(u8::is_ascii_digit) {
                above = None;
                at = start
                    + text
                        .get(start..)
                        .and_then(|rest| rest.chars().next())
                        .map_or(1, char::len_utf8);
                continue;
            }
            let run = bytes.get(start..).unwrap_or_default();
            let end = start + run.iter().take_while(|byte| byte.is_ascii_digit()).count();
            at = end;
            let digits = text.get(start..end).unwrap_or_default();
            let before = text.get(..start).and_then(|text| text.chars().next_back());
            let after = text.get(end..).unwrap_or_default();
            let next = after.chars().next();
            let bracketed = matches!(before, Some('（' | '(')) && matches!(next, Some('）' | ')'));
            let place = TextRange::new(length(start), length(end));
            if bracketed && digits.len() == 2 {
                let whole = above.map(|above| format!("{above}{digits}"));
                above = whole.and_then(|code| self.known(&code));
                if let Some(code) = above {
                    found.push((place, code, ProseCode::Tail));
                }
                continue;
            }
            let Some(code) = self.known(digits) else {
                continue;
            };
            let alone = !continues_number(text, start)
                && !next.is_some_and(|c| {
                    c.is_ascii_alphanumeric() || ".,%％_/-万亿元年人个台辆".contains(c)
                });
            let sure = match digits.len() {
                3 => bracketed || self.is_followed_by_name(code, after),
                _ => alone,
            };
            if sure {
                found.push((place, code, ProseCode::Digits));
                above = Some(code);
            }
        }
    }

    fn known(&self, code: &str) -> Option<&'d str> {
        self.printed.get_key_value(code).map(|(code, _)| *code)
    }

    /// `201 一般公共服务支出`
    fn is_followed_by_name(&self, code: &str, after: &str) -> bool {
        let label = self.printed.get(code).map_or("", |(_, label)| *label);
        !label.is_empty()
            && after
                .trim_start_matches([' ', '\u{3000}'])
                .starts_with(label)
    }

    /// Accounts called by their names: `…（类）…（款）…（项）`.
    fn names(&self, text: &str, found: &mut Vec<(TextRange, &'d str, ProseCode)>) {
        let mut start = 0;
        let mut above = "";
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            match c {
                '。' | '；' | ';' | '\n' => {
                    start = at + c.len_utf8();
                    above = "";
                }
                '：' | ':' => start = at + c.len_utf8(),
                '）' | ')' if matches!(before, '类' | '款' | '项') => {
                    let digits = match before {
                        '类' => 3,
                        '款' => 5,
                        _ => 7,
                    };
                    let head = at
                        .checked_sub(before.len_utf8())
                        .and_then(|at| text.get(start..at));
                    let head = head.and_then(|head| head.strip_suffix(['（', '(']));
                    if let Some(name) = head {
                        if digits == 3 {
                            above = "";
                        }
                        let (lead, name) = bare(name);
                        if let Some(code) = self.named(name, above, digits) {
                            let from = length(start + lead);
                            let place = TextRange::new(from, from + length(name.len()));
                            found.push((place, code, ProseCode::Named));
                            above = code;
                        }
                        start = at + c.len_utf8();
                    }
                }
                _ => {}
            }
            before = c;
        }
    }

    /// The one code of that name below another.
    fn named(&self, name: &str, above: &str, digits: usize) -> Option<&'d str> {
        let named = self.named.get_or_init(|| {
            let mut named: FxHashMap<String, Vec<&'d str>> = FxHashMap::default();
            for (code, (_, label)) in &self.printed {
                let key = normalize_account(label).into_owned();
                named.entry(key).or_default().push(*code);
            }
            named
        });
        let codes = named.get(&*normalize_account(name))?;
        let mut fit = codes
            .iter()
            .filter(|code| code.len() == digits && code.starts_with(above));
        let first = fit.next()?;
        fit.next().is_none().then_some(first)
    }
}

/// Whether what stands before a place belongs to a number or a word that goes on there.
fn continues_number(text: &str, at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default().chars().rev();
    match before.next() {
        Some(',' | '，') => before.next().is_some_and(|c| c.is_ascii_digit()),
        Some(c) => c.is_ascii_alphanumeric() || ".-_/．".contains(c),
        None => false,
    }
}

/// A name without the number and the blanks before and after it, and how many bytes came before.
fn bare(name: &str) -> (usize, &str) {
    let numbered = name.trim_start();
    let rest = numbered
        .trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十（(".contains(c));
    let rest = match rest.strip_prefix(['、', '.', '．', '）', ')']) {
        Some(rest) => rest.trim_start(),
        None => numbered,
    };
    (name.len() - rest.len(), rest.trim_end())
}
