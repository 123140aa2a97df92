//! `check --show-files` and `--show-settings`: what would be checked, and by what.

use std::{fmt::Write as _, sync::Arc};

use budget_workspace::{MaxWarnings, Settings, config::Tolerance};

use crate::{Exit, check, cli, explain::severity_name, out::Out};

/// One path a line.
pub(crate) fn files(arguments: &cli::Check, out: &mut Out) -> Exit {
    match check::resolve(arguments, out) {
        Err(exit) => exit,
        Ok((inputs, exit)) => {
            for (input, _) in inputs {
                out.line(input.path.display());
            }
            exit
        }
    }
}

/// What holds for the files, once for all of which the same holds; as a `budget.toml` would say it.
pub(crate) fn settings(arguments: &cli::Check, out: &mut Out) -> Exit {
    let (inputs, exit) = match check::resolve(arguments, out) {
        Err(exit) => return exit,
        Ok(resolved) => resolved,
    };
    let mut shown: Vec<(Arc<Settings>, Vec<String>)> = Vec::new();
    for (input, settings) in inputs {
        let name = input.path.display().into_owned();
        match shown
            .iter_mut()
            .find(|(known, _)| Arc::ptr_eq(known, &settings))
        {
            Some((_, names)) => names.push(name),
            None => shown.push((settings, vec![name])),
        }
    }
    for (settings, names) in shown {
        out.print(&text(&settings, &names));
    }
    exit
}

fn text(settings: &Settings, names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        let _ = writeln!(text, "# {name}");
    }
    if settings.files.is_empty() {
        text += "# 没有 budget.toml\n";
    }
    for file in &settings.files {
        let _ = writeln!(text, "# 配置：{}", file.display());
    }
    let quoted = |value: &str| toml::Value::from(value).to_string();
    let template = settings.template.as_deref();
    let template = template.unwrap_or(budget_model::document::DEFAULT_TEMPLATE);
    let _ = writeln!(text, "template = {}", quoted(template));
    let fail_level = settings.fail_level.unwrap_or_default();
    let _ = writeln!(text, "fail-level = {}", quoted(fail_level.name()));
    if let Some(MaxWarnings { most, .. }) = &settings.max_warnings {
        let _ = writeln!(text, "max-warnings = {most}");
    }
    let tolerance = match settings.tolerance {
        Tolerance::Rounding => "rounding",
        Tolerance::Exact => "exact",
    };
    let _ = writeln!(text, "tolerance = {}", quoted(tolerance));
    let baseline = settings.baseline.as_ref().map(|it| it.path());
    let explanations = settings.explanations.as_ref().map(|it| it.path());
    for (key, path) in [("baseline", baseline), ("explanations", explanations)] {
        if let Some(path) = path {
            let _ = writeln!(text, "{key} = {}", quoted(&path.to_string_lossy()));
        }
    }
    if settings.strict {
        text += "# 送审：必须修改的问题不能放过\n";
    }
    text += "\n[rules]\n";
    for rule in budget_rules::rules() {
        let (level, note) = match settings.levels.of(rule.code) {
            None => (check::json::severity(rule.severity), ""),
            Some(level) => (level.name(), "（已改）"),
        };
        let own = severity_name(rule.severity);
        let _ = writeln!(
            text,
            "{} = {} # {}，规则自己的级别：{own}{note}",
            rule.code,
            quoted(level),
            rule.name
        );
    }
    for (name, level) in &settings.relations {
        let _ = writeln!(text, "# 审核公式 {name}：{}", level.name());
    }
    text.push('\n');
    text
}
