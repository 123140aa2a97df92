//! Names that are searched for across documents: headings, tables, projects, terms.

use budget_catalog::mention::Folded;
use budget_model::Document;
use budget_syntax::TextRange;
use rustc_hash::FxHashSet;

use crate::outline::{Symbol, SymbolKind, outline};

/// A place that a search may lead to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What it stands in; empty at the top.
    pub container: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its name in the text.
    pub range: TextRange,
}

/// All that can be searched for in a document, in order; a project once.
pub fn entries(document: &Document) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut projects = FxHashSet::default();
    // An explicit stack: nothing bounds how deep headings nest but their level.
    let mut open: Vec<(Symbol, String)> = Vec::new();
    let push = |open: &mut Vec<_>, symbols: Vec<Symbol>, container: &str| {
        let children = symbols.into_iter().rev();
        open.extend(children.map(|symbol| (symbol, container.to_owned())));
    };
    push(&mut open, outline(document), "");
    while let Some((mut symbol, container)) = open.pop() {
        push(
            &mut open,
            std::mem::take(&mut symbol.children),
            &symbol.name,
        );
        let wanted = match symbol.kind {
            SymbolKind::FrontMatter | SymbolKind::Total => false,
            SymbolKind::Project => projects.insert(symbol.name.clone()),
            _ => true,
        };
        if wanted {
            found.push(Entry {
                name: symbol.name,
                container,
                kind: symbol.kind,
                range: symbol.selection,
            });
        }
    }
    found
}

/// What is searched for.
#[derive(Clone, Debug)]
pub struct Query(String);

impl Query {
    /// Takes what was typed: width, blanks and case don't count.
    pub fn new(typed: &str) -> Self {
        Self(folded(typed))
    }

    /// How well a name fits, the best first; none if it doesn't. Nothing typed fits everything; the
    /// characters typed may stand apart (`项支表`).
    pub fn rank(&self, name: &str) -> Option<u8> {
        let name = folded(name);
        if self.0.is_empty() || name == self.0 {
            return Some(0);
        }
        match name.find(&self.0) {
            Some(0) => return Some(1),
            Some(_) => return Some(2),
            None => {}
        }
        let mut rest = name.chars();
        let apart = self.0.chars().all(|wanted| rest.any(|have| have == wanted));
        apart.then_some(3)
    }
}

fn folded(text: &str) -> String {
    Folded::new(text).text().to_lowercase()
}
