//! `baseline`: writes down what is found now, so that only what is new is told from then on.

use std::path::{Path, PathBuf};

use budget_model::relation::Collect;
use budget_workspace::{Baseline, File, FilePath, Replacement, decode};

use crate::{Exit, cli, input::gather, out::Out};

/// Where a baseline is kept unless something else is said.
const FILE_NAME: &str = "budget-baseline.json";

pub(crate) fn run(arguments: &cli::Baseline, out: &mut Out) -> Exit {
    match write(arguments, out) {
        Ok(exit) => exit,
        Err(message) => {
            out.complain(message);
            Exit::Trouble
        }
    }
}

fn write(arguments: &cli::Baseline, out: &mut Out) -> Result<Exit, String> {
    let mut resolver = arguments.choose.resolver();
    let inputs = match gather(&arguments.inputs, None, None, &mut resolver, out) {
        Ok((inputs, exit)) if exit != Exit::Trouble => inputs,
        _ => return Ok(Exit::Trouble),
    };
    let mut baseline: Option<Baseline> = None;
    // The baseline that the settings of the files name.
    let mut named: Option<PathBuf> = None;
    let mut gone = 0;
    for input in &inputs {
        let FilePath::Disk(path) = &input.path else {
            return Err("基线要按文件名记，不能用标准输入".to_owned());
        };
        let settings = resolver.resolve(&input.path);
        if let Some(error) = resolver.errors().first() {
            return Err(error.to_string());
        }
        let held = settings.baseline.as_deref();
        let baseline = match &mut baseline {
            None => baseline.insert(match held {
                Some(held) => held.clone(),
                None => missing(arguments)?,
            }),
            Some(baseline) => {
                let other = held.map(Baseline::path);
                if other != named.as_deref() {
                    return Err(two(named.as_deref(), other));
                }
                baseline
            }
        };
        named = held.map(|held| held.path().to_owned());
        let unread = |message: String| format!("{}：{message}", path.display());
        let bytes = input.read().map_err(unread)?;
        let decoded = decode(bytes).map_err(|error| unread(error.to_string()))?;
        let text = decoded.text.into();
        let file = File::new(input.path.clone(), text, None, decoded.notice, settings);
        let report = file.check(Collect::Broken);
        if arguments.prune {
            gone += baseline.prune(path, &report, file.document());
        } else {
            baseline.take(path, &report, file.document());
        }
    }
    let Some(mut baseline) = baseline else {
        return Err("没有要核对的文件".to_owned());
    };
    gone += baseline.drop_gone();
    let path = baseline.path();
    Replacement::write(path, &baseline.to_text())
        .map_err(|error| format!("{}：{error}", path.display()))?;
    let (shown, count) = (path.display(), baseline.len());
    if arguments.prune {
        out.complain(format_args!(
            "{shown}：删去已经没有的问题 {gone} 处，还有 {count} 处"
        ));
    } else {
        let name = path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy();
        let todo = match &named {
            Some(_) => String::new(),
            None => format!("。请在 budget.toml 中写 baseline = \"{name}\"，或用 --baseline 指定"),
        };
        out.complain(format_args!(
            "{shown}：记下 {count} 处，以后核对时不再报告{todo}"
        ));
    }
    Ok(Exit::Clean)
}

/// Files whose findings can't be kept in one place.
fn two(one: Option<&Path>, other: Option<&Path>) -> String {
    let shown = |path: Option<&Path>| match path {
        Some(path) => path.display().to_string(),
        None => "没有写".to_owned(),
    };
    format!(
        "这些文件的 budget.toml 写的基线不同：{}；{}。请分别生成，或用 --baseline 指定一个",
        shown(one),
        shown(other)
    )
}

/// The baseline that is begun where none is named.
fn missing(arguments: &cli::Baseline) -> Result<Baseline, String> {
    if arguments.prune {
        return Err(
            "没有基线文件。请用 --baseline 指定，或在 budget.toml 中写 baseline".to_owned(),
        );
    }
    let folder = match arguments.inputs.paths.as_slice() {
        [path] if path.is_dir() => path.clone(),
        _ => PathBuf::new(),
    };
    Ok(Baseline::new(Path::new(&folder.join(FILE_NAME))))
}
