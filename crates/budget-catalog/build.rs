//! Turns the built-in templates into JSON: they are written in TOML, for people, and read at every
//! start of the program, four times faster as JSON.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data/templates");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for entry in fs::read_dir("data/templates")? {
        let path = entry?.path();
        let Some(stem) = path.file_stem() else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let data: toml::Table =
            toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let json = out.join(stem).with_extension("json");
        fs::write(json, serde_json::to_string(&data)?)?;
    }
    Ok(())
}
