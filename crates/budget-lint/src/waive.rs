//! `check --add-suppressions` and `--add-explanations`: what is found now is set aside in the documents, or
//! written down to be explained.

use std::{path::PathBuf, sync::Arc};

use budget_model::relation::Collect;
use budget_rules::{Explanation, Finding, lacks_reason, suppress};
use budget_workspace::{
    Explanations, File, FilePath, Replacement, decode, file, write_if_unchanged,
};

use crate::{Exit, check::mending::rewritten, cli, input::Input, input::gather, out::Out};

/// Where explanations are kept unless `budget.toml` says something else.
const FILE_NAME: &str = "出错说明.toml";

pub(crate) fn run(arguments: &cli::Check, out: &mut Out) -> Exit {
    match both(arguments, out) {
        Ok(exit) => exit,
        Err(message) => {
            out.complain(message);
            Exit::Trouble
        }
    }
}

fn both(arguments: &cli::Check, out: &mut Out) -> Result<Exit, String> {
    if arguments.changed.staged {
        return Err("--staged 核对的是暂存的内容，不能往文件里写；请改用 --since HEAD".to_owned());
    }
    let mut resolver = arguments.choose.resolver();
    let changed = Some(&arguments.changed);
    let inputs = match gather(&arguments.inputs, changed, None, &mut resolver, out) {
        Ok((inputs, exit)) if exit != Exit::Trouble => inputs,
        _ => return Ok(Exit::Trouble),
    };
    let reason = arguments.waive.reason.as_deref().unwrap_or_default().trim();
    if arguments.waive.add_suppressions {
        if lacks_reason(reason) {
            return Err("忽略要有理由：请加上 --reason 理由".to_owned());
        }
        // It would end the comment, or the line.
        if reason.contains("-->") || reason.contains(['\n', '\r', '|', '｜']) {
            return Err("理由要写成一行，不能有竖线和“-->”".to_owned());
        }
    }
    let mut draft: Option<Draft> = None;
    let mut written = 0;
    for input in &inputs {
        let settings = resolver.resolve(&input.path);
        if let Some(error) = resolver.errors().first() {
            return Err(error.to_string());
        }
        let (bytes, file) = read(input, settings)
            .map_err(|message| format!("{}：{message}", input.path.display()))?;
        let report = file.check(Collect::Broken);
        let told = report.findings.iter().map(AsRef::as_ref);
        let told: Vec<&Finding> = told
            .filter(|it: &&Finding| it.severity >= arguments.min_severity() && !it.is_explained())
            .collect();
        if arguments.waive.add_suppressions {
            let silenced = silence(&file, &bytes, &told, reason)?;
            if let Some(said) = rewritten(&file).filter(|_| silenced > 0) {
                out.complain(format_args!("{}：{said}", input.path.display()));
            }
            written += silenced;
        } else {
            let known = file.settings.explanations.as_deref();
            let draft = draft.get_or_insert_with(|| Draft::new(known));
            draft.add(&file, &told, reason, arguments);
        }
    }
    match draft {
        Some(draft) => draft.write(reason.is_empty(), out)?,
        None => out.complain(format_args!("已加忽略标记，不再报告 {written} 处")),
    }
    Ok(Exit::Clean)
}

fn read(
    input: &Input,
    settings: Arc<budget_workspace::Settings>,
) -> Result<(Vec<u8>, File), String> {
    let bytes = input.read()?;
    let decoded = decode(bytes.clone()).map_err(|error| error.to_string())?;
    let text = decoded.text.into();
    Ok((
        bytes,
        File::new(input.path.clone(), text, None, decoded.notice, settings),
    ))
}

/// Writes the comments; how many findings they set aside. What can't be silenced by a comment is told
/// by the next check.
fn silence(file: &File, bytes: &[u8], told: &[&Finding], reason: &str) -> Result<usize, String> {
    let FilePath::Disk(path) = &file.path else {
        return Err("忽略标记要写进文件，不能用标准输入".to_owned());
    };
    // How the file is written is not said in the document, and no comment in it speaks of that.
    let encoding = budget_rules::encoding("").rule;
    let told = told.iter().copied().filter(|it| it.rule != encoding);
    let told: Vec<&Finding> = told.collect();
    let behind = file.report().behind(&told);
    let all = told.iter().copied().chain(behind);
    let edits = suppress(file.document(), all, reason);
    if edits.is_empty() {
        return Ok(0);
    }
    let edits: Vec<_> = edits
        .into_iter()
        .map(|edit| budget_syntax::format::TextEdit {
            range: edit.range,
            text: edit.text,
        })
        .collect();
    let text = budget_syntax::format::apply(&file.text, &edits);
    let after = file.with_text(text);
    write_if_unchanged(path, bytes, &after.written())
        .map_err(|error| format!("{}：{error}", path.display()))?;
    let (before, after) = (file.report(), after.report());
    Ok(before.findings.len().saturating_sub(after.findings.len()))
}

/// Entries to be added to a file of explanations.
struct Draft {
    explanations: Explanations,
    text: String,
    count: usize,
    /// `budget.toml` names the file.
    is_configured: bool,
}

impl Draft {
    fn new(known: Option<&Explanations>) -> Self {
        let missing = || Explanations::new(&PathBuf::from(FILE_NAME));
        Self {
            explanations: known.cloned().unwrap_or_else(missing),
            text: String::new(),
            count: 0,
            is_configured: known.is_some(),
        }
    }

    fn add(&mut self, file: &File, told: &[&Finding], reason: &str, arguments: &cli::Check) {
        let Some(path) = file.path.disk() else {
            return;
        };
        let said = Explanation {
            reason: reason.to_owned(),
            who: arguments.waive.who.clone().unwrap_or_default(),
            when: jiff::Zoned::now().date().to_string(),
            lapsed: false,
        };
        for finding in told {
            let entry = self
                .explanations
                .entry(path, finding, file.document(), &said);
            self.text += "\n";
            self.text += &entry;
        }
        self.count += told.len();
    }

    /// Appends, so that what people wrote in the file stays as it is.
    fn write(self, empty: bool, out: &mut Out) -> Result<(), String> {
        let path = self.explanations.path();
        let shown = path.display();
        if self.count > 0 {
            let before = match file::read_bytes(path) {
                Ok(bytes) => bytes,
                Err(_) if !path.exists() => Vec::new(),
                Err(error) => return Err(format!("{shown}：{error}")),
            };
            let mut text = String::from_utf8(before)
                .map_err(|_| format!("{shown}：不是 UTF-8。请存为 UTF-8"))?;
            text += if text.is_empty() { "" } else { "\n" };
            text += self.text.trim_start();
            Replacement::write(path, &text).map_err(|error| format!("{shown}：{error}"))?;
        }
        let mut todo = String::new();
        if empty {
            todo += "。请逐条填写 reason（理由）和 who（说明人）";
        }
        if !self.is_configured {
            let name = path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy();
            todo += &format!("。请在 budget.toml 中写 explanations = \"{name}\"，说明才起作用");
        }
        out.complain(format_args!(
            "{shown}：加入待说明的问题 {} 处{todo}",
            self.count
        ));
        Ok(())
    }
}
