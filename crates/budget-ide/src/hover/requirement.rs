//! What the template requires: of a part, a section, a table, a half of one, a column.

use budget_catalog::Template;
use budget_catalog::name::normalize;
use budget_catalog::template::{
    ColumnKind, ColumnSpec, GridSpec, PartContent, PartSpec, SectionSpec, TableSpec,
};
use budget_model::{Document, Heading, Target};
use budget_syntax::TextRange;
use budget_syntax::expr::{Condition, Expr, Identity, Path, Segment};
use budget_syntax::tree::{BlockKind, RowKind};

use super::Hover;
use crate::MarkupText;

/// Items of a list that are shown; the rest are counted.
const MOST: usize = 16;

/// What is required of the heading or the column at an offset.
pub(super) fn hover(document: &Document, offset: u32) -> Option<Hover> {
    let block = document.parse.tree.block_at(offset)?;
    let (range, markup) = match block.kind {
        BlockKind::Heading(heading) if heading.text.touches(offset) => {
            let at = document.heading(document.heading_at(offset)?)?;
            (heading.text, of_heading(document, at)?)
        }
        BlockKind::Table(table) => {
            let header = table.rows().find(|row| row.kind == RowKind::Header)?;
            let mut cells = header.cells().map(|cell| cell.text);
            let cell = cells.find(|cell| !cell.is_empty() && cell.touches(offset))?;
            (cell, of_column(document, cell, offset)?)
        }
        _ => return None,
    };
    Some(Hover { range, markup })
}

fn of_heading(document: &Document, heading: &Heading) -> Option<MarkupText> {
    let template = &document.template;
    match heading.target {
        Target::Part { part } => Some(part_of(template.parts.get(part)?)),
        Target::Section { .. } => Some(section(document, document.section_spec(heading.target)?)),
        Target::Table { spec } => Some(table(document, template.tables.get(spec)?)),
        Target::Grid { spec, grid } => {
            let table = template.tables.get(spec)?;
            let grid = table.grids.get(grid)?;
            let markup = MarkupText::default().bold(&format!(
                "{}的“{}”部分",
                title_of(template, table),
                grid.title
            ));
            Some(columns(markup, grid))
        }
        Target::Contents => Some(
            MarkupText::default()
                .bold("目录")
                .paragraph()
                .text("各行与正文的标题核对：不能少，不能多，字句要一致。"),
        ),
        Target::Workings => Some(
            MarkupText::default()
                .bold("底稿")
                .paragraph()
                .text("计算用的表，不公开；正文的式子可以引用这里的数。"),
        ),
        Target::Other => None,
    }
}

/// `必须有` or not.
fn required(is: bool) -> &'static str {
    if is {
        "模板要求必须有。"
    } else {
        "可以没有。"
    }
}

fn part_of(part: &PartSpec) -> MarkupText {
    let content = match part.content {
        PartContent::Overview => "单位概况",
        PartContent::Tables => "公开的各张表",
        PartContent::Narrative => "情况说明",
        PartContent::Glossary => "名词解释，每条写成“名词：解释”",
    };
    let markup = MarkupText::default()
        .bold(&part.title)
        .paragraph()
        .text(required(part.required))
        .text(&format!("内容：{content}。"));
    sections(markup, &part.sections)
}

fn sections(mut markup: MarkupText, sections: &[SectionSpec]) -> MarkupText {
    if sections.is_empty() {
        return markup;
    }
    markup = markup.paragraph().text("下面要有：").gap();
    for section in sections.iter().take(MOST) {
        let may = if section.required {
            ""
        } else {
            "（可以没有）"
        };
        markup = markup.item().text(&format!("{}{may}", numbered(section)));
    }
    more(markup, sections.len())
}

fn more(markup: MarkupText, all: usize) -> MarkupText {
    match all.checked_sub(MOST).filter(|more| *more > 0) {
        Some(more) => markup.item().text(&format!("另有 {more} 项")),
        None => markup,
    }
}

/// `九、政府性基金预算拨款情况说明`, `（一）机关运行经费情况`
fn numbered(section: &SectionSpec) -> String {
    let number = &section.number;
    if number.is_empty() || number.ends_with(['）', ')', '、', '.']) {
        format!("{number}{}", section.title)
    } else {
        format!("{number}、{}", section.title)
    }
}

fn section(document: &Document, section: &SectionSpec) -> MarkupText {
    let template = &document.template;
    let mut markup = MarkupText::default()
        .bold(&numbered(section))
        .paragraph()
        .text(required(section.required));
    if section.repeats {
        markup = markup.text("可以有几节，每个项目一节。");
    }
    if let Some(full) = &section.full_title {
        let (body, year) = (document.front.body, document.front.year);
        let body = body.map_or("", |body| document.slice(body.value));
        let year = year.map_or_else(String::new, |year| year.to_string());
        let full = full.replace("{部门}", body).replace("{年度}", &year);
        markup = markup.paragraph().text(&format!("完整标题：{full}"));
    }
    markup = sections(markup, &section.sections);
    if !section.tables.is_empty() {
        markup = markup.paragraph().text("这里放的表：").gap();
        for id in section.tables.iter().take(MOST) {
            let table = template.tables.iter().find(|table| table.id == *id);
            let title = table.map_or(id.as_str(), |table| table.title.as_str());
            markup = markup.item().text(title);
        }
        markup = more(markup, section.tables.len());
    }
    let noted = |table: &&TableSpec| table.empty_note.as_ref() == Some(&section.id);
    for table in template.tables.iter().filter(noted) {
        markup = markup.paragraph().text(&format!(
            "{}没有数时，这一节要写明它是空表。",
            title_of(template, table)
        ));
    }
    markup
}

/// `表三 部门支出总体情况表`
fn title_of(template: &Template, table: &TableSpec) -> String {
    match table.ordinal.filter(|_| !template.unnumbered) {
        Some(ordinal) => format!("表{} {}", chinese(ordinal), table.title),
        None => table.title.clone(),
    }
}

/// `三`, `十二`.
fn chinese(number: u8) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |digit: u8| DIGITS.get(usize::from(digit)).copied().unwrap_or_default();
    match number {
        0..10 => digit(number).to_owned(),
        10..20 => format!("十{}", digit(number - 10)),
        _ => format!("{}十{}", digit(number / 10), digit(number % 10)),
    }
}

fn table(document: &Document, spec: &TableSpec) -> MarkupText {
    let template = &document.template;
    let mut markup = MarkupText::default()
        .bold(&title_of(template, spec))
        .paragraph()
        .text(required(spec.required));
    let unit = spec.unit.as_deref();
    markup = match unit {
        Some(unit) => markup.text(&format!("金额单位：{unit}。")),
        None => markup.text("金额单位写在表上的填报项里，不写时用文档信息的。"),
    };
    for grid in &spec.grids {
        if !grid.title.is_empty() {
            markup = markup.paragraph().bold(&grid.title);
        }
        markup = columns(markup, grid);
    }
    if !template.fields.is_empty() {
        let names: Vec<&str> = template
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        let names = names.join("、");
        markup = markup
            .paragraph()
            .text(&format!("表上可以写的填报项：{names}。"));
    }
    markup = relations(markup, template, spec);
    if let Some(id) = &spec.empty_note {
        let section = all_sections(template).find(|section| section.id == *id);
        let place = section.map_or_else(|| id.clone(), numbered);
        markup = markup.paragraph().text(&format!(
            "没有数时仍要公开空表，并在“{place}”里写明它是空表。"
        ));
    }
    markup
}

fn all_sections(template: &Template) -> impl Iterator<Item = &SectionSpec> {
    let sections = template.parts.iter().flat_map(|part| &part.sections);
    sections.flat_map(|section| std::iter::once(section).chain(&section.sections))
}

/// The columns and the rows that a grid must have.
fn columns(mut markup: MarkupText, grid: &GridSpec) -> MarkupText {
    let name = |column: &ColumnSpec| {
        let may = if column.optional {
            "（可以没有）"
        } else {
            ""
        };
        format!("{}{may}", column.name)
    };
    let names: Vec<String> = grid.columns.iter().map(name).collect();
    markup = markup
        .paragraph()
        .text(&format!("列：{}。", names.join("、")));
    let labels = |wanted: bool| -> Vec<&str> {
        let rows = grid.rows.iter().filter(|row| row.required == wanted);
        rows.map(|row| row.label.as_str())
            .filter(|label| !label.is_empty())
            .collect()
    };
    let (must, may) = (labels(true), labels(false));
    if !must.is_empty() {
        markup = markup
            .paragraph()
            .text(&format!("必须有的行：{}。", must.join("、")));
    }
    if !may.is_empty() {
        let shown = may
            .get(..may.len().min(MOST))
            .unwrap_or_default()
            .join("、");
        let rest = match may.len().checked_sub(MOST).filter(|rest| *rest > 0) {
            Some(rest) => format!("等 {} 行", rest + MOST),
            None => String::new(),
        };
        markup = markup
            .paragraph()
            .text(&format!("模板知道的其他行：{shown}{rest}。"));
    }
    markup
}

/// The identities that name a table.
fn relations(mut markup: MarkupText, template: &Template, spec: &TableSpec) -> MarkupText {
    let about = template.identities.iter().filter(|identity| {
        let parsed = identity.parsed.as_ref();
        parsed.is_some_and(|parsed| names_table(parsed, template, spec))
    });
    let all: Vec<&str> = about
        .map(|identity| identity.message.as_str())
        .filter(|message| !message.is_empty())
        .collect();
    if all.is_empty() {
        return markup;
    }
    markup = markup.paragraph().text("要核对的关系：").gap();
    for message in all.iter().take(MOST) {
        markup = markup.item().text(message);
    }
    more(markup, all.len())
}

fn names_table(identity: &Identity, template: &Template, spec: &TableSpec) -> bool {
    let ordinal = spec.ordinal.filter(|_| !template.unnumbered);
    let number = ordinal.map(|ordinal| format!("表{}", chinese(ordinal)));
    let key = normalize(&spec.title);
    let is = |path: &Path| match path.segments.first().map(|first| &first.node) {
        Some(Segment::Name(names)) => {
            let name = names.join("/");
            Some(&name) == number.as_ref() || name == spec.id || normalize(&name) == key
        }
        _ => false,
    };
    identity.domains.iter().any(|domain| is(&domain.node)) || in_condition(&identity.body.node, &is)
}

fn in_condition(condition: &Condition, is: &dyn Fn(&Path) -> bool) -> bool {
    match condition {
        Condition::Relation { lhs, rhs, .. } => {
            in_expr(&lhs.node, is) || rhs.iter().any(|side| in_expr(&side.node, is))
        }
        Condition::Predicate { args, .. } => args.iter().any(|arg| in_expr(&arg.node, is)),
        Condition::Implies(a, b) | Condition::Iff(a, b) => {
            in_condition(&a.node, is) || in_condition(&b.node, is)
        }
    }
}

fn in_expr(expr: &Expr, is: &dyn Fn(&Path) -> bool) -> bool {
    match expr {
        Expr::Number(_) => false,
        Expr::Path(path) => is(path),
        Expr::Call { args, .. } => args.iter().any(|arg| in_expr(&arg.value.node, is)),
        Expr::Negate(inner) => in_expr(&inner.node, is),
        Expr::Binary { lhs, rhs, .. } => in_expr(&lhs.node, is) || in_expr(&rhs.node, is),
    }
}

/// What a column holds, and whether it must be there.
fn of_column(document: &Document, header: TextRange, offset: u32) -> Option<MarkupText> {
    let (t, g) = document.grid_at(offset)?;
    let table = document.tables.get(t)?;
    let grid = table.grids.get(g)?;
    let column = grid.columns.iter().find(|column| column.name == header)?;
    let kind = match column.kind {
        ColumnKind::Code => "科目编码",
        ColumnKind::Name => "这一行的名称",
        ColumnKind::CodeName => "科目编码和名称",
        ColumnKind::Project => "项目名称",
        ColumnKind::Amount => "金额",
        ColumnKind::Rate => "比率",
        ColumnKind::Count => "数量",
        ColumnKind::Text => "文字",
    };
    let spec = document.grid_spec(table, grid);
    let known = spec
        .zip(column.spec)
        .and_then(|(spec, at)| spec.columns.get(at));
    let Some(known) = known else {
        // A generic template requires nothing.
        let words = match document.template.generic || table.spec.is_none() {
            true => format!("这一列填{kind}。"),
            false => format!("模板里没有这一列；按{kind}处理。"),
        };
        let name = document.slice(column.name);
        return Some(MarkupText::default().bold(name).paragraph().text(&words));
    };
    let mut markup = MarkupText::default()
        .bold(&known.name)
        .paragraph()
        .text(&format!("填{kind}。"))
        .text(required(!known.optional));
    if known.kind == ColumnKind::Amount {
        markup = markup.text(&format!("金额单位：{}。", table.unit.name()));
    }
    if known.merged {
        markup = markup.text("空格表示同上一行。");
    }
    if !known.aliases.is_empty() {
        markup = markup
            .paragraph()
            .text(&format!("也可以写成：{}。", known.aliases.join("、")));
    }
    Some(markup)
}
