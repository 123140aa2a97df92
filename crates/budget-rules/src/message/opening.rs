//! What was checked, said before anything is found: on the command line, and in an editor's status bar.

use budget_model::{Document, relation::Ledger};

/// By which template a document was checked, and how its relations ended.
pub fn opening(document: &Document, ledger: &Ledger) -> String {
    let template = &document.template;
    let counts = outcomes(&ledger.counts);
    let generic = if template.generic {
        "（通用模板：模板专有的表间关系没有核对）"
    } else {
        ""
    };
    format!(
        "按模板 {}@{} 核对，{counts}{generic}",
        template.id, template.version
    )
}

/// How many relations ended in which way: `关系 N 条：成立 a、…`
pub fn outcomes(counts: &[u32; 6]) -> String {
    let total: u32 = counts.iter().sum();
    let [held, rounding, broken, waiting, not_applicable, unknown] = counts;
    if total == *not_applicable {
        return "没有可以核对的关系".to_owned();
    }
    format!(
        "关系 {total} 条：成立 {held}、舍位可解释 {rounding}、不成立 {broken}、待填 {waiting}、不适用 {not_applicable}、无法核对 {unknown}"
    )
}
