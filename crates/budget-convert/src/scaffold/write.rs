//! A draft as text: TOML with comments, laid out as the built-in templates are.

use std::fmt::Write;

use budget_catalog::template::{
    ColumnSpec, FieldSpec, GridSpec, IdentitySpec, NumberStyle, PartSpec, RowSpec, SectionSpec,
    TableSpec, Template,
};
use budget_syntax::expr::Segment;
use serde::Serialize;

use super::{Meta, Offer};

/// A value as TOML writes it.
fn value<T: Serialize>(value: T) -> String {
    toml::Value::try_from(value).map_or_else(|_| "\"\"".to_owned(), |value| value.to_string())
}

/// A name as a step of a path.
pub(super) fn name(name: &str) -> String {
    Segment::Name(vec![name.to_owned()]).to_string()
}

fn line(out: &mut String, key: &str, value_of: impl Serialize) {
    let _ = writeln!(out, "{key} = {}", value(value_of));
}

fn some<T: Serialize>(out: &mut String, key: &str, value_of: Option<T>) {
    if let Some(value_of) = value_of {
        line(out, key, value_of);
    }
}

fn list(out: &mut String, key: &str, values: &[String]) {
    if !values.is_empty() {
        line(out, key, values);
    }
}

/// A comment: one line, whatever a document had in it.
fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// All but the identities.
pub(super) fn structure(template: &Template, meta: &Meta) -> String {
    let mut out = String::new();
    head(&mut out, template, meta);
    style(&mut out, &template.number_style);
    for part in &template.parts {
        write_part(&mut out, part);
    }
    for (spec, heading) in template.tables.iter().zip(&meta.headings) {
        write_table(&mut out, spec, heading);
    }
    if !template.fields.is_empty() {
        out.push_str("\n# ---- 表上方还见到的填报项 ----\n");
    }
    for field in &template.fields {
        write_field(&mut out, field);
    }
    out
}

fn head(out: &mut String, template: &Template, meta: &Meta) {
    let of = match (&meta.body, meta.year) {
        (Some(body), Some(year)) => format!("（{year} 年，{body}）"),
        (Some(body), None) => format!("（{body}）"),
        (None, Some(year)) => format!("（{year} 年）"),
        (None, None) => String::new(),
    };
    let _ = writeln!(
        out,
        "# 由 budget-lint templates scaffold 根据一份文档{}拟的模板草稿。",
        comment(&of)
    );
    out.push_str(
        "# 请逐项核对：id、title 改成本地的；别的单位可能没有的部分、表、行，改 required；\n\
         # 列名、行名在别的文档里还有别的写法的，加 aliases；最后确认末尾的核对关系。\n\
         # id 只供程序和核对关系使用，改名称时不必改它。写法见 docs/templates.md。\n\n",
    );
    line(out, "id", &template.id);
    line(out, "slug", &template.slug);
    line(out, "version", &template.version);
    line(out, "title", &template.title);
    line(out, "kind", template.kind);
    some(out, "year", template.year);
    if template.unnumbered {
        out.push_str("# 各表没有“表一”这样的编号，只有表名；ordinal 是先后。\n");
        line(out, "unnumbered", true);
    }
    out.push_str("# 与另一年的模板大同小异时，改为那个模板的 id，这里只留不同的部分。\n");
    some(out, "extends", template.extends.as_ref());
}

fn style(out: &mut String, style: &NumberStyle) {
    if *style == NumberStyle::default() {
        return;
    }
    out.push_str("\n# 数字的写法：小数位数，末尾的零留不留，千分位写不写。\n[number-style]\n");
    some(out, "decimals", style.decimals);
    some(out, "trailing-zeros", style.trailing_zeros);
    some(out, "thousands", style.thousands);
    some(out, "percent-decimals", style.percent_decimals);
}

fn write_part(out: &mut String, part: &PartSpec) {
    let _ = writeln!(out, "\n# ---- {} ----\n\n[[parts]]", comment(&part.title));
    line(out, "id", &part.id);
    line(out, "title", &part.title);
    some(out, "full-title", part.full_title.as_ref());
    list(out, "aliases", &part.aliases);
    line(out, "content", part.content);
    if !part.required {
        line(out, "required", false);
    }
    for section in &part.sections {
        write_section(out, section, "parts.sections");
    }
}

fn write_section(out: &mut String, section: &SectionSpec, path: &str) {
    let _ = writeln!(out, "\n[[{path}]]");
    line(out, "id", &section.id);
    if !section.number.is_empty() {
        line(out, "number", &section.number);
    }
    line(out, "title", &section.title);
    some(out, "full-title", section.full_title.as_ref());
    list(out, "aliases", &section.aliases);
    list(out, "tables", &section.tables);
    for below in &section.sections {
        write_section(out, below, "parts.sections.sections");
    }
}

fn write_table(out: &mut String, table: &TableSpec, heading: &str) {
    let _ = writeln!(out, "\n# ---- {} ----\n\n[[tables]]", comment(heading));
    line(out, "id", &table.id);
    some(out, "ordinal", table.ordinal);
    line(out, "title", &table.title);
    list(out, "aliases", &table.aliases);
    if !table.required {
        line(out, "required", false);
    }
    line(out, "key", &table.key);
    some(out, "unit", table.unit.as_ref());
    some(out, "empty-note", table.empty_note.as_ref());
    for grid in &table.grids {
        write_grid(out, grid);
    }
}

fn write_grid(out: &mut String, grid: &GridSpec) {
    out.push_str("\n[[tables.grids]]\n");
    if !grid.id.is_empty() {
        line(out, "id", &grid.id);
        line(out, "title", &grid.title);
    }
    some(out, "classification", grid.classification);
    out.push_str("columns = [\n");
    for column in &grid.columns {
        let _ = writeln!(out, "  {{ {} }},", write_column(column));
    }
    out.push_str("]\n");
    if !grid.rows.is_empty() {
        out.push_str("rows = [\n");
        for row in &grid.rows {
            let _ = writeln!(out, "  {{ {} }},", write_row(row));
        }
        out.push_str("]\n");
    }
}

fn write_column(column: &ColumnSpec) -> String {
    let mut out = format!(
        "id = {}, name = {}, kind = {}",
        value(&column.id),
        value(&column.name),
        value(column.kind)
    );
    if column.optional {
        out.push_str(", optional = true");
    }
    if column.merged {
        out.push_str(", merged = true");
    }
    out
}

fn write_row(row: &RowSpec) -> String {
    let mut out = format!("id = {}, label = {}", value(&row.id), value(&row.label));
    if row.unlabelled {
        out.push_str(", unlabelled = true");
    }
    if let Some(code) = &row.code {
        let _ = write!(out, ", code = {}", value(code));
    }
    if row.role != budget_catalog::template::RowRole::Detail {
        let _ = write!(out, ", role = {}", value(row.role));
    }
    if row.depth > 0 {
        let _ = write!(out, ", depth = {}", row.depth);
    }
    if row.required {
        out.push_str(", required = true");
    }
    out
}

fn write_field(out: &mut String, field: &FieldSpec) {
    out.push_str("\n[[fields]]\n");
    line(out, "id", &field.id);
    line(out, "name", &field.name);
}

/// An identity, as it is loaded.
pub(super) fn identity(identity: &IdentitySpec) -> String {
    let mut out = String::from("\n[[identities]]\n");
    line(&mut out, "id", &identity.id);
    line(&mut out, "expr", &identity.expr);
    line(&mut out, "kind", identity.kind);
    if identity.defines {
        line(&mut out, "defines", true);
    }
    line(&mut out, "source", &identity.source);
    line(&mut out, "message", &identity.message);
    out
}

/// The draft with the identities on offer as comments.
pub(super) fn whole(structure: &str, offers: &[Offer], template: &Template) -> String {
    let mut out = structure.to_owned();
    out.push_str("\n## ---- 核对关系 ----\n##\n");
    if offers.is_empty() {
        out.push_str("## 没有找到在这份文档里成立的核对关系。请照 docs/templates.md 自己写。\n");
        return out;
    }
    out.push_str(
        "## 下面每一条都在这份文档里核对过。是规定如此的，去掉行首的“# ”；只是碰巧的，删去。\n\
         ## “成立 12/12”：有数可核对的 12 处都成立；两边都是 0 或空的不算。\n\
         ## “成立 11/12”的另写明哪里不成立：多半是文档有错，也可能是这条不该有。\n\
         ## 能由别的几条推出来的不再列出。defines = true：格子里写“=”时按这条算。\n",
    );
    let mut group = None;
    for offer in offers {
        if group != Some(offer.table) {
            group = Some(offer.table);
            let title = match offer.table.and_then(|table| template.tables.get(table)) {
                Some(table) => table.title.as_str(),
                None => "表与表之间",
            };
            let _ = write!(out, "\n## -- {} --\n", comment(title));
        }
        let _ = write!(
            out,
            "\n## 成立 {}/{}",
            offer.held,
            offer.held + offer.broken
        );
        for place in &offer.failures {
            let _ = write!(out, "\n## 不成立：{}", comment(place));
        }
        out.push('\n');
        for row in identity(&offer.identity).lines().skip(1) {
            let _ = writeln!(out, "# {row}");
        }
    }
    out
}
