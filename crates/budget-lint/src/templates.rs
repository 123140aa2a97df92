//! `templates`: lists them, and drafts one from a document.

use std::path::Path;

use budget_convert::scaffold::{Draft, scaffold};
use budget_workspace::{Resolver, decode, file::write_new};
use serde::Serialize;

use crate::{
    Exit,
    cli::{self, ListFormat, TemplatesCommand},
    explain::{list, pad},
    input::Input,
    out::Out,
};

pub(crate) fn run(arguments: &cli::Templates, out: &mut Out) -> Exit {
    let done = match &arguments.command {
        Some(TemplatesCommand::Scaffold(arguments)) => draft(arguments, out),
        None => all(arguments, out),
    };
    done.unwrap_or_else(|message| {
        out.complain(message);
        Exit::Trouble
    })
}

#[derive(Serialize)]
struct TemplateRow<'a> {
    id: &'a str,
    slug: &'a str,
    version: &'a str,
    title: &'a str,
    tables: usize,
    identities: usize,
}

/// All templates: the built-in ones, and those of the packs of this folder's `budget.toml`.
fn all(arguments: &cli::Templates, out: &mut Out) -> Result<Exit, String> {
    let mut resolver = Resolver::default();
    let settings = resolver.resolve_folder(Path::new(""));
    if let Some(error) = resolver.errors().first() {
        return Err(error.to_string());
    }
    let rows: Vec<_> = settings
        .catalog
        .templates()
        .map(|template| TemplateRow {
            id: &template.id,
            slug: &template.slug,
            version: &template.version,
            title: &template.title,
            tables: template.tables.len(),
            identities: template.identities.len(),
        })
        .collect();
    if arguments.list.format == ListFormat::Json {
        return Ok(list(&rows, out));
    }
    for row in rows {
        out.line(format_args!(
            "{}  {}@{}  {}（表格 {} 张，核对关系 {} 条）",
            pad(row.id, 22),
            row.slug,
            row.version,
            row.title,
            row.tables,
            row.identities
        ));
    }
    Ok(Exit::Clean)
}

/// A draft from a document.
fn draft(arguments: &cli::Scaffold, out: &mut Out) -> Result<Exit, String> {
    let input = Input::named(&arguments.file);
    let told = |error: &dyn std::fmt::Display| format!("{}：{error}", arguments.file.display());
    let bytes = input.read().map_err(|error| told(&error))?;
    let text = decode(bytes).map_err(|error| told(&error))?.text;
    // Ids that the packs in force have are taken.
    let folder = input.on_disk().and_then(Path::parent);
    let mut resolver = Resolver::default();
    let settings = resolver.resolve_folder(folder.unwrap_or(Path::new("")));
    if let Some(error) = resolver.errors().first() {
        return Err(error.to_string());
    }
    let draft = scaffold(&text, &settings.catalog).map_err(|error| told(&error))?;
    match &arguments.output {
        Some(path) => {
            write_new(path, &draft.text, arguments.force)
                .map_err(|error| format!("{}：{error}。要覆盖请加 --force", path.display()))?;
        }
        None => out.print(&draft.text),
    }
    report(&draft, out);
    Ok(Exit::Clean)
}

fn report(draft: &Draft, out: &mut Out) {
    for note in &draft.notes {
        out.complain(note);
    }
    let doubtful = draft.offers.iter().filter(|offer| offer.broken > 0).count();
    let doubt = match doubtful {
        0 => String::new(),
        count => format!("，其中 {count} 条有不成立之处，文档可能有误"),
    };
    out.complain(format_args!(
        "已拟出模板“{}”的草稿：表格 {} 张，待确认的核对关系 {} 条{doubt}",
        draft.id,
        draft.tables,
        draft.offers.len()
    ));
}
