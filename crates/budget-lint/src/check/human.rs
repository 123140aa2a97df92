//! For people: what was checked, each finding with its source line, and a sum at the end.

use std::fmt::Write as _;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};
use budget_rules::{Explanation, Finding, Severity, Suppressed, Waiver, message};
use budget_syntax::TextRange;

use super::{
    Sheet, ledger,
    reporter::{Paper, Reporter, Told, Totals},
};
use crate::explain::severity_name;

/// Findings shown to a person unless asked for more.
const SHOWN: usize = 100;
/// Other places shown of a finding; more are counted.
const RELATED: usize = 8;
/// Suppressed findings listed of a file; more are counted.
const SUPPRESSED: usize = 20;
/// Bytes of a source line shown before and after the place.
const AROUND: usize = 240;

pub(super) struct Human {
    pub(super) outcomes: bool,
}

impl Reporter for Human {
    fn most(&self) -> usize {
        SHOWN
    }

    fn tell(&self, sheet: &Sheet<'_>, shown: &[&Finding]) -> Told {
        Told {
            head: head(sheet),
            findings: shown.iter().map(|it| finding(sheet, it)).collect(),
            tail: tail(sheet, self.outcomes),
        }
    }

    fn end(&mut self, totals: &Totals, paper: &mut dyn Paper) {
        if totals.files > 0 {
            paper.print(&summary(totals));
            paper.print("\n");
        }
    }
}

/// By which template the file was checked, and how its relations ended.
fn head(sheet: &Sheet<'_>) -> String {
    let opening = message::opening(sheet.document, &sheet.report.ledger);
    format!("{}：{opening}\n\n", sheet.name)
}

/// A finding.
fn finding(sheet: &Sheet<'_>, finding: &Finding) -> String {
    let told = sheet.tell(finding);
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP,
    };
    let sentence = told.text.clone();
    let title = level
        .with_name(severity_name(finding.severity))
        .primary_title(told.text)
        .id(finding.rule);

    let mut group = Group::with_title(title);
    let primary = (
        finding.range,
        AnnotationKind::Primary,
        verdict(finding, &sentence),
    );
    let related = finding.related.iter().take(RELATED).map(|related| {
        (
            related.range,
            AnnotationKind::Context,
            Some(budget_rules::message::note(&related.note, sheet.document)),
        )
    });
    for element in snippets(sheet, std::iter::once(primary).chain(related)) {
        group = group.element(element);
    }
    let more = finding.related.len().saturating_sub(RELATED);
    let notes = [
        ("公式", finding.formula.clone()),
        ("比较", sides(finding)),
        ("相关", (more > 0).then(|| format!("另有 {more} 处"))),
        (
            "可能",
            finding
                .cause
                .clone()
                .filter(|cause| !sentence.contains(cause.as_str())),
        ),
        ("依据", origin(sheet, finding)),
        ("说明", finding.explanation.as_ref().map(Explanation::told)),
        ("处理", told.action),
    ];
    for (name, text) in notes {
        if let Some(text) = text {
            group = group.element(Level::NOTE.with_name(name).message(text));
        }
    }
    // Lines are cut here, where their characters are known to be wide; the renderer need not.
    let renderer = Renderer::styled().term_width(usize::from(u16::MAX));
    let mut text = String::new();
    // A part of a line has its place on a line of its own, and the renderer puts a bare `:::` below it.
    for line in renderer.render(&[group]).split_inclusive('\n') {
        if anstream::adapter::strip_str(line).to_string().trim() != ":::" {
            text.push_str(line);
        }
    }
    text.push_str("\n\n");
    text
}

/// `应为 …，实为 …，差额 …`; nothing where the sentence says it and there is no number to compare.
fn verdict(finding: &Finding, sentence: &str) -> Option<String> {
    let in_sentence = |text: &Option<String>| text.as_ref().is_none_or(|t| sentence.contains(t));
    if finding.difference.is_none()
        && in_sentence(&finding.expected)
        && in_sentence(&finding.actual)
    {
        return None;
    }
    let parts: Vec<_> = [
        ("应为", &finding.expected),
        ("实为", &finding.actual),
        ("差额", &finding.difference),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)))
    .collect();
    (!parts.is_empty()).then(|| parts.join("，"))
}

/// The source of a template's identity, which people know, rather than its id.
pub(super) fn origin(sheet: &Sheet<'_>, finding: &Finding) -> Option<String> {
    let origin = finding.origin.as_ref()?;
    let identities = &sheet.document.template.identities;
    let identity = identities.iter().find(|identity| identity.id == *origin);
    Some(match identity {
        Some(identity) if !identity.source.is_empty() => {
            format!("{}（{origin}）", identity.source)
        }
        _ => origin.clone(),
    })
}

fn sides(finding: &Finding) -> Option<String> {
    let (left, right) = (finding.left.as_ref()?, finding.right.as_ref()?);
    Some(format!("左值 {left}，右值 {right}"))
}

type Mark = (TextRange, AnnotationKind, Option<String>);

/// The source lines of the marks, each line once, in the order they are first met.
fn snippets(sheet: &Sheet<'_>, marks: impl Iterator<Item = Mark>) -> Vec<Element<'static>> {
    let mut lines: Vec<(TextRange, Vec<Mark>)> = Vec::new();
    for mark in marks {
        let line = line_of(sheet, mark.0);
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, marks)) => marks.push(mark),
            None => lines.push((line, vec![mark])),
        }
    }
    let mut elements = Vec::with_capacity(lines.len() * 2);
    for (line, marks) in lines {
        let Some((first, ..)) = marks.first() else {
            continue;
        };
        let place = sheet.places.of(first.start());
        let origin = Origin::path(sheet.name.clone())
            .line(place.line as usize)
            .char_column(place.column as usize);
        let window = window(sheet, line, *first);
        let whole = window == line;
        let mut source = String::new();
        if window.start() > line.start() {
            source.push('…');
        }
        let shift = source.len();
        source.push_str(window.of(&sheet.file.text));
        if window.end() < line.end() {
            source.push('…');
        }
        let annotations = marks.into_iter().filter_map(|(range, kind, label)| {
            let start = range.start().checked_sub(window.start())? as usize;
            let end = range.end().min(window.end()).checked_sub(window.start())? as usize;
            (range.start() <= window.end())
                .then(|| annotation(kind, start + shift..end.max(start) + shift, label))
        });
        let snippet = Snippet::source(source)
            .line_start(place.line as usize)
            .annotations(annotations.collect::<Vec<_>>());
        // The renderer counts the column in what it is shown; of a part that would be wrong.
        if whole {
            elements.push(Element::from(snippet.path(sheet.name.clone())));
        } else {
            elements.push(Element::from(origin));
            elements.push(Element::from(snippet));
        }
    }
    elements
}

fn annotation(
    kind: AnnotationKind,
    span: std::ops::Range<usize>,
    label: Option<String>,
) -> Annotation<'static> {
    let annotation = kind.span(span);
    match label {
        Some(label) => annotation.label(label),
        None => annotation,
    }
}

/// The line on which a range starts, without its line end.
fn line_of(sheet: &Sheet<'_>, range: TextRange) -> TextRange {
    let line = sheet.places.of(range.start()).line.saturating_sub(1);
    sheet.places.lines().line_range(&sheet.file.text, line)
}

/// What is shown of a line: all of it, or the neighbourhood of a place in a very long one.
fn window(sheet: &Sheet<'_>, line: TextRange, place: TextRange) -> TextRange {
    let text = &sheet.file.text;
    let around = u32::try_from(AROUND).unwrap_or(u32::MAX);
    let mut start = place.start().saturating_sub(around).max(line.start());
    if line.len() <= around * 2 {
        start = line.start();
    }
    let mut end = start.saturating_add(around * 2).min(line.end());
    while !text.is_char_boundary(start as usize) && start > line.start() {
        start -= 1;
    }
    while !text.is_char_boundary(end as usize) && end < line.end() {
        end += 1;
    }
    TextRange::new(start, end)
}

/// What was suppressed, and the ledger if asked for.
pub(super) fn tail(sheet: &Sheet<'_>, outcomes: bool) -> String {
    let mut text = String::new();
    // What a rule that is off would say is nobody's business here; it is counted.
    let suppressed = &sheet.report.suppressed;
    let listed = || suppressed.iter().filter(|it| it.by != Waiver::Off);
    let (count, off) = (listed().count(), suppressed.len() - listed().count());
    if off > 0 {
        let _ = writeln!(text, "规则已关闭，不显示 {off} 处");
    }
    if count > 0 {
        let _ = writeln!(text, "已忽略 {count} 处：");
        for Suppressed { finding, by } in listed().take(SUPPRESSED) {
            let place = sheet.places.of(finding.range.start());
            let _ = writeln!(
                text,
                "  {}:{}:{} [{}] {}（{}）",
                sheet.name,
                place.line,
                place.column,
                finding.rule,
                sheet.tell(finding).text,
                waiver(by)
            );
        }
        if count > SUPPRESSED {
            let _ = writeln!(text, "  另有 {} 处", count - SUPPRESSED);
        }
    }
    if !suppressed.is_empty() {
        text.push('\n');
    }
    if outcomes {
        text += &ledger::human(sheet);
        text.push('\n');
    }
    text
}

/// What set a finding aside.
pub(super) fn waiver(by: &Waiver) -> String {
    match by {
        Waiver::Comment { reason } => format!("忽略的理由：{reason}"),
        Waiver::Off => "规则已关闭".to_owned(),
        Waiver::Baseline => "基线中已有".to_owned(),
    }
}

/// How many files and findings there were.
pub(super) fn sum(totals: &Totals) -> String {
    let Totals { counts, files, .. } = totals;
    let total = counts.total();
    let mut text = if *files > 1 {
        format!("{files} 个文件，")
    } else {
        String::new()
    };
    if total == 0 {
        text += "没有发现问题";
    } else {
        let [hint, info, warning, error] = counts.by_severity;
        let _ = write!(
            text,
            "共 {total} 处：必须修改 {error}、修改或说明 {warning}、请核实 {info}、提示 {hint}"
        );
    }
    if counts.hidden > 0 {
        let _ = write!(
            text,
            "；其中 {} 处级别较低，没有显示（--min-severity hint 显示全部）",
            counts.hidden
        );
    }
    text
}

/// The last line.
fn summary(totals: &Totals) -> String {
    let Totals { counts, shown, .. } = totals;
    let mut text = sum(totals);
    let left = totals.left();
    if left > 0 {
        let _ = write!(
            text,
            "；只显示了前 {shown} 处，另有 {left} 处（--max-findings 0 显示全部）"
        );
    }
    if counts.explained > 0 {
        let _ = write!(text, "；已说明 {} 处", counts.explained);
    }
    if counts.suppressed > 0 {
        let _ = write!(text, "；已忽略 {} 处", counts.suppressed);
    }
    text
}
