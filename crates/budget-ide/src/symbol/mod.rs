//! What stands at an offset, and everywhere else that it stands: terms, account codes, projects,
//! numbers, headings, other documents, rules of suppressions. Definition, references, highlights and
//! renaming are views of it.

pub(crate) mod codes;
pub(crate) mod names;
mod occurrences;
pub(crate) mod passages;
pub(crate) mod paths;

use budget_catalog::template::ColumnKind;
use budget_catalog::{Classification, FrontKey};
use budget_model::heading::{Ordinal, ordinal};
use budget_model::relation::{Explorer, Place};
use budget_model::{CellId, Document, HeadingId};
use budget_rules::contents;
use budget_syntax::TextRange;
use budget_syntax::tree::BlockKind;
use rustc_hash::FxHashMap;

pub use occurrences::{Occurrence, Role, Writing, occurrences};
pub(crate) use occurrences::{codes_where, definitions};

use crate::place::{self, CellPlace};
use codes::{Classes, Codes};
use names::{Name, NameKind, length, names};
use passages::{Passage, PassageKind, passage_at};
use paths::{FoundPath, Piece};

/// Something that a document speaks of, perhaps in many places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Symbol {
    /// A term that it explains: its name, reduced.
    Term(String),
    /// A project: its name, reduced.
    Project(String),
    /// An account.
    Code {
        /// Digits only.
        code: String,
        /// Which classification it belongs to.
        classification: Classification,
    },
    /// A heading, with the line of the contents and the paths that mean it.
    Heading(HeadingId),
    /// Cells with a number: one, or those that a path means.
    Cells(Vec<CellId>),
    /// Another document, by what the front matter calls it (`上年文档`, `预算文档`).
    Document(FrontKey),
    /// The rules that a suppression names, as written.
    Rule(String),
}

/// A symbol where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The symbol.
    pub symbol: Symbol,
    /// The place.
    pub range: TextRange,
}

/// Keys of the front matter that name other documents, with the words that begin their paths.
pub(crate) const DOCUMENTS: [(FrontKey, &str); 2] =
    [(FrontKey::LastYear, "上年"), (FrontKey::Budget, "预算")];

/// What stands at an offset; behind the last character of a name it stands there too.
pub fn symbol_at(document: &Document, offset: u32) -> Option<Standing> {
    at(document, offset).or_else(|| {
        let before = document.text.get(..offset as usize)?.chars().next_back()?;
        let inside = offset.checked_sub(length(before.len_utf8()))?;
        at(document, inside).filter(|standing| standing.range.end() == offset)
    })
}

fn at(document: &Document, offset: u32) -> Option<Standing> {
    if let Some(standing) = rule(document, offset) {
        return Some(standing);
    }
    let block = document.parse.tree.block_at(offset)?;
    match block.kind {
        BlockKind::FrontMatter(_) => other_document(document, offset),
        BlockKind::Comment(_) | BlockKind::Blank => None,
        _ => path(document, offset)
            .or_else(|| cell(document, offset))
            .or_else(|| running_text(document, offset)),
    }
}

/// A name of a rule in `<!-- 忽略 … -->`.
fn rule(document: &Document, offset: u32) -> Option<Standing> {
    let mut here = document.suppressions.iter();
    let here = here.find(|suppression| suppression.rules.touches(offset))?;
    let mut names = rule_names(document, here.rules);
    let (range, name) = names.find(|(range, _)| range.touches(offset))?;
    Some(Standing {
        symbol: Symbol::Rule(name.to_owned()),
        range,
    })
}

/// The names that a suppression gives, with their places.
pub(crate) fn rule_names(
    document: &Document,
    rules: TextRange,
) -> impl Iterator<Item = (TextRange, &str)> {
    let mut start = rules.start();
    let pieces = document
        .slice(rules)
        .split_inclusive(['、', '，', ','])
        .map(move |piece| {
            let from = start;
            start += length(piece.len());
            (from, piece)
        });
    pieces.filter_map(|(from, piece)| {
        let name = piece.trim_end_matches(['、', '，', ',']);
        let lead = name.len() - name.trim_start().len();
        let name = name.trim();
        let from = from + length(lead);
        (!name.is_empty()).then(|| (TextRange::new(from, from + length(name.len())), name))
    })
}

fn other_document(document: &Document, offset: u32) -> Option<Standing> {
    DOCUMENTS.iter().find_map(|&(key, _)| {
        let entry = document.front.entry(&document.text, key)?;
        let whole = entry.key.cover(entry.value);
        (whole.touches(offset) && !entry.value.is_empty()).then_some(Standing {
            symbol: Symbol::Document(key),
            range: entry.value,
        })
    })
}

/// A piece of a path in a `{…}`.
fn path(document: &Document, offset: u32) -> Option<Standing> {
    let slot = paths::slot_at(document, offset)?;
    let here = |range: TextRange| range.start() <= offset && offset < range.end();
    let found = paths::paths_of(document, slot);
    let found = found.iter().find(|path| here(path.range))?;
    let piece = found.pieces.iter().find(|piece| here(piece.range))?;
    let explorer = Explorer::new(document);
    Some(Standing {
        symbol: piece_symbol(document, &explorer, &names(document), found, piece)?,
        range: piece.range,
    })
}

/// What a piece of a path means: the other document, the table, an account, a project, else the
/// cells that the path leads to.
pub(crate) fn piece_symbol(
    document: &Document,
    explorer: &Explorer<'_>,
    names: &[Name],
    path: &FoundPath,
    piece: &Piece,
) -> Option<Symbol> {
    if piece.step == 0 {
        let elsewhere = DOCUMENTS.iter().find(|(_, word)| *word == piece.name);
        if let Some(&(key, _)) = elsewhere
            && path.pieces.len() > 1
        {
            return Some(Symbol::Document(key));
        }
        let table = explorer.table(&path.path)?;
        let heading = document.tables.get(table as usize)?.heading?;
        return Some(Symbol::Heading(heading));
    }
    let classes = Classes::new(document);
    if let Some((code, classification)) = piece_code(&classes, explorer, path, piece) {
        return Some(Symbol::Code {
            code,
            classification,
        });
    }
    let key = names::key(&piece.name);
    let project = |name: &&Name| name.kind == NameKind::Project && name.key == key;
    if let Some(name) = names.iter().find(project) {
        return Some(Symbol::Project(name.key.clone()));
    }
    match explorer.path(&path.path).ok()? {
        Place::Cells(cells) => Some(Symbol::Cells(cells)),
        _ => None,
    }
}

/// The account that a piece of a path names.
pub(crate) fn piece_code(
    classes: &Classes<'_>,
    explorer: &Explorer<'_>,
    path: &FoundPath,
    piece: &Piece,
) -> Option<(String, Classification)> {
    let digits: Option<String> = piece
        .name
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            _ => Some(c).filter(char::is_ascii_digit),
        })
        .collect();
    let code = digits.filter(|digits| matches!(digits.len(), 3 | 5 | 7))?;
    let classification = classes.of(explorer.table(&path.path)?)?;
    Some((code, classification))
}

/// A cell of a table's body: its code, its project, its number.
fn cell(document: &Document, offset: u32) -> Option<Standing> {
    let cell = CellPlace::at(document, offset)?;
    if !cell.text.touches(offset) || cell.text.is_empty() {
        return None;
    }
    let code = || {
        Some(Symbol::Code {
            code: codes::code_of(cell.row)?.to_owned(),
            classification: place::classification(document, cell.id, cell.grid),
        })
    };
    let (symbol, range) = match cell.column.kind {
        ColumnKind::Code => (code()?, cell.text),
        ColumnKind::CodeName if cell.row.code_range.touches(offset) => {
            (code()?, cell.row.code_range)
        }
        ColumnKind::CodeName | ColumnKind::Name => {
            // A name may be a project's or a term before it is an account's.
            let named = running_text(document, offset);
            return named.or_else(|| {
                Some(Standing {
                    symbol: code()?,
                    range: cell.row.label,
                })
            });
        }
        ColumnKind::Project => {
            let project = names::project_of(cell.row)?;
            let key = names::key(document.slice(project));
            (Symbol::Project(key), project)
        }
        kind if place::is_number(kind) => (Symbol::Cells(vec![cell.id]), cell.text),
        _ => return None,
    };
    Some(Standing { symbol, range })
}

/// A line of the contents, a project, a code, a term, a table's name, a heading.
fn running_text(document: &Document, offset: u32) -> Option<Standing> {
    let passage = passage_at(document, offset)?;
    if passage.kind == PassageKind::Contents {
        let entries = contents(document);
        let entry = entries.iter().find(|entry| entry.range.touches(offset))?;
        return Some(Standing {
            symbol: Symbol::Heading(entry.heading?),
            range: entry.range,
        });
    }
    named(document, passage, offset)
        .or_else(|| code_in_text(document, passage, offset))
        .or_else(|| table_in_text(document, passage, offset))
        .or_else(|| heading(document, passage, offset))
}

fn named(document: &Document, passage: Passage, offset: u32) -> Option<Standing> {
    let (range, name) = names::name_at(document, &names(document), passage, offset)?;
    Some(Standing {
        symbol: match name.kind {
            NameKind::Term => Symbol::Term(name.key),
            NameKind::Project => Symbol::Project(name.key),
        },
        range,
    })
}

fn code_in_text(document: &Document, passage: Passage, offset: u32) -> Option<Standing> {
    if passage.kind != PassageKind::Prose {
        return None;
    }
    let codes = Codes::new(document);
    let found = codes.in_text(passage.range);
    let mut here = found.into_iter();
    let (range, code, _) =
        here.find(|(range, ..)| range.start() <= offset && offset < range.end())?;
    Some(Standing {
        symbol: Symbol::Code {
            code: code.to_owned(),
            classification: codes.classification(code)?,
        },
        range,
    })
}

fn table_in_text(document: &Document, passage: Passage, offset: u32) -> Option<Standing> {
    if passage.kind != PassageKind::Prose {
        return None;
    }
    let text = document.slice(passage.range);
    let tables = numbered_tables(document);
    let mut mentions = table_mentions(&tables, text);
    let (range, heading) = mentions.find_map(|(range, heading)| {
        let range = range.shift(passage.range.start());
        (range.start() <= offset && offset < range.end()).then_some((range, heading))
    })?;
    Some(Standing {
        symbol: Symbol::Heading(heading),
        range,
    })
}

/// The headings of tables by the tables' numbers.
pub(crate) fn numbered_tables(document: &Document) -> FxHashMap<u8, HeadingId> {
    let mut found = FxHashMap::default();
    for table in &document.tables {
        let spec = document.table_spec(table);
        if let (Some(number), Some(heading)) = (spec.and_then(|spec| spec.ordinal), table.heading) {
            found.entry(number).or_insert(heading);
        }
    }
    found
}

/// Tables called by their numbers in running text: `见表三`.
pub(crate) fn table_mentions<'t>(
    tables: &'t FxHashMap<u8, HeadingId>,
    text: &'t str,
) -> impl Iterator<Item = (TextRange, HeadingId)> + 't {
    text.match_indices('表').filter_map(move |(at, word)| {
        let lead = text.get(..at)?.chars().next_back();
        // 人大代表一名 is no table.
        if lead
            .is_some_and(|c| !"见按由与和及至到从在据如照、，。：；（(《“ \u{3000}\n".contains(c))
        {
            return None;
        }
        let rest = text.get(at..)?;
        let Some(Ordinal::Table(number)) = ordinal(rest) else {
            return None;
        };
        let heading = tables.get(&number)?;
        let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
        let tail = rest.get(word.len()..)?;
        let digits = tail.len() - tail.trim_start_matches(numeral).len();
        let start = length(at);
        let end = start + length(word.len() + digits);
        Some((TextRange::new(start, end), *heading))
    })
}

fn heading(document: &Document, passage: Passage, offset: u32) -> Option<Standing> {
    if passage.kind != PassageKind::Heading {
        return None;
    }
    let id = document.heading_at(offset)?;
    let heading = document.heading(id)?;
    (heading.text == passage.range).then_some(Standing {
        symbol: Symbol::Heading(id),
        range: heading.text,
    })
}
