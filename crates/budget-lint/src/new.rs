//! `new`: a document of a template's parts, tables and rows, all of it still to be filled in.

use budget_convert::skeleton::{HOLE, Skeleton};
use budget_workspace::{Resolver, file::write_new};

use crate::{Exit, cli, explain, out::Out};

pub(crate) fn run(arguments: &cli::New, out: &mut Out) -> Exit {
    match new(arguments, out) {
        Ok(()) => Exit::Clean,
        Err(message) => {
            out.complain(message);
            Exit::Trouble
        }
    }
}

fn new(arguments: &cli::New, out: &mut Out) -> Result<(), String> {
    // Templates of the user's own count: those of the folder where the file will stand.
    let folder = arguments.output.as_deref().and_then(|path| path.parent());
    let mut resolver = Resolver::default();
    let settings = resolver.resolve_folder(folder.unwrap_or(std::path::Path::new("")));
    if let Some(error) = resolver.errors().first() {
        return Err(error.to_string());
    }
    let id = arguments.template.trim();
    let Some(template) = settings.catalog.template(id) else {
        return Err(explain::unknown_template(id, &settings.catalog));
    };
    let text = Skeleton {
        template,
        catalog: &settings.catalog,
        body: arguments.body.as_deref().unwrap_or(HOLE),
        unit: "万元",
    }
    .document(arguments.year);
    match &arguments.output {
        Some(path) => {
            write_new(path, &text, false)
                .map_err(|error| format!("{}：{error}", path.display()))?;
            out.complain(format_args!(
                "已新建 {}。填完“{HOLE}”后把“状态: 草稿”改为“状态: 送审”",
                path.display()
            ));
        }
        None => out.print(&text),
    }
    Ok(())
}
