//! Imports a text file: `cargo run -p budget-convert --example import FILE [TEMPLATE]`. The file
//! goes to standard output, the report to standard error.

use budget_convert::{ImportOptions, import_text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let source = std::fs::read_to_string(arguments.next().unwrap_or_default())?;
    let options = ImportOptions {
        template: arguments.next(),
    };
    let import = import_text(&source, &options, budget_catalog::Catalog::builtin());
    print!("{}", import.budget);
    eprintln!("{}", serde_json::to_string_pretty(&import.report)?);
    Ok(())
}
