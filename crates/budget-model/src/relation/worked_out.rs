//! What cells would say if they were worked out.

use super::{Derived, derive::derive_all, index::Index, plan::Plan};
use crate::{CellId, Document};

/// What cells would say if each were `=`: those that something defines and that aren't still waiting
/// for a number, in the order of the document.
pub fn worked_out(document: &Document, cells: &[CellId]) -> Vec<Derived> {
    let mut index = Index::new(document);
    let there = cells.iter().filter(|id| document.cell(**id).is_some());
    let wanted: Vec<u32> = there.filter_map(|id| index.cell_number(*id)).collect();
    let derivation = derive_all(&mut index, &Plan::of(&document.template), &wanted, false);
    let mut derived = derivation.derived;
    derived.retain(|derived| derived.cell.is_some_and(|cell| cells.contains(&cell)));
    derived
}

#[cfg(test)]
mod tests {
    use budget_catalog::Catalog;

    use super::*;

    const TEXT: &str = "---\n模板: 新疆-2020-部门预算\n金额单位: 万元\n---\n\n# 第二部分 部门预算公开表\n\n\
        ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
        | --- | --- | ---: | ---: | ---: |\n| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |\n\
        | 206 | 科学技术支出 |  | 待填 | 5.00 |\n|  | 合计 | 9.00 |  | 53.00 |\n";

    fn document() -> Document {
        Document::new(TEXT.into(), Catalog::builtin().clone())
    }

    #[test]
    fn a_cell_is_worked_out_from_what_defines_it() {
        let document = document();
        let cell = |row, column| CellId {
            table: 0,
            grid: 0,
            row,
            column,
        };
        let worked = |cells: &[CellId]| -> Vec<String> {
            let all = worked_out(&document, cells).into_iter();
            all.map(|derived| derived.text).collect()
        };
        // The total of 项目支出 is 30 + 5; what stands there is wrong.
        assert_eq!(worked(&[cell(2, 4)]), ["35.00"]);
        // 合计 of 206 waits for a hole; a number that nothing defines stays.
        assert_eq!(worked(&[cell(1, 2)]), Vec::<String>::new());
        assert_eq!(worked(&[cell(0, 3)]), Vec::<String>::new());
        // Each by what the others would say: 90 = 60 + 30; the total of 合计 waits as 206 does.
        let all = [cell(0, 2), cell(1, 2), cell(2, 2), cell(2, 4)];
        assert_eq!(worked(&all), ["90.00", "35.00"]);
        assert_eq!(worked(&[cell(9, 9)]), Vec::<String>::new());
    }
}
