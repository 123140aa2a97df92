//! Whatever a template can be drafted from: the draft loads as it is, and with all that it offers.
#![no_main]

use budget_catalog::Catalog;
use budget_convert::scaffold::{ScaffoldError, scaffold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match scaffold(&text, Catalog::builtin()) {
        Err(ScaffoldError::Empty | ScaffoldError::NoTables) => {}
        Err(error) => panic!("{error}"),
        Ok(draft) => {
            let (structure, offers) = draft.text.split_once("## ---- 核对关系 ----").expect("both");
            let offers: String = offers.lines().map(|it| format!("{}\n", it.strip_prefix("# ").unwrap_or(it))).collect();
            for text in [draft.text.clone(), format!("{structure}{offers}")] {
                let (_, errors) = Catalog::with_packs(Catalog::builtin(), [("a.toml".to_owned(), text)]);
                assert_eq!(errors, []);
            }
        }
    }
});
