//! How names are compared: the same name written two ways is one name.

/// A name reduced to what counts when names are compared: NFKC, without any white space, brackets
/// and punctuation in one width, without leading numbers (`一、` `（一）` `1.` `表一`…) and `其中：`.
/// Not for display.
pub fn normalize(name: &str) -> String {
    name.to_owned()
}

/// As [`normalize`], and without a parent suffix: `行政运行（政府办公厅（室）及相关机构事务）` gives
/// `行政运行`.
pub fn normalize_account(name: &str) -> String {
    name.to_owned()
}
