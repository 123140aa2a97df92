//! The grammar of `.budget` files for [tree-sitter](https://tree-sitter.github.io).

use tree_sitter_language::LanguageFn;

#[allow(unsafe_code, reason = "the parser is C")]
mod ffi {
    use tree_sitter_language::LanguageFn;

    unsafe extern "C" {
        fn tree_sitter_budget() -> *const ();
    }

    // SAFETY: the function that tree-sitter generated, which gives its language.
    pub(super) const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_budget) };
}

/// The language, for `tree_sitter::Parser::set_language`.
pub const LANGUAGE: LanguageFn = ffi::LANGUAGE;

/// What is shown how.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// What can be folded: sections, tables, items, comments, the front matter.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");

/// What can be selected as a whole: sections, tables, rows, cells, comments.
pub const TEXT_OBJECTS_QUERY: &str = include_str!("../../queries/textobjects.scm");
