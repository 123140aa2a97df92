//! `check`

mod concise;
mod human;
pub(crate) mod json;
mod ledger;
mod place;

use std::sync::Arc;

use budget_model::relation::Collect;
use budget_rules::{Finding, Report, Severity, message::tell};
use budget_workspace::{FailLevel, File, Resolver, Settings, decode};
use rayon::prelude::*;

use crate::{
    Exit,
    cli::{self, Format},
    input::{Input, gather},
    out::Out,
};

/// Findings shown to a person unless asked for more.
const SHOWN: usize = 100;
/// Files checked before their output is written: it stays in order, and memory stays bounded.
const BATCH: usize = 256;

/// What a run was asked for.
struct Ask {
    format: Format,
    fail_level: Option<FailLevel>,
    least: Severity,
    outcomes: bool,
    /// Findings to show at most, of all files together.
    most: usize,
}

/// A file, checked and told.
struct Told {
    /// Before the findings.
    head: String,
    /// Those to show, in order.
    findings: Vec<String>,
    /// After them.
    tail: String,
    counts: Counts,
    fails: bool,
}

/// How many findings there were.
#[derive(Clone, Copy, Default)]
struct Counts {
    /// By [`Severity`].
    by_severity: [usize; 4],
    /// Below the severity asked for.
    hidden: usize,
    /// Silenced in the document or in `budget.toml`.
    suppressed: usize,
}

impl Counts {
    fn of(report: &Report, least: Severity) -> Self {
        let mut counts = Self {
            suppressed: report.suppressed.len(),
            ..Self::default()
        };
        for finding in &report.findings {
            if let Some(count) = counts.by_severity.get_mut(finding.severity as usize) {
                *count += 1;
            }
            counts.hidden += usize::from(finding.severity < least);
        }
        counts
    }

    fn add(&mut self, other: Self) {
        for (sum, more) in self.by_severity.iter_mut().zip(other.by_severity) {
            *sum += more;
        }
        self.hidden += other.hidden;
        self.suppressed += other.suppressed;
    }

    fn total(&self) -> usize {
        self.by_severity.iter().sum()
    }
}

pub(crate) fn run(arguments: &cli::Check, out: &mut Out) -> Exit {
    let (inputs, mut exit) = gather(&arguments.paths, arguments.stdin_filename.as_deref(), out);
    let mut resolver = match &arguments.config {
        Some(path) => Resolver::fixed(path.clone()),
        None => Resolver::default(),
    };
    let inputs: Vec<_> = inputs
        .into_iter()
        .map(|input| {
            let settings = resolver.resolve(input.path.folder());
            (input, settings)
        })
        .collect();
    // Nothing is checked by settings that nobody meant.
    for error in resolver.errors() {
        out.complain(error);
        exit = Exit::Trouble;
    }
    if exit == Exit::Trouble && !resolver.errors().is_empty() {
        return exit;
    }

    let most = arguments.max_findings.unwrap_or(match arguments.format {
        Format::Human => SHOWN,
        Format::Concise | Format::Json => 0,
    });
    let ask = Ask {
        format: arguments.format,
        fail_level: arguments.fail_level(),
        least: arguments.min_severity(),
        outcomes: arguments.outcomes,
        most: if most == 0 { usize::MAX } else { most },
    };
    let mut writer = Writer::new(&ask);
    writer.begin(out);
    for batch in inputs.chunks(BATCH) {
        // One file is not worth the threads.
        let told: Vec<_> = match batch {
            [(input, settings)] => vec![check(input, settings, &ask)],
            batch => batch
                .par_iter()
                .map(|(input, settings)| check(input, settings, &ask))
                .collect(),
        };
        for (told, (input, _)) in told.into_iter().zip(batch) {
            match told {
                Ok(told) => {
                    if told.fails {
                        exit = exit.max(Exit::Findings);
                    }
                    writer.file(told, out);
                }
                Err(message) => {
                    exit = Exit::Trouble;
                    out.complain(format_args!("{}：{message}", input.path.display()));
                }
            }
        }
    }
    writer.end(out);
    exit
}

fn check(input: &Input, settings: &Arc<Settings>, ask: &Ask) -> Result<Told, String> {
    let bytes = input.read().map_err(|error| error.to_string())?;
    let decoded = decode(bytes).map_err(|error| error.to_string())?;
    let file = File::new(
        input.path.clone(),
        decoded.text.into(),
        None,
        decoded.notice,
        Arc::clone(settings),
    );
    let collect = if ask.outcomes {
        Collect::All
    } else {
        Collect::Broken
    };
    let report = file.check(collect);
    let fail_level = ask
        .fail_level
        .or(settings.config.fail_level)
        .unwrap_or_default();
    let fails = match fail_level {
        FailLevel::Never => false,
        FailLevel::At(level) => report.findings.iter().any(|f| f.severity >= level),
    };
    let counts = Counts::of(&report, ask.least);
    let sheet = Sheet::new(&file, &report);
    let shown = report
        .findings
        .iter()
        .filter(|finding| finding.severity >= ask.least)
        .take(ask.most);
    let told = match ask.format {
        Format::Human => Told {
            head: human::head(&sheet),
            findings: shown
                .map(|finding| human::finding(&sheet, finding))
                .collect(),
            tail: human::tail(&sheet, ask.outcomes),
            counts,
            fails,
        },
        Format::Concise => Told {
            head: String::new(),
            findings: shown
                .map(|finding| concise::finding(&sheet, finding))
                .collect(),
            tail: if ask.outcomes {
                human::tail(&sheet, true)
            } else {
                String::new()
            },
            counts,
            fails,
        },
        Format::Json => Told {
            head: String::new(),
            findings: shown
                .map(|finding| json::finding(&sheet, finding))
                .collect(),
            tail: if ask.outcomes {
                ledger::json(&sheet)
            } else {
                String::new()
            },
            counts,
            fails,
        },
    };
    Ok(told)
}

/// A checked file, and what telling it needs.
struct Sheet<'a> {
    name: String,
    file: &'a File,
    document: &'a budget_model::Document,
    report: &'a Report,
    places: place::Places<'a>,
    template: String,
}

impl<'a> Sheet<'a> {
    fn new(file: &'a File, report: &'a Report) -> Self {
        let document = file.document();
        let template = &document.template;
        Self {
            name: file.path.display().into_owned(),
            file,
            document,
            report,
            places: place::Places::new(&file.text),
            template: format!("{}@{}", template.id, template.version),
        }
    }

    fn tell(&self, finding: &Finding) -> budget_rules::message::Message {
        tell(finding, self.document)
    }
}

/// Writes the files' output in one form.
struct Writer<'a> {
    ask: &'a Ask,
    counts: Counts,
    files: usize,
    shown: usize,
    ledgers: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(ask: &'a Ask) -> Self {
        Self {
            ask,
            counts: Counts::default(),
            files: 0,
            shown: 0,
            ledgers: Vec::new(),
        }
    }

    fn begin(&self, out: &mut Out) {
        match (self.ask.format, self.ask.outcomes) {
            (Format::Json, true) => out.print("{\"findings\":["),
            (Format::Json, false) => out.print("["),
            _ => {}
        }
    }

    fn file(&mut self, told: Told, out: &mut Out) {
        self.files += 1;
        self.counts.add(told.counts);
        out.print(&told.head);
        for finding in told.findings {
            if self.shown == self.ask.most {
                break;
            }
            if self.ask.format == Format::Json {
                out.print(if self.shown == 0 { "\n" } else { ",\n" });
            }
            self.shown += 1;
            out.print(&finding);
        }
        if self.ask.format == Format::Json {
            self.ledgers
                .extend((!told.tail.is_empty()).then_some(told.tail));
        } else {
            out.print(&told.tail);
        }
    }

    fn end(self, out: &mut Out) {
        let line = if self.shown == 0 { "" } else { "\n" };
        match (self.ask.format, self.ask.outcomes) {
            (Format::Json, false) => out.print(&format!("{line}]\n")),
            (Format::Json, true) => {
                out.print(&format!("{line}],\"ledger\":["));
                for (index, ledger) in self.ledgers.iter().enumerate() {
                    out.print(if index == 0 { "\n" } else { ",\n" });
                    out.print(ledger);
                }
                out.print("\n]}\n");
            }
            (Format::Concise, _) => {
                let left = self.counts.total() - self.counts.hidden - self.shown;
                if left > 0 {
                    out.complain(format_args!("另有 {left} 条没有显示"));
                }
            }
            (Format::Human, _) if self.files > 0 => {
                out.line(human::summary(&self.counts, self.files, self.shown));
            }
            (Format::Human, _) => {}
        }
    }
}
