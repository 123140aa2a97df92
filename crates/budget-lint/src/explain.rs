//! `explain`, `rules`

use budget_catalog::Catalog;
use budget_rules::{Fixable, Severity, registry};
use serde::Serialize;
use strsim::normalized_damerau_levenshtein as likeness;

use crate::{
    Exit,
    check::json,
    cli::{self, ListFormat},
    out::Out,
};

/// A rule's page.
pub(crate) fn rule(arguments: &cli::Explain, out: &mut Out) -> Exit {
    let name = arguments.rule.trim();
    let upper = name.to_ascii_uppercase();
    if let Some(rule) = registry::find(name).or_else(|| registry::find(&upper)) {
        out.line(rule.page.trim_end());
        return Exit::Clean;
    }
    let names = registry::rules()
        .iter()
        .flat_map(|rule| [rule.code, rule.slug, rule.name].map(|word| (word, rule.code)));
    let near = nearest(name, names);
    out.complain(format_args!(
        "没有规则“{name}”{}。用 budget-lint rules 查看全部规则",
        near.map(|code| format!("，是不是 {code}"))
            .unwrap_or_default()
    ));
    Exit::Trouble
}

#[derive(Serialize)]
struct RuleRow {
    code: &'static str,
    slug: &'static str,
    name: &'static str,
    group: &'static str,
    severity: &'static str,
    since: &'static str,
    fix: &'static str,
}

/// All rules.
pub(crate) fn rules(arguments: &cli::List, out: &mut Out) -> Exit {
    let rows: Vec<_> = registry::rules()
        .iter()
        .map(|rule| RuleRow {
            code: rule.code,
            slug: rule.slug,
            name: rule.name,
            group: rule.group,
            severity: json::severity(rule.severity),
            since: rule.since,
            fix: match rule.fix {
                Fixable::No => "none",
                Fixable::Unsafe => "unsafe",
                Fixable::Safe => "safe",
            },
        })
        .collect();
    if arguments.format == ListFormat::Json {
        return list(&rows, out);
    }
    for rule in registry::rules() {
        out.line(format_args!(
            "{}  {}  {}  {}",
            rule.code,
            pad(severity_name(rule.severity), 10),
            pad(rule.slug, 24),
            rule.name
        ));
    }
    Exit::Clean
}

pub(crate) fn list(rows: &impl Serialize, out: &mut Out) -> Exit {
    match serde_json::to_string_pretty(rows) {
        Ok(text) => {
            out.line(text);
            Exit::Clean
        }
        Err(error) => {
            out.complain(error);
            Exit::Trouble
        }
    }
}

/// That there is no such template, and which there are.
pub(crate) fn unknown_template(id: &str, catalog: &Catalog) -> String {
    let near = nearest(id, catalog.template_ids().map(|id| (id, id)));
    let all: Vec<_> = catalog.template_ids().collect();
    format!(
        "没有模板“{id}”{}。可用的有：{}",
        near.map(|id| format!("，是不是 {id}")).unwrap_or_default(),
        all.join("、")
    )
}

/// What stands for the word that is most like `name`, if one is like it at all.
fn nearest<'a>(name: &str, words: impl Iterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    words
        .map(|(word, meant)| (likeness(name, word), meant))
        .filter(|(alike, _)| *alike >= 0.5)
        // Of two that are as near, the first.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, meant)| meant)
}

/// 必须修改 …
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "必须修改",
        Severity::Warning => "修改或说明",
        Severity::Info => "请核实",
        Severity::Hint => "提示",
    }
}

/// Filled up with spaces to a display width.
pub(crate) fn pad(text: &str, width: usize) -> String {
    let spaces = width.saturating_sub(unicode_width::UnicodeWidthStr::width(text));
    format!("{text}{}", " ".repeat(spaces))
}
