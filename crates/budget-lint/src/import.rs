//! `import`

use budget_convert::{ImportOptions, ImportStatus, import_source, read_source};
use budget_workspace::{Resolver, decode, file::write_new};

use crate::{Exit, cli, explain, input::Input, out::Out};

pub(crate) fn run(arguments: &cli::Import, out: &mut Out) -> Exit {
    match import(arguments, out) {
        Ok(exit) => exit,
        Err(message) => {
            out.complain(message);
            Exit::Trouble
        }
    }
}

fn import(arguments: &cli::Import, out: &mut Out) -> Result<Exit, String> {
    // Templates of the user's own count: those of the folder where the file will stand.
    let folder = arguments.output.as_deref().and_then(|path| path.parent());
    let mut resolver = Resolver::default();
    let settings = resolver.resolve_folder(folder.unwrap_or(std::path::Path::new("")));
    if let Some(error) = resolver.errors().first() {
        return Err(error.to_string());
    }
    let catalog = &settings.catalog;
    if let Some(id) = &arguments.template
        && catalog.template(id).is_none()
    {
        return Err(explain::unknown_template(id, catalog));
    }
    let json = arguments.report.is_some();
    if json && arguments.output.is_none() {
        return Err("用 --report json 时，请用 -o 指定文档写到哪个文件".to_owned());
    }
    let input = Input::named(&arguments.file);
    let told = |error: &dyn std::fmt::Display| format!("{}：{error}", arguments.file.display());
    let bytes = input.read().map_err(|error| told(&error))?;
    let name = arguments.file.to_string_lossy();
    let source = read_source(bytes, &name, |bytes| match decode(bytes) {
        Ok(decoded) => Ok(decoded.text),
        Err(error) => Err(error.to_string()),
    })
    .map_err(|error| told(&error))?;
    let options = ImportOptions {
        template: arguments.template.clone(),
    };
    let import = import_source(&source, &options, catalog);
    let report = import.report;

    match &arguments.output {
        Some(path) => write_new(path, &import.budget, arguments.force)
            .map_err(|error| format!("{}：{error}。要覆盖请加 --force", path.display()))?,
        None => out.document(&import.budget),
    }
    if json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        out.line(text);
    } else {
        let numbers = report.numbers;
        out.complain(format_args!(
            "按模板 {} 导入：标题 {} 个，表格 {} 张，数字 {} 个（表格中 {}，文字中 {}，注释中 {}，占比 {:.1}% 已放到位）",
            report.template,
            report.headings.len(),
            report.tables.len(),
            numbers.source,
            numbers.cells,
            numbers.prose,
            numbers.comments,
            numbers.placed_percent(),
        ));
        if !report.reasons.is_empty() {
            out.complain(format_args!("选用这个模板：{}", report.reasons.join("；")));
        }
        for damage in &report.damage {
            out.complain(format_args!(
                "{}：{}",
                source.place(damage.line),
                damage.message
            ));
        }
        for note in &report.notes {
            out.complain(&note.message);
        }
    }
    Ok(match report.status {
        ImportStatus::Placed => Exit::Clean,
        ImportStatus::Partly => Exit::Findings,
    })
}
