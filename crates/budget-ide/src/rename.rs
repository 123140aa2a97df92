//! Renaming: a term, a project, a code, everywhere at once.
//!
//! What a template or the catalogue prescribes keeps its words; numbers have no name. No number is
//! touched, so a table whose numbers were approved elsewhere (来源) may have its names mended.

use std::fmt;

use budget_catalog::Classification;
use budget_catalog::template::RowRole;
use budget_model::Document;
use budget_model::heading::{Ordinal, ordinal};
use budget_model::table::role_of;
use budget_syntax::TextRange;
use budget_syntax::expr::quoted;
use budget_syntax::format::{TextEdit, apply};
use budget_syntax::tree::BlockKind;
use rustc_hash::FxHashSet;

use crate::symbol::{
    Occurrence, Standing, Symbol, Writing, codes, codes_where,
    names::{self, NameKind},
    occurrences, symbol_at,
};

/// A name that can be changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renameable {
    /// Where it stands.
    pub range: TextRange,
    /// What to begin with.
    pub name: String,
}

/// Why a name can't be changed, in Chinese.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal(pub String);

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A refusal in so many words.
fn refuse<T>(words: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(words.into()))
}

const NOTHING: &str = "这里没有可以改名的内容。请把光标放在名词、项目名称或者科目编码上";

/// What renaming at an offset would rename.
pub fn prepare_rename(document: &Document, offset: u32) -> Result<Renameable, Refusal> {
    let standing = renameable(document, offset)?;
    let name = names::unescaped(document.slice(standing.range));
    let quoted = name
        .strip_prefix('【')
        .and_then(|name| name.strip_suffix('】'));
    Ok(Renameable {
        range: standing.range,
        name: quoted.unwrap_or(&name).to_owned(),
    })
}

/// The edits that give what stands at an offset another name: in order, not overlapping.
pub fn rename(document: &Document, offset: u32, name: &str) -> Result<Vec<TextEdit>, Refusal> {
    let standing = renameable(document, offset)?;
    let name = name.trim();
    if name.is_empty() {
        return refuse("新名称是空的。请输入名称");
    }
    if name.contains(char::is_control) {
        return refuse("名称要写在一行里，不能有换行");
    }
    if name.contains("<!--") || name.contains("-->") {
        return refuse("名称里不能有注释的记号“<!--”和“-->”");
    }
    match &standing.symbol {
        Symbol::Term(key) => term(document, &standing.symbol, key, name),
        Symbol::Project(key) => project(document, &standing.symbol, key, name),
        Symbol::Code {
            code,
            classification,
        } => account(document, code, *classification, name),
        _ => refuse(NOTHING),
    }
}

fn renameable(document: &Document, offset: u32) -> Result<Standing, Refusal> {
    let Some(standing) = symbol_at(document, offset) else {
        return refuse(NOTHING);
    };
    match &standing.symbol {
        Symbol::Term(_) | Symbol::Project(_) => Ok(standing),
        Symbol::Code { code, .. } => {
            let written = names::key(document.slice(standing.range));
            if written == *code {
                Ok(standing)
            } else {
                refuse("要改科目编码，请把光标放在编码上；科目名称以科目目录为准，请在表中直接改")
            }
        }
        Symbol::Cells(_) => refuse("数字没有名称，不能改名。请直接改单元格里的数字"),
        Symbol::Heading(_) => refuse("标题由模板规定，不能改名。需要时请直接改标题和目录"),
        Symbol::Document(_) => refuse("这是另一个文件的名字。请在文件夹里改文件名，再改这里"),
        Symbol::Rule(_) => refuse("规则的代码和名称是固定的，不能改名"),
    }
}

fn term(
    document: &Document,
    symbol: &Symbol,
    key: &str,
    name: &str,
) -> Result<Vec<TextEdit>, Refusal> {
    if name.chars().count() > 40 {
        return refuse("名词太长。请用 40 个字以内的名称，其余写进解释");
    }
    if name.contains([
        '：', ':', '，', '。', '；', '{', '}', '｛', '｝', '|', '｜', '\\',
    ]) {
        return refuse("名词里不能有冒号、逗号、句号、分号、竖线、花括号和反斜杠");
    }
    if starts_a_line(name) {
        return refuse("名词不能以竖线、井号、减号、尖括号和序号开头");
    }
    let new = names::key(name);
    let mut others = document.terms.iter().map(|term| document.slice(term.name));
    if new != key
        && let Some(other) = others.find(|other| names::key(other) == new)
    {
        return refuse(format!("名词解释里已经有“{other}”。请换一个名称"));
    }
    let places = occurrences(document, symbol).into_iter();
    let places = places.filter(|it| matches!(it.writing, Writing::Text | Writing::Cell));
    let places = places.map(|it| (it, name.to_owned()));
    read_again(document, places.collect(), &Symbol::Term(new), name)
}

/// Whether a name at the start of a line would make it something else: a heading, an item, a row.
fn starts_a_line(name: &str) -> bool {
    name.starts_with(['|', '｜', '#', '-', '<', '>'])
        || matches!(ordinal(name), Some(Ordinal::Section(_) | Ordinal::Part(_)))
}

/// The edits, unless the document would be read otherwise with them: each block stays what it is, and
/// each place that is changed means the new name.
fn read_again(
    document: &Document,
    places: Vec<(Occurrence, String)>,
    symbol: &Symbol,
    name: &str,
) -> Result<Vec<TextEdit>, Refusal> {
    // A short name of a project isn't looked for in running text.
    let is_short = matches!(symbol, Symbol::Project(_)) && {
        names::key(name).chars().count() < names::LEAST_PROJECT
    };
    let looked_for: FxHashSet<TextRange> = places
        .iter()
        .filter(|(it, _)| !(is_short && it.writing == Writing::Text))
        .map(|(it, _)| it.range)
        .collect();
    let edits = edits(
        document,
        places.into_iter().map(|(it, text)| (it.range, text)),
    );
    let new = Document::new(
        apply(&document.text, &edits).into(),
        document.catalog.clone(),
    );
    if !shape(document).eq(shape(&new)) {
        return refuse(format!(
            "改成“{name}”后，有的行会被读成标题、列表、表格或者注释。请换一个名称"
        ));
    }
    let found: FxHashSet<TextRange> = occurrences(&new, symbol)
        .into_iter()
        .map(|it| it.range)
        .collect();
    let (mut old_end, mut new_end) = (0, 0);
    for edit in &edits {
        // What stands between two edits keeps its length.
        let start = new_end + (edit.range.start() - old_end);
        let end = start + names::length(edit.text.len());
        (old_end, new_end) = (edit.range.end(), end);
        if looked_for.contains(&edit.range) && !found.contains(&TextRange::new(start, end)) {
            let before = document.slice(TextRange::new(0, edit.range.start()));
            let line = before.matches('\n').count() + 1;
            return refuse(format!(
                "改成“{name}”后，第 {line} 行的内容不会再读作这个名称。请换一个名称"
            ));
        }
    }
    Ok(edits)
}

/// What the blocks of a document are, one after the other.
fn shape(document: &Document) -> impl Iterator<Item = (&'static str, usize, usize)> + '_ {
    let blocks = document.parse.tree.blocks();
    blocks.flat_map(|block| {
        let (kind, count) = match block.kind {
            BlockKind::FrontMatter(matter) => ("front", matter.entries().count()),
            BlockKind::Heading(heading) => ("heading", usize::from(heading.level)),
            BlockKind::Table(_) => ("table", 0),
            BlockKind::ListItem(item) => ("item", usize::from(item.field.is_some())),
            BlockKind::Comment(_) => ("comment", 0),
            BlockKind::Paragraph(it) => ("paragraph", usize::from(it.field.is_some())),
            BlockKind::Blank => ("blank", 0),
        };
        let rows = match block.kind {
            BlockKind::Table(table) => Some(table.rows()),
            _ => None,
        };
        let rows = rows.into_iter().flatten();
        let rows = rows.map(|row| ("row", row.cells().count(), row.comments().count()));
        std::iter::once((kind, count, 0)).chain(rows)
    })
}

fn project(
    document: &Document,
    symbol: &Symbol,
    key: &str,
    name: &str,
) -> Result<Vec<TextEdit>, Refusal> {
    if name.chars().count() > 200 {
        return refuse("项目名称太长。请用 200 个字以内的名称");
    }
    let new = names::key(name);
    if new.is_empty() {
        return refuse("项目名称要有字。请输入名称");
    }
    if name.contains(['\\', '{', '}', '｛', '｝']) {
        return refuse("项目名称里不能有花括号和反斜杠");
    }
    if starts_a_line(name) {
        return refuse("项目名称不能以竖线、井号、减号、尖括号和序号开头");
    }
    if role_of(&document.template, name) != RowRole::Detail {
        return refuse(format!("“{name}”是合计、小计一类的行的名称。请换一个名称"));
    }
    let all = names::names(document);
    let taken = all
        .iter()
        .any(|other| other.kind == NameKind::Project && other.key == new);
    if new != key && taken {
        return refuse(format!("已经有名为“{name}”的项目。请换一个名称"));
    }
    let places = occurrences(document, symbol);
    let in_paths = places.iter().any(|it| it.writing == Writing::Path);
    if in_paths && name.contains(['【', '】', '|', '｜']) {
        return refuse("表达式引用了这个项目，名称里不能有方头括号和竖线");
    }
    let written = |it: &Occurrence| match it.writing {
        Writing::Cell => name.replace('|', "\\|").replace('｜', "\\｜"),
        Writing::Path => in_path(name),
        _ => name.to_owned(),
    };
    let places = places.iter().map(|it| (*it, written(it)));
    read_again(document, places.collect(), &Symbol::Project(new), name)
}

/// A code in all tables of its classification, with the codes below it.
fn account(
    document: &Document,
    code: &str,
    classification: Classification,
    name: &str,
) -> Result<Vec<TextEdit>, Refusal> {
    let digits = budget_catalog::name::normalize(name);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse("科目编码只能是数字");
    }
    // A code of a wrong length is mended; any other keeps its level.
    let fits = |length| matches!(length, 3 | 5 | 7);
    if !fits(digits.len()) || (fits(code.len()) && digits.len() != code.len()) {
        let length = code.len();
        return refuse(match fits(length) {
            true => format!(
                "编码 {code} 有 {length} 位，新编码也要 {length} 位：类 3 位，款 5 位，项 7 位"
            ),
            false => "科目编码类 3 位，款 5 位，项 7 位，请按其中一种填写".to_owned(),
        });
    }
    let (first, range) = match classification {
        Classification::Functional => ("2", "支出功能分类编码以 2 开头"),
        Classification::Economic => ("35", "支出经济分类编码以 3 或 5 开头"),
    };
    let begins = |code: &str| code.starts_with(|c: char| first.contains(c));
    if begins(code) && !begins(&digits) {
        return refuse(range);
    }
    if *digits == *code {
        return Ok(Vec::new());
    }
    let renamed = |old: &str| old.strip_prefix(code).map(|rest| format!("{digits}{rest}"));
    // A table that has both would have one code twice.
    for at in codes::grids(document).filter(|at| at.classification == classification) {
        let own = || at.grid.rows.iter().filter_map(codes::code_of);
        let here: FxHashSet<&str> = own().collect();
        let taken = own().find_map(|old| renamed(old).filter(|new| here.contains(new.as_str())));
        if let Some(taken) = taken {
            let table = document.tables.get(at.table as usize);
            let heading = table.and_then(|table| document.heading(table.heading?));
            let place = heading.map_or("表中", |heading| document.slice(heading.text));
            return refuse(format!("{place}里已经有编码 {taken}。请换一个编码"));
        }
    }
    let mut places = Vec::new();
    let below = |other: &str| other.starts_with(code);
    for (old, it) in codes_where(document, classification, &below) {
        let Some(new) = renamed(&old) else { continue };
        match it.writing {
            Writing::Tail => {
                // What stands before it says the rest of the code.
                let head = |code: &str| code.get(..code.len().saturating_sub(2)).map(str::to_owned);
                let same = old == code && head(&old) == head(&new);
                if let (true, Some(tail)) = (same, new.get(new.len().saturating_sub(2)..)) {
                    places.push((it.range, tail.to_owned()));
                }
            }
            Writing::Other if document.slice(it.range).contains(['|', '｜']) => {
                return refuse("有的表把编码分在类、款、项几列里。请先并成一列，再改编码");
            }
            Writing::Other | Writing::Prescribed => {}
            Writing::Text | Writing::Cell | Writing::Path => places.push((it.range, new)),
        }
    }
    Ok(edits(document, places.into_iter()))
}

/// In order, those that change nothing left out.
fn edits(document: &Document, places: impl Iterator<Item = (TextRange, String)>) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = places
        .filter(|(range, text)| document.slice(*range) != text)
        .map(|(range, text)| TextEdit { range, text })
        .collect();
    edits.sort_by_key(|edit| edit.range.start());
    edits.dedup_by_key(|edit| edit.range);
    edits
}

/// As a name of a path; digits alone would be read as a code.
fn in_path(name: &str) -> String {
    match name.bytes().all(|byte| byte.is_ascii_digit()) {
        true => format!("【{name}】"),
        false => quoted(name),
    }
}
