//! Documents in: text converted from PDF, Word documents, workbooks and CSV become a `.budget` file.
//!
//! Nothing is dropped: every number and every word of the source stands in the file, and
//! [`ImportReport`] says where. What a conversion had broken is put back where the document or
//! its template leave no doubt; the rest is marked `<!-- 转换缺失: … -->`.

mod block;
mod document;
mod evaluation;
mod form;
mod front;
mod grid;
mod guess;
mod header;
mod layout;
mod mend;
mod names;
mod outline;
mod page;
mod report;
pub mod scaffold;
pub mod skeleton;
mod source;
pub mod table;
mod text;
mod write;

use budget_catalog::Catalog;
use source::origin::Origins;

pub use report::{
    Damage, DamageKind, FoundHeading, FoundTable, ImportReport, ImportStatus, NumberCounts,
};
pub use source::{Note, NoteKind, Source, SourceError, import_source, read_source};

/// How to import.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportOptions {
    /// The template's id; guessed from the document if absent.
    pub template: Option<String>,
}

/// An imported document.
#[derive(Clone, PartialEq, Debug)]
pub struct Import {
    /// The text of the `.budget` file: well formed, and as `fmt` would write it.
    pub budget: String,
    /// What became of the source.
    pub report: ImportReport,
}

/// Imports text that was converted from PDF: lines, tables with cells between tabs or set with
/// spaces. Any text gives a file; the report says how much of it was understood. Linear in the
/// text's length.
pub fn import_text(source: &str, options: &ImportOptions, catalog: &Catalog) -> Import {
    let Some(laid) = layout::read(source, catalog) else {
        return import_lines(source, &Origins::new(), options, catalog);
    };
    let mut import = import_lines(&laid.text, &Origins::new(), options, catalog);
    let report = &mut import.report;
    for heading in &mut report.headings {
        heading.line = heading.line.map(|line| laid.line(line));
    }
    for table in &mut report.tables {
        table.line = laid.line(table.line);
    }
    for damage in &mut report.damage {
        damage.line = laid.line(damage.line);
    }
    if !laid.damage.is_empty() {
        report.status = ImportStatus::Partly;
        report.damage.extend(laid.damage);
        report.damage.sort_by_key(|damage| damage.line);
    }
    import
}

/// Imports text whose tables say where they come from.
pub(crate) fn import_lines(
    text: &str,
    origins: &Origins,
    options: &ImportOptions,
    catalog: &Catalog,
) -> Import {
    let blocks = block::split(text);
    let guess = guess::guess(options.template.as_deref(), &blocks, catalog);
    let forms = evaluation::Layout::of(catalog, guess.names.as_ref());
    let walked = document::walk(&blocks, guess.names.as_ref(), forms.as_ref());
    let front = front::front(&guess.id, &walked.facts);
    let nodes = source::origin::place(walked.nodes, &walked.tables, origins);
    let written = write::write(&front, &nodes);
    let parsed = budget_syntax::parse(&written);
    let edits = budget_syntax::format::format(&written, &parsed.tree);
    let budget = budget_syntax::format::apply(&written, &edits);
    let own = (!origins.is_empty()).then(|| source::origin::without(&budget, origins));
    let own = own.as_deref().unwrap_or(&budget);
    let (numbers, lost_characters) = report::account(text, own, &walked.folded, &walked.pages);
    let mut damage = walked.damage;
    damage.sort_by_key(|damage| damage.line);
    let whole = numbers.lost == 0
        && numbers.comments == 0
        && lost_characters == 0
        && damage.iter().all(|damage| !damage.kind.open());
    Import {
        report: ImportReport {
            status: if whole {
                ImportStatus::Placed
            } else {
                ImportStatus::Partly
            },
            template: guess.id,
            reasons: guess.reasons,
            numbers,
            lost_characters,
            headings: walked.headings,
            tables: walked.tables,
            damage,
            notes: Vec::new(),
        },
        budget,
    }
}
