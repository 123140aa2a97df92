//! Ids of what a draft names.
//!
//! What the program has a word for keeps it (`total`, `basic`, `c201`); the rest is numbered by its
//! place (`t3`, `c4`, `r7`). Transliterated ids would follow every change of a name, and no reader
//! of Chinese gains by them: a name stands beside every id.

use rustc_hash::FxHashSet;

/// Gives ids that differ.
#[derive(Default)]
pub(super) struct Ids {
    taken: FxHashSet<String>,
}

impl Ids {
    /// The wanted id, or the one by place, or that with a number.
    pub(super) fn give(&mut self, wanted: Option<&str>, by_place: String) -> String {
        let wanted = wanted.filter(|id| !self.taken.contains(*id));
        let mut id = wanted.map_or(by_place, str::to_owned);
        if self.taken.contains(&id) {
            let stem = id.clone();
            let free = (2..).map(|n: u32| format!("{stem}-{n}"));
            let mut free = free.filter(|id| !self.taken.contains(id));
            id = free.next().unwrap_or(stem);
        }
        self.taken.insert(id.clone());
        id
    }
}
