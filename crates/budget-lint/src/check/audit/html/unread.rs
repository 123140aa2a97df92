//! What a person still has to check: what could not be decided, what no relation is about, what was not
//! read.

use budget_model::relation::{Outcome, Why};
use maud::{Markup, html};
use rustc_hash::FxHashMap;

use super::{Page, title};
use crate::check::ledger;

/// Relations of one identity in one table that could not be decided for one reason.
struct Undecided {
    table: Option<usize>,
    identity: usize,
    why: Option<Why>,
    first: usize,
    count: usize,
}

impl Page<'_, '_> {
    pub(super) fn unread(&self) -> Markup {
        let record = self.record;
        let undecided = self.undecided();
        let place =
            |table: Option<usize>| table.map_or_else(|| "表以外".to_owned(), |it| title(self, it));
        html! {
            section {
                h2 { "三、没有核对到的（须人工核对）" }
                h3 { "无法核对的关系 " (record.counts.outcomes.unknown) " 条" }
                @if !undecided.is_empty() {
                    table.list {
                        thead { tr { th { "表" } th { "关系" } th { "为什么" } th.n { "条数" } } }
                        tbody { @for it in &undecided { tr {
                            td { (place(it.table)) }
                            td { @if let Some(identity) = self.sheet.document.template.identities.get(it.identity) {
                                (identity.id) "　" (identity.message)
                            } }
                            td { (it.why.map_or("", |why| ledger::why(why).1)) }
                            td.n { a href={ "#r" (it.first) } { (it.count) } }
                        } } }
                    }
                }
                h3 { "没有关系涉及的金额 " (record.uncovered.len()) " 个" }
                @if !record.uncovered.is_empty() {
                    table.list {
                        thead { tr { th { "表" } th { "行、栏" } th.n { "金额" } th { "为什么" } } }
                        tbody { @for at in &record.uncovered { @if let Some(cell) = record.cells.get(*at) { tr {
                            td { (place(Some(cell.table))) }
                            td { (self.row_name(cell.id)) "　" (self.column_name(cell.id)) }
                            td.n { a href={ "#c" (at) } { (cell.value.unwrap_or(cell.text)) } }
                            td { (cell.reason.unwrap_or_default()) }
                        } } } }
                    }
                }
                h3 { "没有读到的 " (record.not_read.len()) " 处" }
                @if !record.not_read.is_empty() {
                    table.list {
                        thead { tr { th { "位置" } th { "写的是" } th { "情况" } } }
                        tbody { @for it in &record.not_read { tr {
                            td { @if let Some(table) = it.table { (title(self, table)) } "（第 " (it.range.start.line) " 行）" }
                            td { (it.text) }
                            td { (it.message) }
                        } } }
                    }
                }
                @if record.counts.numbers_in_prose > 0 {
                    p { "写在文字里的数 " (record.counts.numbers_in_prose)
                        " 个（年份、序号也算在内）没有与表核对，请对照表格看一遍。" }
                }
            }
        }
    }

    fn undecided(&self) -> Vec<Undecided> {
        let mut groups: Vec<Undecided> = Vec::new();
        let mut known = FxHashMap::default();
        let instances = &self.sheet.report.ledger.instances;
        for (relation, instance) in self.record.relations.iter().zip(instances) {
            if instance.outcome != Outcome::Unknown {
                continue;
            }
            let key = (
                relation.table,
                instance.identity,
                instance.why.map(|why| ledger::why(why).0),
            );
            let place = *known.entry(key).or_insert_with(|| {
                groups.push(Undecided {
                    table: relation.table,
                    identity: instance.identity,
                    why: instance.why,
                    first: relation.number,
                    count: 0,
                });
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(place) {
                group.count += 1;
            }
        }
        groups
    }
}
