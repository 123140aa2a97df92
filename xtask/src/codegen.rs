//! Files made from the code, committed so that people and editors can use them as they are.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a file is not up to date.
    #[arg(long)]
    check: bool,
}

/// Path in the repository, and what it should hold.
fn generated() -> Vec<(&'static str, String)> {
    vec![
        (
            "crates/budget-catalog/data/template.schema.json",
            budget_catalog::template::schema(),
        ),
        (
            "docs/budget.schema.json",
            budget_workspace::config::schema(),
        ),
    ]
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let root = root()?;
    let mut stale = 0;
    for (path, wanted) in generated() {
        let file = root.join(path);
        // A file that isn't there yet is not up to date.
        let current = fs::read_to_string(&file).unwrap_or_default();
        if current == wanted {
            continue;
        }
        stale += 1;
        if arguments.check {
            let diff = similar::TextDiff::from_lines(&current, &wanted);
            eprint!("{}", diff.unified_diff().header(path, "generated"));
        } else {
            fs::write(&file, wanted)?;
            println!("{path}");
        }
    }
    if stale > 0 && arguments.check {
        eprintln!("not up to date: run `cargo xtask codegen`");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// The repository.
pub(crate) fn root() -> Result<PathBuf, Box<dyn Error>> {
    let manifest = env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&manifest).parent();
    Ok(root.ok_or("xtask is not in a workspace")?.to_owned())
}
