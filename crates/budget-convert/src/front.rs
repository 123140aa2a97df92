//! The front matter: only what the document says of itself.

use budget_catalog::FrontKey;
use rustc_hash::FxHashSet;

use crate::block::Line;
use crate::text;

/// What was read on the way through a document.
#[derive(Debug, Default)]
pub(crate) struct Facts<'t> {
    /// Lines before the contents.
    pub(crate) cover: Vec<Line<'t>>,
    /// Values of 编制部门, 编制单位, 填报部门, 预算单位.
    pub(crate) bodies: Vec<String>,
    /// Values of 单位 and 金额单位.
    pub(crate) units: Vec<String>,
    /// Paragraphs, as far as names may be found in them.
    pub(crate) names: Vec<String>,
    /// The last lines, from the end.
    pub(crate) last: Vec<String>,
}

/// The front matter's lines.
pub(crate) fn front(template: &str, facts: &Facts<'_>) -> Vec<(&'static str, String)> {
    let mut out = vec![(FrontKey::Template.name(), template.to_owned())];
    let cover: Vec<&str> = facts
        .cover
        .iter()
        .map(|line| line.text.trim_matches('*').trim())
        .collect();
    let signature = signature(&facts.last);
    let body = body(&cover, facts);
    if let Some(body) = &body {
        out.push((FrontKey::Body.name(), body.clone()));
        let short = short_names(
            body,
            facts,
            signature.as_ref().map(|(name, _)| name.as_str()),
        );
        if !short.is_empty() {
            out.push((FrontKey::ShortNames.name(), short.join("、")));
        }
    }
    if let Some(year) = cover.iter().find_map(|line| year(line)) {
        out.push((FrontKey::Year.name(), year));
    }
    let mut units = facts.units.clone();
    units.dedup();
    if let [unit] = units.as_slice() {
        out.push((FrontKey::Unit.name(), unit.clone()));
    }
    if let Some((name, date)) = signature {
        out.push((FrontKey::Published.name(), date));
        out.push((FrontKey::Signature.name(), name));
    }
    if !cover.is_empty() {
        out.push((FrontKey::Cover.name(), cover.join(" ")));
    }
    out
}

/// The body: the cover's first line without the words of the title, with （本级） if the cover says
/// so; else what the tables say.
fn body(cover: &[&str], facts: &Facts<'_>) -> Option<String> {
    let title = |line: &str| line.contains("预算") || line.contains("决算");
    let name = cover
        .iter()
        .find(|line| !title(line) && line.chars().filter(|c| text::is_ideograph(*c)).count() >= 4)
        .map(|line| text::tidy(line))
        .or_else(|| {
            let line = cover.iter().find(|line| title(line))?;
            let end = line.find(|c: char| c.is_ascii_digit())?;
            let name = text::tidy(line.get(..end)?);
            (name.chars().count() >= 4).then_some(name)
        })
        .or_else(|| facts.bodies.first().cloned())?;
    let own_level = cover
        .iter()
        .any(|line| text::compact(line).ends_with("(本级)"));
    Some(if own_level && !text::compact(&name).ends_with("(本级)") {
        format!("{name}（本级）")
    } else {
        name
    })
}

/// `2020 年部门预算公开` gives 2020.
fn year(line: &str) -> Option<String> {
    let compacted = text::compact(line);
    let at = compacted.find('年')?;
    let before = compacted.get(..at)?;
    let digits = before.get(before.len().checked_sub(4)?..)?;
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.to_owned())
}

/// The name and the date (as 2020-01-20) at the end.
fn signature(last: &[String]) -> Option<(String, String)> {
    let mut lines = last.iter();
    let date = date(lines.next()?)?;
    let name = lines.next()?;
    (name.chars().count() <= 40 && !name.contains(['。', '：', '，']))
        .then(|| (text::tidy(name), date))
}

/// `2020年1月20日` as `2020-01-20`.
pub(crate) fn date(line: &str) -> Option<String> {
    let compacted = text::compact(line);
    let (year, rest) = compacted.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    let number = |text: &str, least: u32, most: u32| {
        let value: u32 = text.parse().ok()?;
        (least..=most).contains(&value).then_some(value)
    };
    Some(format!(
        "{:04}-{:02}-{:02}",
        number(year, 1900, 2999)?,
        number(month, 1, 12)?,
        number(day, 1, 31)?
    ))
}

/// Other names of the body: those by which tables, headings and sentences call it, whose
/// characters all stand in its name in the same order.
fn short_names(body: &str, facts: &Facts<'_>, signature: Option<&str>) -> Vec<String> {
    let mut seen: FxHashSet<String> = FxHashSet::default();
    seen.insert(text::compact(body));
    let mut out = Vec::new();
    let mentioned = facts.names.iter().flat_map(|line| mentions(line));
    for name in facts
        .bodies
        .iter()
        .map(String::as_str)
        .chain(mentioned)
        .chain(signature)
    {
        let compacted = text::compact(name);
        if (3..=40).contains(&name.chars().count())
            && is_short_for(&compacted, &text::compact(body))
            && seen.insert(compacted)
        {
            out.push(text::tidy(name));
        }
    }
    out
}

/// Names in the sentences that a template puts the body's name into.
fn mentions(line: &str) -> impl Iterator<Item = &str> {
    let before = |mark: &str| {
        let end = line.find(mark)?;
        let head = line.get(..end)?.trim_end();
        let head = head.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
        head.rsplit(['，', '。', '；', '：', '、', '“'])
            .next()
            .map(str::trim)
    };
    let introduced = line
        .split_once("以下简称")
        .and_then(|(_, after)| after.split(['）', ')', '，']).next().map(str::trim));
    [
        introduced,
        before("无下属预算单位"),
        before("年所有收入和支出"),
        before("编制数"),
    ]
    .into_iter()
    .flatten()
}

/// Whether all characters of `short` stand in `long` in the same order.
fn is_short_for(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|other| other == c))
}
