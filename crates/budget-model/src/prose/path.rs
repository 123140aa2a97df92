//! A cell as a path of an expression names it: `表三.2010301.项目支出`.

use crate::{CellId, Document, relation::quoted};

/// The path of a cell.
pub fn of_cell(document: &Document, id: CellId) -> String {
    let Some(table) = document.tables.get(id.table as usize) else {
        return String::new();
    };
    let spec = document
        .table_spec(table)
        .or_else(|| document.read_as(table));
    let heading = || {
        let heading = document.heading(table.heading?)?;
        Some(document.slice(heading.text).to_owned())
    };
    let ordinal = spec.and_then(|spec| spec.ordinal);
    let name = match ordinal.filter(|_| !document.template.unnumbered) {
        Some(number) => format!("表{}", chinese(number)),
        None => heading()
            .or_else(|| spec.map(|spec| spec.title.clone()))
            .unwrap_or_default(),
    };
    let mut path = vec![quoted(name.trim())];
    let Some(grid) = table.grids.get(id.grid as usize) else {
        return path.concat();
    };
    if let Some(title) = spec
        .zip(grid.spec)
        .and_then(|(spec, grid)| spec.grids.get(grid))
        .map(|grid| grid.title.trim())
        .filter(|title| !title.is_empty())
    {
        path.push(quoted(title));
    }
    if let Some(row) = grid.rows.get(id.row as usize) {
        let label = document.slice(row.label).trim();
        let project = row.project.map(|project| document.slice(project).trim());
        path.extend(row.code.clone());
        match (project, &row.code) {
            (Some(project), _) => path.push(quoted(project)),
            (None, None) if !label.is_empty() => path.push(quoted(label)),
            _ => {}
        }
    }
    if let Some(column) = grid.columns.get(id.column as usize) {
        path.push(quoted(document.slice(column.name).trim()));
    }
    path.join(".")
}

fn chinese(number: u8) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |at: u8| DIGITS.get(usize::from(at)).copied().unwrap_or("");
    match (number / 10, number % 10) {
        (0, ones) => digit(ones).to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens @ 2..=9, ones) => format!("{}十{}", digit(tens), digit(ones)),
        _ => number.to_string(),
    }
}
