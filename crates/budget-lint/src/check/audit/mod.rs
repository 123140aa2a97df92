//! `audit`: the evidence that a reviewer signs (核对清单), one file a document.

mod cells;
mod gather;
mod html;
mod owner;
mod record;
mod unread;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use budget_model::relation::Collect;
use budget_workspace::{FilePath, Replacement, Settings, absolute, discover};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Inputs, Original, Sheet, fingerprint,
    mending::{self, Loaded},
};
use crate::{
    Exit,
    cli::{self, AuditFormat},
    input::{Input, gather},
    out::Out,
};

/// What a document's list is called beside it: `某局.核对清单.html`.
const NAME: &str = "核对清单";

pub(crate) fn run(arguments: &cli::Audit, out: &mut Out) -> Exit {
    match audit(arguments, out) {
        Ok(exit) => exit,
        Err(message) => {
            out.complain(message);
            Exit::Trouble
        }
    }
}

fn audit(arguments: &cli::Audit, out: &mut Out) -> Result<Exit, String> {
    if arguments.with_page && arguments.format != AuditFormat::Json {
        return Err("--with-page 要和 --format json 一起用".to_owned());
    }
    let mut resolver = arguments.choose.resolver();
    let stdin = arguments.stdin_filename.as_deref();
    let (inputs, mut exit) = match gather(&arguments.inputs, None, stdin, &mut resolver, out) {
        Ok(gathered) => gathered,
        Err(exit) => return Ok(exit),
    };
    let inputs: Inputs = inputs
        .into_iter()
        .map(|input| {
            let settings = resolver.resolve(&input.path);
            (input, settings)
        })
        .collect();
    if let Some(error) = resolver.errors().first() {
        return Err(error.to_string());
    }
    let places = places(arguments, &inputs)?;
    for ((input, settings), place) in inputs.iter().zip(places) {
        let file = input.path.display();
        match one(input, settings, arguments, &place, out) {
            Ok(told) => {
                if let Place::File(path) = &place {
                    out.complain(format_args!(
                        "{file}：核对清单写在 {}。{told}",
                        path.display()
                    ));
                }
            }
            Err(message) => {
                exit = Exit::Trouble;
                out.complain(format_args!("{file}：{message}"));
            }
        }
    }
    Ok(exit)
}

/// Where a list goes.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Stdout,
    File(PathBuf),
}

/// Where each list goes; nothing is read before that is known.
fn places(arguments: &cli::Audit, inputs: &Inputs) -> Result<Vec<Place>, String> {
    let extension = arguments.format.extension();
    let output = arguments.output.as_deref();
    let is_folder = |path: &Path| {
        let ends = path.to_string_lossy();
        path.is_dir() || ends.ends_with('/') || ends.ends_with(std::path::MAIN_SEPARATOR)
    };
    let places: Vec<Place> = match (output, inputs.as_slice()) {
        (Some(path), [_]) if path.as_os_str() == "-" => vec![Place::Stdout],
        (Some(path), _) if path.as_os_str() == "-" => {
            return Err("-o - 一次只能核对一个文件；多个文件请用 -o 指定文件夹".to_owned());
        }
        (Some(path), [_]) if !is_folder(path) => vec![Place::File(path.to_owned())],
        (Some(path), _) if path.is_file() || path.extension().is_some_and(|it| it == extension) => {
            return Err(refusal(path, "有几份文档，各写一份；请用 -o 指定文件夹"));
        }
        (Some(path), inputs) => {
            let root = common(inputs);
            let below = |input: &Input| Place::File(path.join(within(&root, input, extension)));
            inputs.iter().map(|(input, _)| below(input)).collect()
        }
        (None, inputs) => {
            let beside = |(input, _): &(Input, Arc<Settings>)| match input.on_disk() {
                Some(path) => Place::File(path.with_file_name(name(path, extension))),
                // What has no place of its own has nothing beside it.
                None => Place::Stdout,
            };
            inputs.iter().map(beside).collect()
        }
    };
    let documents = inputs.iter().filter_map(|(input, _)| input.path.disk());
    let documents: FxHashSet<PathBuf> = documents.map(absolute).collect();
    let mut taken: FxHashMap<PathBuf, &Input> = FxHashMap::default();
    for ((input, _), place) in inputs.iter().zip(&places) {
        let Place::File(path) = place else { continue };
        if path.extension().is_some_and(|it| it == discover::EXTENSION) {
            return Err(refusal(path, "这是 .budget 文档的名称，请换一个文件名"));
        }
        let whole = absolute(path);
        if documents.contains(&whole) {
            return Err(refusal(path, "这是要核对的文件，请换一个文件名"));
        }
        if let Some(other) = taken.insert(whole, input) {
            let other = other.path.display();
            return Err(refusal(
                path,
                &format!("{other} 的核对清单也要写到这里，请分别指定"),
            ));
        }
    }
    Ok(places)
}

fn refusal(path: &Path, why: &str) -> String {
    format!("{}：核对清单写不到这里。{why}", path.display())
}

/// `某局.核对清单.html`
fn name(path: &Path, extension: &str) -> String {
    let stem = path
        .file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    format!("{stem}.{NAME}.{extension}")
}

/// The folder that all documents lie in.
fn common(inputs: &[(Input, Arc<Settings>)]) -> PathBuf {
    let folders = inputs
        .iter()
        .filter_map(|(input, _)| Some(absolute(input.path.disk()?.parent()?)));
    let common = folders.reduce(|common, folder| {
        let same = common
            .components()
            .zip(folder.components())
            .take_while(|(a, b)| a == b);
        same.map(|(a, _)| a).collect()
    });
    common.unwrap_or_default()
}

/// The path of a list below the folder that all go to: documents of one name in two folders stay apart.
fn within(root: &Path, input: &Input, extension: &str) -> PathBuf {
    let path = match &input.path {
        FilePath::Disk(path) => absolute(path),
        FilePath::Virtual(name) => PathBuf::from(name),
    };
    let file = name(&path, extension);
    match path.strip_prefix(root).ok().and_then(Path::parent) {
        Some(folder) => folder.join(file),
        None => PathBuf::from(file),
    }
}

/// Checks a document and writes its list; returns how it ended, in words.
fn one(
    input: &Input,
    settings: &Arc<Settings>,
    arguments: &cli::Audit,
    place: &Place,
    out: &mut Out,
) -> Result<String, String> {
    // As a check reads it, and nothing is mended.
    let Loaded { bytes, file, .. } = mending::load(input, settings, None)?;
    let original = Original {
        length: bytes.len(),
        sha256: fingerprint::of_bytes(&bytes),
    };
    let report = file.check(Collect::All);
    let sheet = Sheet::new(&file, &report, Some(original));
    let mut record = gather::record(&sheet);
    if arguments.with_page {
        record.page = Some(html::page(&sheet, &record));
    }
    let text = match arguments.format {
        AuditFormat::Html => html::page(&sheet, &record),
        AuditFormat::Json => {
            let mut json = serde_json::to_string(&record).map_err(|error| error.to_string())?;
            json.push('\n');
            json
        }
    };
    match place {
        Place::Stdout => out.print(&text),
        Place::File(path) => {
            let failed = |why: &dyn std::fmt::Display| refusal(path, &why.to_string());
            if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
            }
            Replacement::write(path, &text).map_err(|error| failed(&error))?;
        }
    }
    let counts = budget_rules::message::outcomes(&report.ledger.counts);
    Ok(format!("{counts}；问题 {} 处", report.findings.len()))
}
