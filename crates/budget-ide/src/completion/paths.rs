//! Expressions between braces: tables, halves, rows, columns step by step, functions, each with what
//! it comes to now.

use budget_catalog::FrontKey;
use budget_catalog::name::normalize;
use budget_catalog::template::{ColumnKind, RowRole};
use budget_model::relation::{Explorer, quoted};
use budget_model::{Document, Grid, Row, Table};
use budget_syntax::TextRange;
use budget_syntax::expr::parse_slot;
use budget_syntax::tree::{BlockKind, slots};
use rustc_hash::FxHashSet;

use super::{Ask, CompletionItem, CompletionKind, CompletionList, filter, fits, line_at};
use crate::MarkupText;

/// More than anyone scrolls through.
const MOST: usize = 200;
/// An expression is no longer than that: what stands before is looked at no further.
const LONGEST: u32 = 1000;

/// Functions, what they give and their arguments.
const FUNCTIONS: [(&str, &str, &[&str]); 7] = [
    ("占比", "部分占整体的百分比", &["部分", "整体"]),
    ("增减", "“增加”或“减少”和差额", &["本年", "上年"]),
    ("增幅", "“增长”或“下降”和百分比", &["本年", "上年"]),
    ("合", "各数之和", &["甲", "乙"]),
    ("差异率", "实际比计划多或少的百分比", &["实际", "计划"]),
    ("名单", "有数的各行名称，用顿号隔开", &["各行"]),
    ("个数", "有数的行有几个", &["各行"]),
];

/// `Some` between braces, also where nothing is proposed.
pub(super) fn complete(document: &Document, ask: &Ask<'_>) -> Option<CompletionList> {
    let slot = Slot::at(document, ask.offset)?;
    let Some(path) = slot.path(document, ask.offset) else {
        return Some(CompletionList::default());
    };
    // Marks that end a name open a list only where a path goes on.
    let items = path.items(document, ask, &slot);
    Some(CompletionList {
        incomplete: items.len() > MOST || items.iter().any(|item| item.filter != item.label),
        items: items.into_iter().take(MOST).collect(),
    })
}

/// What stands between an open brace and the cursor.
struct Slot<'d> {
    before: &'d str,
    /// Where that begins.
    start: u32,
    line: TextRange,
}

impl<'d> Slot<'d> {
    fn at(document: &'d Document, offset: u32) -> Option<Self> {
        let text: &str = &document.text;
        let line = line_at(text, offset)?;
        let from = line.start().max(offset.saturating_sub(LONGEST));
        // A long line may be cut amid a character.
        let from = (from..=offset).find(|at| text.is_char_boundary(*at as usize))?;
        let before = TextRange::new(from, offset).of(text);
        let open = before.rfind(['{', '｛'])?;
        let inner = before.get(open..)?.trim_start_matches(['{', '｛']);
        let escaped = before.get(..open)?.ends_with('\\');
        if escaped || inner.contains(['}', '｝']) {
            return None;
        }
        let block = document.parse.tree.block_at(offset.saturating_sub(1))?;
        if matches!(
            block.kind,
            BlockKind::FrontMatter(_) | BlockKind::Comment(_)
        ) {
            return None;
        }
        let start = offset - u32::try_from(inner.len()).ok()?;
        Some(Self {
            before: inner,
            start,
            line,
        })
    }

    /// The path that the cursor stands in; `None` in a number, a name to be given or decimals.
    fn path(&self, document: &'d Document, offset: u32) -> Option<Path<'d>> {
        let mut begin = 0;
        let mut quoted = false;
        let mut seen = ' ';
        for (at, c) in self.before.char_indices() {
            let next = at + c.len_utf8();
            match c {
                '【' => quoted = true,
                '】' => quoted = false,
                _ if quoted => {}
                '|' | '｜' | '=' | '＝' => return None,
                // Of a row the ancestors stand before it; with spaces it is a division.
                '/' | '／' if seen != ' ' => {
                    let rest = self.before.get(next..).unwrap_or_default();
                    if rest.starts_with(' ') {
                        begin = next;
                    }
                }
                _ if is_mark(c) || c.is_whitespace() => begin = next,
                _ => {}
            }
            seen = c;
        }
        let text: &'d str = self.before.get(begin..)?;
        if self.before.contains("记为") {
            return None;
        }
        let mut names: Vec<&'d str> = Vec::new();
        let mut from = 0;
        let mut inside = false;
        for (at, c) in text.char_indices() {
            match c {
                '【' => inside = true,
                '】' => inside = false,
                '.' | '。' | '．' if !inside => {
                    names.push(bare(text.get(from..at)?));
                    from = at + c.len_utf8();
                }
                _ => {}
            }
        }
        let typed = text.get(from..)?;
        let is_number = |name: &&str| name.chars().all(|c| c.is_numeric());
        if names.first().is_some_and(is_number)
            || (names.is_empty() && typed.starts_with(char::is_numeric))
        {
            return None;
        }
        let after = TextRange::new(offset, self.line.end()).of(&document.text);
        let rest = after
            .find(|c: char| is_mark(c) || c.is_whitespace() || ".。．}｝{｛|｜".contains(c))
            .unwrap_or(after.len());
        // What is typed between 【 and 】 is replaced with its marks.
        let rest = match typed.starts_with('【') {
            true => after
                .split('}')
                .next()?
                .find('】')
                .map_or(rest, |at| at + '】'.len_utf8()),
            false => rest,
        };
        let start = offset - u32::try_from(typed.len()).ok()?;
        let prefix_end = begin + from;
        Some(Path {
            names,
            written: self.before.get(begin..prefix_end)?,
            typed: typed.trim_start_matches('【'),
            range: TextRange::new(start, offset + u32::try_from(rest).ok()?),
        })
    }
}

fn is_mark(c: char) -> bool {
    "+-*×÷＋－＊()（）,，=＝<>".contains(c)
}

fn bare(name: &str) -> &str {
    let name = name.trim();
    let inner = name.strip_prefix('【').unwrap_or(name);
    inner.strip_suffix('】').unwrap_or(inner)
}

/// A path as far as it is typed.
struct Path<'d> {
    /// The names before the cursor's.
    names: Vec<&'d str>,
    /// They as written, the last dot included.
    written: &'d str,
    typed: &'d str,
    range: TextRange,
}

impl<'d> Path<'d> {
    fn items(&self, document: &'d Document, ask: &Ask<'_>, slot: &Slot<'_>) -> Vec<CompletionItem> {
        let (other, names) = match self.names.split_first() {
            Some((&"上年", rest)) => (Some(document.siblings.last_year.as_deref()), rest),
            Some((&"预算", rest)) => (Some(document.siblings.budget.as_deref()), rest),
            _ => (None, self.names.as_slice()),
        };
        let within = match other {
            Some(None) => return Vec::new(),
            Some(Some(other)) => other,
            None => document,
        };
        let Some((table, rest)) = names.split_first() else {
            let mut items = self.tables(within, other.is_some());
            if other.is_none() {
                items.extend(self.names_of_paragraph(document, slot));
                items.extend(self.functions(ask));
                items.extend(self.siblings(document));
            }
            return items;
        };
        let Some(table) = table_named(within, table) else {
            return Vec::new();
        };
        let halves: Vec<(&str, &Grid)> = table
            .grids
            .iter()
            .filter_map(|grid| {
                let spec = within.read_as(table)?.grids.get(grid.spec?)?;
                Some((spec.title.as_str(), grid.as_ref())).filter(|(title, _)| !title.is_empty())
            })
            .collect();
        let (grids, rest): (Vec<&Grid>, &[&str]) = match (halves.as_slice(), rest) {
            ([], rest) => (table.grids.iter().map(AsRef::as_ref).collect(), rest),
            (_, []) => return self.halves(&halves),
            (_, [half, rest @ ..]) => {
                let key = normalize(half);
                let named = halves.iter().filter(|(title, _)| normalize(title) == key);
                (named.map(|(_, grid)| *grid).collect(), rest)
            }
        };
        match rest {
            [] => self.rows(document, within, table, &grids, ask),
            [row, ..] => self.columns(document, within, &grids, row),
        }
    }

    fn item(&self, kind: CompletionKind, name: &str, path: &str) -> CompletionItem {
        CompletionItem::new(kind, name, self.range)
            .text(path)
            .filter(filter(self.typed, name))
    }

    fn tables(&self, within: &Document, only: bool) -> Vec<CompletionItem> {
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut items = Vec::new();
        for table in &within.tables {
            let Some((name, title)) = name_of_table(within, table) else {
                continue;
            };
            let fitting = fits(self.typed, &name) || fits(self.typed, &title);
            if fitting && seen.insert(name.clone()) {
                let item = self.item(CompletionKind::Table, &name, &quoted(&name));
                items.push(item.detail(if only {
                    format!("另一份文件的{title}")
                } else {
                    title
                }));
            }
        }
        items
    }

    /// Numbers that the paragraph names: `{43,269.30 记为 执行数}`.
    fn names_of_paragraph(&self, document: &Document, slot: &Slot<'_>) -> Vec<CompletionItem> {
        let Some(block) = document.parse.tree.block_at(slot.start) else {
            return Vec::new();
        };
        let text = document.slice(block.range);
        if !text.contains("记为") || matches!(block.kind, BlockKind::Table(_)) {
            return Vec::new();
        }
        let bindings = slots(text, block.range.start()).filter_map(|slot| {
            let binding = parse_slot(document.slice(slot.inner)).ok()?.binding?;
            Some((binding.node, document.slice(slot.range).to_owned()))
        });
        bindings
            .filter(|(name, _)| fits(self.typed, name))
            .map(|(name, slot)| {
                self.item(CompletionKind::Value, &name, &quoted(&name))
                    .detail(slot)
            })
            .collect()
    }

    fn functions(&self, ask: &Ask<'_>) -> Vec<CompletionItem> {
        let fitting = FUNCTIONS.iter().filter(|(name, ..)| fits(self.typed, name));
        fitting
            .map(|(name, gives, arguments)| {
                let stops = (1..).zip(*arguments);
                let stops: Vec<String> = stops
                    .map(|(number, argument)| format!("${{{number}:{argument}}}"))
                    .collect();
                let text = match ask.snippets {
                    true => format!("{name}({})", stops.join(", ")),
                    false => format!("{name}("),
                };
                let mut item = self.item(CompletionKind::Function, name, &text);
                item.snippet = ask.snippets;
                item.note = Some(format!("({})", arguments.join(", ")));
                item.detail(*gives)
            })
            .collect()
    }

    fn siblings(&self, document: &Document) -> Vec<CompletionItem> {
        let siblings = &document.siblings;
        let all = [
            ("上年", &siblings.last_year, FrontKey::LastYear),
            ("预算", &siblings.budget, FrontKey::Budget),
        ];
        let there = all.into_iter().filter(|(_, other, _)| other.is_some());
        there
            .filter(|(name, ..)| fits(self.typed, name))
            .map(|(name, _, key)| {
                let file = document.front.entry(&document.text, key);
                let file = file.map_or("", |field| document.slice(field.value));
                self.item(CompletionKind::Table, name, name).detail(file)
            })
            .collect()
    }

    fn halves(&self, halves: &[(&str, &Grid)]) -> Vec<CompletionItem> {
        let fitting = halves.iter().filter(|(title, _)| fits(self.typed, title));
        fitting
            .map(|(title, _)| self.item(CompletionKind::Table, title, &quoted(title)))
            .collect()
    }

    fn rows(
        &self,
        document: &Document,
        within: &Document,
        table: &Table,
        grids: &[&Grid],
        ask: &Ask<'_>,
    ) -> Vec<CompletionItem> {
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut items = Vec::new();
        for grid in grids {
            for row in &grid.rows {
                let Some((name, label)) = name_of_row(within, table, grid, row) else {
                    continue;
                };
                let shown = match label == name {
                    true => name.clone(),
                    false => format!("{name} {label}"),
                };
                if !(fits(self.typed, &shown) && seen.insert(name.clone())) {
                    continue;
                }
                let mut item = self.item(CompletionKind::Row, &shown, &quoted(&name));
                if matches!(ask.whole, super::Whole::Item(_)) && ask.wants(&shown) {
                    item.documentation = Some(self.amounts(document, within, grid, &name));
                }
                items.push(item);
            }
        }
        items
    }

    /// What the columns of a row hold.
    fn amounts(
        &self,
        document: &Document,
        within: &Document,
        grid: &Grid,
        row: &str,
    ) -> MarkupText {
        let numbers = Explorer::new(document);
        let mut markup = MarkupText::default();
        for (name, _) in columns(within, grid) {
            let path = format!("{}{}.{}", self.written, quoted(row), quoted(name));
            if let Some(worth) = worth(&numbers, &path) {
                markup = markup.item().text(&format!("{name}：{worth}"));
            }
        }
        markup
    }

    fn columns(
        &self,
        document: &Document,
        within: &Document,
        grids: &[&Grid],
        row: &str,
    ) -> Vec<CompletionItem> {
        let numbers = Explorer::new(document);
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut items = Vec::new();
        for grid in grids {
            for (name, kind) in columns(within, grid) {
                if !fits(self.typed, name) || !seen.insert(name) {
                    continue;
                }
                let worth = worth(&numbers, &format!("{}{}", self.written, quoted(name)));
                let worth = worth.filter(|_| !matches!(kind, ColumnKind::Text));
                let item = self.item(CompletionKind::Column, name, &quoted(name));
                items.push(item.detail(match worth {
                    Some(worth) => format!("= {worth}"),
                    None => format!("{row} 还没有数"),
                }));
            }
        }
        items
    }
}

/// What a path comes to, as printed.
fn worth(numbers: &Explorer<'_>, path: &str) -> Option<String> {
    let parsed = parse_slot(path).ok()?;
    Some(numbers.worth(&parsed.expr, path)?.to_string())
}

/// Columns of numbers, by the template's names where it has them.
fn columns<'d>(
    within: &'d Document,
    grid: &'d Grid,
) -> impl Iterator<Item = (&'d str, ColumnKind)> {
    let spec = within
        .tables
        .iter()
        .find(|table| {
            table
                .grids
                .iter()
                .any(|other| std::ptr::eq(other.as_ref(), grid))
        })
        .and_then(|table| within.grid_spec(table, grid));
    let holds = |kind| {
        matches!(
            kind,
            ColumnKind::Amount | ColumnKind::Rate | ColumnKind::Count
        )
    };
    grid.columns
        .iter()
        .filter(move |column| holds(column.kind))
        .map(move |column| {
            let known = spec.and_then(|spec| spec.columns.get(column.spec?));
            let name = known.map_or(within.slice(column.name), |known| known.name.as_str());
            (name, column.kind)
        })
        .filter(|(name, _)| !name.is_empty())
}

/// The table that the first name of a path means.
fn table_named<'d>(within: &'d Document, name: &str) -> Option<&'d Table> {
    if let Some(spec) = within.template.table_named(name) {
        let is_it = |table: &&Table| !table.working && table.spec.or(table.reading) == Some(spec);
        return within.tables.iter().find(is_it);
    }
    let key = normalize(name);
    within.tables.iter().find(|table| {
        let heading = table.heading.and_then(|id| within.heading(id));
        heading.is_some_and(|heading| normalize(within.slice(heading.text)) == key)
    })
}

/// What a path calls a table, and its title.
fn name_of_table(within: &Document, table: &Table) -> Option<(String, String)> {
    let heading = table.heading.and_then(|id| within.heading(id))?;
    let printed = within.slice(heading.text);
    if let Some(spec) = within.read_as(table) {
        let number = spec.ordinal.filter(|_| !within.template.unnumbered);
        if let Some(number) = number {
            let number = budget_convert::skeleton::chinese(usize::from(number));
            return Some((format!("表{number}"), spec.title.clone()));
        }
        let own = within.template.table_named(&spec.title);
        if own == table.spec.or(table.reading) && table.spec.is_some() {
            return Some((spec.title.clone(), printed.to_owned()));
        }
    }
    Some((printed.to_owned(), printed.to_owned()))
}

/// What a path calls a row, and its label; none for one that can't be named.
fn name_of_row(
    within: &Document,
    table: &Table,
    grid: &Grid,
    row: &Row,
) -> Option<(String, String)> {
    if matches!(
        row.role,
        RowRole::ColumnNumbers | RowRole::RepeatedHeader | RowRole::Blank | RowRole::SegmentHead
    ) {
        return None;
    }
    let label = within.slice(row.label).trim();
    if let Some(code) = &row.code {
        // A project below its account has the account's code.
        let project = row.project.map(|range| within.slice(range));
        return match project {
            Some(_) if label.is_empty() => None,
            _ => Some((code.clone(), label.to_owned()).clone()),
        };
    }
    if !label.is_empty() {
        return Some((label.to_owned(), label.to_owned()));
    }
    let spec = within.grid_spec(table, grid)?.rows.get(row.spec?)?;
    (!spec.label.is_empty()).then(|| (spec.label.clone(), spec.label.clone()))
}
