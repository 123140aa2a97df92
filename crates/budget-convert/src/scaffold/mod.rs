//! A draft of a template, made from one document: its parts, tables, columns and rows as they
//! stand, and the identities that hold in it, as comments to confirm.
//!
//! Pure: a text and a catalogue in, a text out. Nothing here judges numbers: a candidate is written
//! in the language of identities, loaded with the draft as a user's pack would be, and judged by the
//! relation engine on the document itself.

mod aliases;
mod candidates;
mod columns;
mod cross;
mod ids;
mod outline;
mod select;
mod span;
mod sums;
mod tables;
mod title;
mod write;

use std::sync::Arc;

use budget_catalog::{
    Catalog, PackError,
    template::{DisclosureKind, IdentitySpec, NumberStyle, Template},
};
use budget_model::{Document, Value, document::Reading};

pub use select::Offer;

/// A draft.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// The id that was guessed for it.
    pub id: String,
    /// The TOML file. It loads as it is, and with every offered identity uncommented.
    pub text: String,
    /// Tables, forms included.
    pub tables: usize,
    /// The identities offered, in the file's order.
    pub offers: Vec<Offer>,
    /// What the document has that no template can say.
    pub notes: Vec<String>,
}

/// Why there is no draft.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// No text at all.
    #[error("文件是空的。请给一份导入或填好的 .budget 文档")]
    Empty,
    /// No table below a heading.
    #[error("文档里没有带标题的表，拟不出模板。请先用 budget-lint import 导入带表的文档")]
    NoTables,
    /// The draft does not load: a mistake of this program.
    #[error("拟出的模板载入不了（{0}）。请把这份文档报告给我们")]
    Unloadable(PackError),
}

/// Drafts a template from a document. The names of `catalog` are taken; linear in the document's
/// length but for the number of columns and tables.
pub fn scaffold(text: &str, catalog: &Arc<Catalog>) -> Result<Draft, ScaffoldError> {
    if text.trim().is_empty() {
        return Err(ScaffoldError::Empty);
    }
    let given = Document::new(text.into(), Arc::clone(catalog));
    let kind = kind(&given);
    let generic = match kind {
        DisclosureKind::Budget => "通用-预算",
        DisclosureKind::FinalAccounts => "通用-决算",
    };
    let read = reread(&given, generic, catalog);
    let (mut template, meta) = outline::draft(&read, kind, catalog);
    if template.tables.is_empty() {
        return Err(ScaffoldError::NoTables);
    }
    aliases::add(&read, &mut template);
    template.number_style = number_style(&read);
    let structure = write::structure(&template, &meta);
    let own = load(catalog, &structure, &[]).map_err(ScaffoldError::Unloadable)?;
    let document = reread(&given, &template.id, &own);
    let candidates = candidates::all(&document, &meta);
    let offers = select::select(&structure, &document, catalog, candidates);
    let text = write::whole(&structure, &offers, &template);
    Ok(Draft {
        id: template.id,
        text,
        tables: template.tables.len(),
        offers,
        notes: meta.notes,
    })
}

/// The catalogue with the draft and some identities in it.
fn load(
    catalog: &Catalog,
    structure: &str,
    identities: &[IdentitySpec],
) -> Result<Arc<Catalog>, PackError> {
    let mut text = structure.to_owned();
    for identity in identities {
        text.push_str(&write::identity(identity));
    }
    let (catalog, errors) = Catalog::with_packs(catalog, [("草稿".to_owned(), text)]);
    match errors.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(Arc::new(catalog)),
    }
}

/// The document, read by another template than the one it names.
fn reread(document: &Document, template: &str, catalog: &Arc<Catalog>) -> Document {
    let text = match document.front.template {
        Some(field) => {
            let text = &document.text;
            let (start, end) = (field.value.start() as usize, field.value.end() as usize);
            let before = text.get(..start).unwrap_or_default();
            let after = text.get(end..).unwrap_or_default();
            format!("{before}{template}{after}").into()
        }
        None => Arc::clone(&document.text),
    };
    let reading = Reading {
        default_template: template,
        tolerance: document.tolerance,
        ..Reading::default()
    };
    Document::read(text, Arc::clone(catalog), reading)
}

/// 预算 or 决算: what its template says, else its headings.
fn kind(document: &Document) -> DisclosureKind {
    let named = document.template_choice == budget_model::document::TemplateChoice::Named;
    let says = |document: &Document| {
        let mut headings = document.headings.iter();
        headings.any(|heading| document.slice(heading.text).contains("决算"))
    };
    if named && document.template.kind == DisclosureKind::FinalAccounts || !named && says(document)
    {
        DisclosureKind::FinalAccounts
    } else {
        DisclosureKind::Budget
    }
}

/// How the document prints its numbers, where all its tables do so alike.
fn number_style(document: &Document) -> NumberStyle {
    let mut style = document.front.number_style.clone();
    let mut tables = document.tables.iter();
    let one_unit = tables.all(|table| {
        let first = document.tables.first();
        first.is_none_or(|first| first.unit == table.unit)
    });
    let cells = || {
        let grids = document.tables.iter().flat_map(|table| &table.grids);
        grids.flat_map(|grid| &grid.cells)
    };
    let (mut large, mut separated) = (0_usize, 0_usize);
    for cell in cells() {
        let Value::Number(_) = cell.value else {
            continue;
        };
        let written = document.slice(cell.range);
        separated += usize::from(written.contains([',', '，']));
        let digits = written.split('.').next().unwrap_or_default();
        large += usize::from(digits.chars().filter(char::is_ascii_digit).count() > 3);
    }
    if style.thousands.is_none() && large > 0 {
        style.thousands = Some(separated * 2 > large);
    }
    let most = document
        .tables
        .iter()
        .map(|table| table.most_decimals)
        .max();
    if one_unit && let Some(most) = most.filter(|most| *most > 0) {
        let trimmed = document.tables.iter().any(|table| table.decimals > 0);
        style.decimals = style.decimals.or(Some(most));
        style.trailing_zeros = style.trailing_zeros.or(Some(!trimmed));
    }
    style
}

/// What a draft knows of the document beside what a template can say.
#[derive(Default)]
pub(crate) struct Meta {
    /// For each table of the template: what its heading says.
    pub(crate) headings: Vec<String>,
    /// For each table and grid: for each column, the column of a sum that it is a part of.
    pub(crate) parts: Vec<Vec<Vec<Option<usize>>>>,
    /// For each table: whether it holds a number other than 0.
    pub(crate) numbers: Vec<bool>,
    /// The body and the year, as the front matter has them.
    pub(crate) body: Option<String>,
    pub(crate) year: Option<u16>,
    /// What no template can say.
    pub(crate) notes: Vec<String>,
}

/// What an identity's path begins with for a table.
pub(crate) fn table_name(template: &Template, table: usize) -> String {
    let spec = template.tables.get(table);
    match spec.and_then(|spec| spec.ordinal) {
        Some(ordinal) if !template.unnumbered => {
            format!("表{}", crate::text::chinese(ordinal.into()))
        }
        _ => spec.map_or_else(String::new, |spec| write::name(&spec.title)),
    }
}
