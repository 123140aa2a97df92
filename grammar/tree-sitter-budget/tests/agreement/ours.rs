//! The real parser's tree as facts.

use budget_syntax::expr::parse_slot;
use budget_syntax::tree::{BlockKind, Entry, RowKind, Tree};
use budget_syntax::{TextRange, slots};

use crate::Fact;
use crate::theirs::trim;

pub(crate) fn facts(text: &str, tree: &Tree) -> Vec<Fact> {
    let mut facts = Vec::new();
    let field = |entry: Option<Entry>| entry.map(|entry| (entry.key, trim(entry.value, text)));
    for block in tree.blocks() {
        match block.kind {
            BlockKind::FrontMatter(matter) => {
                facts.extend(matter.entries().map(|entry| Fact::Entry {
                    key: entry.key,
                    value: trim(entry.value, text),
                }))
            }
            BlockKind::Heading(heading) => facts.push(Fact::Heading {
                level: heading.level,
                title: trim(heading.text, text),
            }),
            BlockKind::Table(table) => {
                let mut slots_of_row = Vec::new();
                for row in table.rows() {
                    let delimiter = row.kind == RowKind::Delimiter;
                    let range = trim(row.range, text);
                    // A comment alone on its line stands before its row.
                    let (inside, before): (Vec<_>, Vec<_>) = row
                        .comments()
                        .map(|comment| comment.range)
                        .partition(|comment| row.range.contains(*comment));
                    // One between the header and the delimiter belongs to the header.
                    let (before, after): (Vec<_>, Vec<_>) = before
                        .into_iter()
                        .partition(|comment| comment.start() < range.start());
                    facts.extend(before.into_iter().map(Fact::Comment));
                    let cells = row.cells().map(|cell| trim(cell.content, text)).collect();
                    for cell in row.cells().filter(|_| !delimiter) {
                        // One that a comment cuts is text to tree-sitter.
                        let whole = slots_in(cell.text, text).filter(|slot| {
                            let cut = |comment: &TextRange| meets(slot, *comment);
                            !inside.iter().any(cut)
                        });
                        slots_of_row.extend(whole);
                    }
                    facts.push(Fact::Row {
                        kind: row.kind,
                        range,
                        cells,
                        comments: inside,
                    });
                    facts.append(&mut slots_of_row);
                    facts.extend(after.into_iter().map(Fact::Comment));
                }
            }
            BlockKind::ListItem(item) => {
                facts.push(Fact::Item {
                    text: trim(item.text, text),
                    field: field(item.field),
                });
                facts.extend(slots_in(content(item.text, item.field), text));
            }
            BlockKind::Comment(comment) => facts.push(Fact::Comment(comment.range)),
            BlockKind::Paragraph(paragraph) => {
                facts.push(Fact::Paragraph {
                    text: paragraph.text,
                    field: field(paragraph.field),
                });
                facts.extend(slots_in(content(paragraph.text, paragraph.field), text));
            }
            BlockKind::Blank => {}
        }
    }
    facts
}

/// Where the slots of a field are: in its value.
fn content(text: TextRange, field: Option<Entry>) -> TextRange {
    field.map_or(text, |field| field.value)
}

fn slots_in(range: TextRange, text: &str) -> impl Iterator<Item = Fact> {
    slots(range.of(text), range.start())
        .filter(|slot| !is_odd(slot.range.of(text)))
        .map(|slot| Fact::Slot {
            range: slot.range,
            read: parse_slot(slot.inner.of(text)).is_ok(),
        })
}

/// A `{…}` over two lines or with a NUL is text to tree-sitter; to it a byte order mark is a space, and a name after a
/// dot doesn't begin with 记为.
pub(crate) fn is_odd(slot: &str) -> bool {
    slot.contains(['\n', '\r', '\0', '\u{FEFF}'])
        || [".记为", "。记为", "．记为"]
            .iter()
            .any(|odd| slot.contains(odd))
}

fn meets(slot: &Fact, comment: TextRange) -> bool {
    let Fact::Slot { range, .. } = slot else {
        return false;
    };
    range.start() < comment.end() && comment.start() < range.end()
}
