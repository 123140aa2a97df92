//! `check`

pub(crate) mod audit;
mod concise;
mod fingerprint;
mod github;
mod gitlab;
mod human;
pub(crate) mod json;
mod jsonl;
mod ledger;
mod limits;
pub(crate) mod mending;
mod outlet;
mod place;
mod reporter;
mod root;
mod sarif;
mod statistics;

use std::{collections::BTreeSet, sync::Arc};

use budget_model::relation::Collect;
use budget_rules::{Explanation, Finding, Report, Severity, message::tell, registry};
use budget_workspace::{Baseline, FailLevel, File, Settings, mend::Applied};
use rayon::prelude::*;

use self::{
    limits::Limits,
    mending::{Loaded, Mending},
    outlet::Outlet,
    reporter::{Told, Totals},
};
use crate::{
    Exit, cli,
    input::{Input, gather},
    out::Out,
    progress::Progress,
};

/// Files checked before their output is written: it stays in order, and memory stays bounded.
const BATCH: usize = 256;

/// What a run was asked for.
struct Ask {
    fail_level: Option<FailLevel>,
    least: Severity,
    outcomes: bool,
    mending: Option<Mending>,
}

/// A file, checked and told in every form asked for.
struct Checked {
    told: Vec<Told>,
    counts: Counts,
    fails: bool,
    /// Warnings that nobody explained.
    warnings: usize,
    /// What the baseline holds of it that is gone.
    stale: Vec<String>,
    /// What there is to say about the explanations of it.
    idle: Vec<String>,
    /// What was mended.
    applied: Vec<Applied>,
    /// What writing it changed besides.
    rewritten: Option<String>,
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
    /// Those that someone explained.
    explained: usize,
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
            counts.explained += usize::from(finding.is_explained());
        }
        counts
    }

    fn add(&mut self, other: Self) {
        for (sum, more) in self.by_severity.iter_mut().zip(other.by_severity) {
            *sum += more;
        }
        self.hidden += other.hidden;
        self.suppressed += other.suppressed;
        self.explained += other.explained;
    }

    fn total(&self) -> usize {
        self.by_severity.iter().sum()
    }
}

/// Inputs, each with what it is checked by.
pub(crate) type Inputs = Vec<(Input, Arc<Settings>)>;

/// The inputs that the arguments mean. Nothing is checked by settings that nobody meant.
pub(crate) fn resolve(arguments: &cli::Check, out: &mut Out) -> Result<(Inputs, Exit), Exit> {
    let mut resolver = arguments.choose.resolver();
    let (inputs, exit) = gather(
        &arguments.inputs,
        Some(&arguments.changed),
        arguments.stdin_filename.as_deref(),
        &mut resolver,
        out,
    )?;
    let inputs = inputs.into_iter().map(|input| {
        let settings = resolver.resolve(&input.path);
        (input, settings)
    });
    let inputs = inputs.collect();
    let errors = resolver.errors();
    for error in &errors {
        out.complain(error);
    }
    if errors.is_empty() {
        Ok((inputs, exit))
    } else {
        Err(Exit::Trouble)
    }
}

pub(crate) fn run(arguments: &cli::Check, out: &mut Out) -> Exit {
    let (inputs, mut exit) = match resolve(arguments, out) {
        Ok(resolved) => resolved,
        Err(exit) => return exit,
    };
    // A commit that mends something is not held up for the baseline's sake.
    let is_part = arguments.changed.staged || arguments.changed.since.is_some();
    if inputs.is_empty() && exit == Exit::Clean && !is_part {
        // A hook names files that its settings may well leave out.
        if !arguments.inputs.force_exclude {
            out.complain("没有要核对的文件：都被 exclude 排除了");
        }
        if arguments.choose.is_strict() {
            return Exit::Trouble;
        }
    }
    for message in unwritten(&inputs) {
        out.complain(message);
    }
    let ask = Ask {
        fail_level: arguments.fail_level(),
        least: arguments.min_severity(),
        outcomes: arguments.outcomes,
        mending: Mending::wanted(arguments),
    };
    let mut outlets = match outlet::open(
        arguments,
        inputs.iter().filter_map(|(input, _)| input.path.disk()),
    ) {
        Ok(outlets) => outlets,
        Err(message) => {
            out.complain(message);
            return Exit::Trouble;
        }
    };
    for outlet in &mut outlets {
        outlet.begin(out);
    }
    let mut totals = Totals::default();
    let mut limits = Limits::default();
    let progress = Progress::new(inputs.len(), arguments.format.ends_lines());
    for batch in inputs.chunks(BATCH) {
        let check = |(input, settings): &(Input, Arc<Settings>)| {
            let checked = check(input, settings, &ask, &outlets);
            progress.step();
            checked
        };
        // One file is not worth the threads.
        let checked: Vec<_> = match batch {
            [one] => vec![check(one)],
            batch => batch.par_iter().map(check).collect(),
        };
        progress.aside(out, |out| {
            for (checked, (input, settings)) in checked.into_iter().zip(batch) {
                match checked {
                    Ok(checked) => {
                        if checked.fails {
                            exit = exit.max(Exit::Findings);
                        }
                        if !checked.applied.is_empty() {
                            say(&checked.applied, input, out);
                        }
                        if let Some(said) = checked.rewritten {
                            out.complain(format_args!("{}：{said}", input.path.display()));
                        }
                        for stale in checked.stale {
                            if !is_part {
                                exit = exit.max(Exit::Stale);
                            }
                            let file = input.path.display();
                            out.complain(format_args!("{file}：基线里的这个问题不再报告：{stale}"));
                        }
                        for idle in checked.idle {
                            out.complain(format_args!("{}：{idle}", input.path.display()));
                        }
                        limits.count(settings, checked.warnings);
                        totals.files += 1;
                        totals.counts.add(checked.counts);
                        for (outlet, told) in outlets.iter_mut().zip(checked.told) {
                            outlet.write(told, out);
                        }
                    }
                    Err(message) => {
                        exit = Exit::Trouble;
                        let file = input.path.display();
                        for outlet in &mut outlets {
                            outlet.refused(&file, &message);
                        }
                        out.complain(format_args!("{file}：{message}"));
                    }
                }
            }
        });
    }
    drop(progress);
    for message in limits.exceeded(arguments.max_warnings) {
        exit = exit.max(Exit::Findings);
        out.complain(message);
    }
    for message in gone(&inputs) {
        if !is_part {
            exit = exit.max(Exit::Stale);
        }
        out.complain(message);
    }
    if exit == Exit::Stale {
        out.complain("请用 budget-lint baseline --prune 从基线中删去已经没有的问题");
    }
    for outlet in outlets {
        if let Err(message) = outlet.end(&mut totals, out) {
            exit = Exit::Trouble;
            out.complain(message);
        }
    }
    exit
}

fn check(
    input: &Input,
    settings: &Arc<Settings>,
    ask: &Ask,
    outlets: &[Outlet],
) -> Result<Checked, String> {
    let Loaded {
        bytes,
        file,
        applied,
        rewritten,
    } = mending::load(input, settings, ask.mending)?;
    let original = outlets.iter().any(Outlet::wants_hash).then(|| Original {
        length: bytes.len(),
        sha256: fingerprint::of_bytes(&bytes),
    });
    let collect = if ask.outcomes {
        Collect::All
    } else {
        Collect::Broken
    };
    let report = file.check(collect);
    let fail_level = ask.fail_level.or(settings.fail_level).unwrap_or_default();
    // Nothing that must be mended passes.
    let fail_level = match (settings.strict, fail_level) {
        (true, FailLevel::Never) => FailLevel::Error,
        (_, level) => level,
    };
    let fails = report
        .findings
        .iter()
        .any(|finding| file.fails(finding, fail_level));
    let counts = Counts::of(&report, ask.least);
    let sheet = Sheet::new(&file, &report, original);
    let shown: Vec<&Finding> = report
        .findings
        .iter()
        .map(AsRef::as_ref)
        .filter(|finding: &&Finding| finding.severity >= ask.least)
        .collect();
    Ok(Checked {
        told: outlets.iter().map(|it| it.tell(&sheet, &shown)).collect(),
        counts,
        fails,
        warnings: unexplained_warnings(&report),
        stale: stale(&file, &report),
        idle: idle(&file, &report),
        applied,
        rewritten,
    })
}

/// What was mended in a file.
fn say(applied: &[Applied], input: &Input, out: &mut Out) {
    let (file, count) = (input.path.display(), applied.len());
    out.complain(format_args!("{file}：已修改 {count} 处"));
    for Applied { rule, title } in applied {
        out.complain(format_args!("  [{rule}] {title}"));
    }
}

/// Warnings that `max-warnings` counts.
fn unexplained_warnings(report: &Report) -> usize {
    let warnings = report.findings.iter();
    warnings
        .filter(|it| it.severity == Severity::Warning && !it.is_explained())
        .count()
}

/// What the baseline holds of the file that is gone.
fn stale(file: &File, report: &Report) -> Vec<String> {
    let (Some(baseline), Some(path)) = (&file.settings.baseline, file.path.disk()) else {
        return Vec::new();
    };
    let stale = baseline.stale(path, report, file.document());
    stale
        .iter()
        .map(|stale| format!("[{}] {}", stale.rule, stale.message))
        .collect()
}

/// What the baselines hold of documents that are no longer there. Asked only of a run that looked for
/// documents itself: one told to look at a file says nothing of the others.
fn gone(inputs: &Inputs) -> Vec<String> {
    let found = inputs.iter().filter(|(input, _)| input.is_found_on_disk());
    let mut baselines: Vec<&Baseline> = found
        .filter_map(|(_, settings)| settings.baseline.as_deref())
        .collect();
    baselines.sort_by_key(|it| it.path());
    baselines.dedup_by_key(|it| it.path());
    let said = baselines.into_iter().flat_map(|baseline| {
        let path = baseline.path().display();
        let gone = baseline.gone().into_iter();
        gone.map(move |(name, count)| {
            format!("{path}：基线里有 {count} 处问题，它们的文件 {name} 已经没有了")
        })
    });
    said.collect()
}

/// Explanations of a file that explain nothing.
fn idle(file: &File, report: &Report) -> Vec<String> {
    let (Some(explanations), Some(path)) = (&file.settings.explanations, file.path.disk()) else {
        return Vec::new();
    };
    let (idle, empty) = explanations.idle(path, report, file.document());
    let shown = explanations.path().display();
    let mut said: Vec<String> = idle
        .into_iter()
        .map(|message| format!("已经没有这个问题，请从 {shown} 中删去它的说明：{message}"))
        .collect();
    if empty > 0 {
        said.push(format!("{shown} 中有 {empty} 处没有写理由，不起作用"));
    }
    said
}

/// Baselines and explanations that the settings name and that aren't there.
fn unwritten(inputs: &Inputs) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for (_, settings) in inputs {
        let baseline = settings
            .baseline
            .as_ref()
            .map(|it| (it.path(), "基线", "先用 budget-lint baseline 生成"));
        let explanations = settings.explanations.as_ref();
        let explanations =
            explanations.map(|it| (it.path(), "出错说明", "先用 check --add-explanations 生成"));
        for (path, what, todo) in baseline.into_iter().chain(explanations) {
            if !path.exists() {
                said.insert(format!(
                    "{}：没有这个{what}文件。请检查文件名，或{todo}",
                    path.display()
                ));
            }
        }
    }
    said
}

/// A file's bytes, as they were read.
struct Original {
    length: usize,
    sha256: String,
}

/// A checked file, and what telling it needs.
struct Sheet<'a> {
    name: String,
    file: &'a File,
    document: &'a budget_model::Document,
    report: &'a Report,
    places: place::Places<'a>,
    template: String,
    /// Known if a form wants it.
    original: Option<Original>,
}

impl<'a> Sheet<'a> {
    fn new(file: &'a File, report: &'a Report, original: Option<Original>) -> Self {
        let document = file.document();
        let template = &document.template;
        Self {
            name: file.path.display().into_owned(),
            file,
            document,
            report,
            places: place::Places::new(&file.text),
            template: format!("{}@{}", template.id, template.version),
            original,
        }
    }

    fn tell(&self, finding: &Finding) -> budget_rules::message::Message {
        tell(finding, self.document)
    }

    /// What is wrong, what to do and what was said of it, for forms that have one text for all.
    fn sentence(&self, finding: &Finding) -> String {
        let told = self.tell(finding);
        let said = finding.explanation.as_ref().map(Explanation::told);
        let parts = [
            Some(told.text),
            told.action,
            said.map(|said| format!("说明：{said}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("。")
    }

    /// `ARI001 行合计不等于各列之和`
    fn title(&self, finding: &Finding) -> String {
        let name = registry::find(finding.rule).map_or("", |rule| rule.name);
        format!("{} {name}", finding.rule)
    }
}
