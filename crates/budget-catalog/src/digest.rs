//! What names the data a document was checked by, to the last character: the SHA-256 of a template, of the
//! account codes, of the glossary. Made when asked for; a check needs none.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{CodeTable, Glossary, Template};

/// Of a template as it is in force: what it inherits, and a body's own relations (审核公式), are in it.
/// What it says nothing of isn't, so that a program that knows of more gives the same.
pub fn template(template: &Template) -> String {
    // A template is strings and numbers, which always have a JSON form.
    let mut json = serde_json::to_value(template).unwrap_or_default();
    prune(&mut json);
    hex(Sha256::digest(json.to_string()).as_slice())
}

/// Drops fields that hold nothing.
fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(prune);
            fields.retain(|_, value| !is_nothing(value));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => false,
    }
}

/// Of a table of codes, with the rows of packs: `code, name, from, to, source`, a row a line.
pub fn codes(table: &CodeTable) -> String {
    let year = |year: Option<u16>| year.map_or_else(String::new, |year| year.to_string());
    let rows = table.entries().iter().map(|it| {
        let (from, to) = (year(it.from), year(it.to));
        [
            it.code.to_string(),
            it.name.to_string(),
            from,
            to,
            it.source.to_string(),
        ]
    });
    lines(rows)
}

/// Of the explanations of terms, with those of packs: `term, source, definition`, a row a line.
pub fn glossary(glossary: &Glossary) -> String {
    let rows = glossary.entries().iter();
    lines(rows.map(|it| [&it.term, &it.source, &it.definition].map(ToString::to_string)))
}

fn lines<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> String {
    let mut digest = Sha256::new();
    for row in rows {
        digest.update(row.join("\t"));
        digest.update("\n");
    }
    hex(digest.finalize().as_slice())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalog;

    #[test]
    fn a_digest_tells_one_template_from_another() {
        let catalog = Catalog::builtin();
        let of = |id| template(catalog.template(id).expect("built in"));
        assert_eq!(of("新疆-2020-部门预算"), of("xinjiang-2020-budget"));
        assert_ne!(of("新疆-2020-部门预算"), of("新疆-2024-部门预算"));
        let mut changed = Template::clone(catalog.template("通用-预算").expect("built in"));
        assert_eq!(template(&changed), of("通用-预算"));
        changed.identities.pop();
        assert_ne!(template(&changed), of("通用-预算"));
    }

    #[test]
    fn what_says_nothing_is_not_in_it() {
        let mut json =
            serde_json::json!({"a": 0, "b": null, "c": [{"d": false, "e": ""}], "f": {"g": []}});
        prune(&mut json);
        assert_eq!(json, serde_json::json!({"a": 0, "c": [{}]}));
    }

    #[test]
    fn rows_are_hashed_as_lines() {
        // From `printf 'a\tb\nc\td\n' | sha256sum`.
        let rows = [["a", "b"], ["c", "d"]].map(|row| row.map(str::to_owned));
        assert_eq!(
            lines(rows.into_iter()),
            "31530cb8906d527dbb5ee0624d8a4918233ce77f7a18b576909c0d40f8e202e2"
        );
        let catalog = Catalog::builtin();
        assert_ne!(codes(&catalog.functional), codes(&catalog.economic));
        assert_ne!(glossary(&catalog.glossary), glossary(&Glossary::default()));
    }
}
