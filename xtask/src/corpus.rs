//! `cargo xtask corpus`: `NAME.budget` is what the importer makes of `seeds/NAME.txt`, mended by
//! `NAME.patch`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use budget_catalog::Catalog;
use budget_convert::{ImportOptions, import_text};
use similar::TextDiff;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write the documents anew from seed and patch.
    #[arg(long, conflicts_with = "accept")]
    write: bool,
    /// Take the documents as they stand: write the patches anew.
    #[arg(long)]
    accept: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let mut seeds: Vec<PathBuf> = std::fs::read_dir(corpus.join("seeds"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    seeds.sort();
    let mut differs = false;
    for seed in seeds {
        let name = seed.file_stem().unwrap_or_default().to_string_lossy();
        let document = corpus.join(format!("{name}.budget"));
        let patch = corpus.join(format!("{name}.patch"));
        let source = std::fs::read_to_string(&seed)?;
        let import = import_text(&source, &ImportOptions::default(), Catalog::builtin());
        println!(
            "{name}: {} · 数字 {} 个，在单元格 {}，在文字 {}，在注释 {}，丢失 {} · {} 张表",
            import.report.template,
            import.report.numbers.source,
            import.report.numbers.cells,
            import.report.numbers.prose,
            import.report.numbers.comments,
            import.report.numbers.lost,
            import.report.tables.len(),
        );
        if arguments.accept {
            let mended = std::fs::read_to_string(&document)?;
            std::fs::write(&patch, unified(&import.budget, &mended, &name))?;
            continue;
        }
        let text = std::fs::read_to_string(&patch)?;
        let mended = apply(&import.budget, &text).map_err(|error| format!("{name}: {error}"))?;
        if arguments.write {
            std::fs::write(&document, mended)?;
            continue;
        }
        let committed = std::fs::read_to_string(&document)?;
        if committed != mended {
            differs = true;
            println!("{}", unified(&committed, &mended, &name));
        }
    }
    Ok(ExitCode::from(u8::from(differs)))
}

fn apply(text: &str, patch: &str) -> Result<String, Box<dyn Error>> {
    if patch.trim().is_empty() {
        return Ok(text.to_owned());
    }
    Ok(diffy::apply(text, &diffy::Patch::from_str(patch)?)?)
}

fn unified(old: &str, new: &str, name: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("import/{name}"), &format!("corpus/{name}"))
        .to_string()
}
