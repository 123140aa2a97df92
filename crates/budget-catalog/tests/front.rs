//! The language's reference names the keys of the front matter, and no others.

use budget_catalog::FrontKey;

const REFERENCE: &str = include_str!("../../../grammar/README.md");

#[test]
fn the_reference_has_every_key_with_what_may_be_written() {
    let section = REFERENCE
        .split("\n### ")
        .find(|section| section.starts_with("文档信息\n"));
    let rows: Vec<Vec<String>> = section
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| line.starts_with("| "))
        .skip(2)
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect();
    let known = FrontKey::ALL.map(|key| {
        let about = key.about();
        let allowed = about.values.allowed();
        vec![about.name.to_owned(), about.meaning.to_owned(), allowed]
    });
    assert_eq!(rows, known);
}
