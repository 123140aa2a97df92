//! Workflow commands, which GitHub Actions shows as annotations beside the lines of a change.

use budget_rules::{Finding, Severity};

use super::{
    Sheet,
    reporter::{Reporter, Told},
    root::Root,
};

pub(super) struct Github {
    root: Root,
}

impl Github {
    pub(super) fn new() -> Self {
        Self { root: Root::find() }
    }
}

impl Reporter for Github {
    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        let file = property(&self.root.name(&sheet.file.path));
        Told {
            findings: shown.iter().map(|it| line(sheet, it, &file)).collect(),
            ..Told::default()
        }
    }
}

fn line(sheet: &Sheet<'_>, finding: &Finding, file: &str) -> String {
    let level = match finding.severity {
        _ if finding.is_excused() => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let (start, end) = sheet.places.span(finding.range);
    // GitHub takes columns on one line only.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let title = property(&sheet.title(finding));
    format!(
        "::{level} file={file},line={},endLine={}{columns},title={title}::{}\n",
        start.line,
        end.line,
        data(&sheet.sentence(finding))
    )
}

/// What stands after `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property: `:` and `,` part them.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("100%：甲\r\n乙,丙"), "100%25：甲%0D%0A乙,丙");
        assert_eq!(property("甲:乙,丙%\n"), "甲%3A乙%2C丙%25%0A");
    }
}
