//! From a checked document to the record of what was checked and what was not.

use budget_catalog::{Catalog, digest, template::RelationKind};
use budget_model::{
    Status,
    document::TemplateChoice,
    heading::{Ordinal, ordinal},
    relation::Instance,
};
use budget_rules::{Severity, Waiver, prose_rule, relation_rule};
use budget_workspace::{Settings, config::Tolerance};
use rustc_hash::FxHashMap;

use super::{
    super::{
        Sheet, fingerprint,
        json::{self, FindingJson},
        ledger,
    },
    cells::Cells,
    owner::Owners,
    record::*,
    unread,
};

/// All of it. Linear in the document and its relations.
pub(super) fn record<'a>(sheet: &'a Sheet<'_>) -> Record<'a> {
    let owners = Owners::of(sheet.document);
    let mut tables = tables(sheet);
    let mut identities = identities(sheet);
    let mut cells = Cells::of(sheet);
    let named = named(sheet);
    let mut relations = Vec::with_capacity(sheet.report.ledger.instances.len());
    for (place, instance) in sheet.report.ledger.instances.iter().enumerate() {
        let number = place + 1;
        let table = match first_cell(instance) {
            // A relation of the narrative is listed with the narrative.
            _ if instance.prose.is_some() => None,
            Some(cell) => Some(cell.table as usize),
            // What lacks its cells names a table none the less.
            None => first_table(&instance.formula).and_then(|it| named.get(&it).copied()),
        };
        if let Some(table) = table.and_then(|table| tables.get_mut(table)) {
            table.outcomes.add(instance.outcome);
        }
        if let Some(identity) = identities.get_mut(instance.identity) {
            identity.outcomes.add(instance.outcome);
        }
        relations.push(relation(sheet, instance, number, table, &mut cells));
    }
    let (cells, uncovered) = cells.finish(sheet, &mut tables);
    let mut findings = Vec::with_capacity(sheet.report.findings.len());
    for (place, finding) in sheet.report.findings.iter().enumerate() {
        let table = owners.of_place(finding.range);
        if let Some(table) = table.and_then(|table| tables.get_mut(table)) {
            table.findings.push(place + 1);
        }
        findings.push(FindingRecord {
            number: place + 1,
            table,
            finding: FindingJson::of(sheet, finding),
        });
    }
    let set_aside: Vec<_> = sheet
        .report
        .suppressed
        .iter()
        .map(|it| set_aside(sheet, it))
        .collect();
    identities.retain(|identity| identity.outcomes.total() > 0);
    let explained = sheet.report.findings.iter().filter(|it| it.is_explained());
    Record {
        format: "budget-lint-audit",
        version: 1,
        counts: Counts {
            outcomes: outcomes(sheet),
            groups: groups(sheet),
            findings: severities(sheet),
            explained: explained.count(),
            set_aside: set_aside.len(),
            amounts: amounts(&tables),
            numbers_in_prose: unread::numbers_in_prose(sheet),
        },
        document: paper(sheet),
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            time: jiff::Zoned::now()
                .strftime("%Y-%m-%d %H:%M:%S %:z")
                .to_string(),
        },
        template: template(sheet),
        codes: codes(&sheet.document.catalog),
        glossary: glossary(&sheet.document.catalog),
        settings: settings(&sheet.file.settings),
        not_read: unread::list(sheet, &owners, &cells),
        tables,
        identities,
        relations,
        cells,
        uncovered,
        findings,
        set_aside,
        signatures: ["核对人", "复核人"].map(|role| Signature {
            role,
            name: "",
            date: "",
        }),
        page: None,
    }
}

fn first_cell(instance: &Instance) -> Option<budget_model::CellId> {
    instance
        .left_cells
        .first()
        .or(instance.right_cells.first())
        .copied()
}

/// The document's tables by their numbers in the template.
fn named(sheet: &Sheet<'_>) -> FxHashMap<u8, usize> {
    let document = sheet.document;
    let mut named = FxHashMap::default();
    for (place, table) in document.tables.iter().enumerate() {
        if let Some(ordinal) = document.read_as(table).and_then(|spec| spec.ordinal)
            && !table.working
        {
            named.entry(ordinal).or_insert(place);
        }
    }
    named
}

/// `表三` of `合(表三.201.下级.合计) = …`.
fn first_table(formula: &str) -> Option<u8> {
    let mut words = formula.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(|word| match ordinal(word) {
        Some(Ordinal::Table(number)) => Some(number),
        _ => None,
    })
}

fn relation<'a>(
    sheet: &'a Sheet<'_>,
    instance: &'a Instance,
    number: usize,
    table: Option<usize>,
    cells: &mut Cells<'a>,
) -> RelationRecord<'a> {
    let places = |ids: &[budget_model::CellId], cells: &mut Cells<'a>| -> Vec<usize> {
        ids.iter()
            .filter_map(|id| cells.place(sheet, *id))
            .collect()
    };
    let left_cells = places(&instance.left_cells, cells);
    let right_cells = places(&instance.right_cells, cells);
    let subtracted = places(&instance.subtracted, cells);
    for place in left_cells.iter().chain(&right_cells) {
        cells.relate(*place, number, instance);
    }
    let style = ledger::style(sheet, instance);
    let printed = |amount: Option<budget_model::Amount>| Some(amount?.print(style));
    let difference = match (instance.left, instance.right) {
        (Some(left), Some(right)) => left.checked_sub(right).filter(|it| !it.is_zero()),
        _ => None,
    };
    let identity = sheet.document.template.identities.get(instance.identity);
    RelationRecord {
        number,
        identity: identity.map_or("", |identity| identity.id.as_str()),
        table,
        outcome: ledger::outcome(instance.outcome).0,
        why: instance.why.map(|why| ledger::why(why).0),
        formula: &instance.formula,
        left: printed(instance.left),
        right: printed(instance.right),
        difference: printed(difference),
        left_cells,
        right_cells,
        subtracted,
    }
}

fn tables<'a>(sheet: &'a Sheet<'_>) -> Vec<TableRecord<'a>> {
    let document = sheet.document;
    let tables = document.tables.iter().map(|table| {
        let heading = table.heading.and_then(|id| document.heading(id));
        let start = heading
            .map(|it| it.range)
            .or_else(|| Some(table.grids.first()?.range));
        let spec = document.read_as(table);
        TableRecord {
            id: spec.map(|spec| spec.id.as_str()),
            title: heading.map_or("", |heading| document.slice(heading.text)),
            line: start.map_or(1, |range| sheet.places.of(range.start()).line),
            unit: table.unit.name(),
            known: match (table.working, table.spec, table.reading) {
                (true, ..) => "working",
                (_, Some(_), _) => "template",
                (_, None, Some(_)) => "reading",
                (_, None, None) => "unknown",
            },
            source: table.source.map(|field| document.slice(field.value)),
            outcomes: Outcomes::default(),
            amounts: Amounts::default(),
            findings: Vec::new(),
        }
    });
    tables.collect()
}

fn identities<'a>(sheet: &'a Sheet<'_>) -> Vec<IdentityRecord<'a>> {
    let identities = sheet.document.template.identities.iter();
    let record = |identity: &'a budget_catalog::template::IdentitySpec| IdentityRecord {
        id: &identity.id,
        kind: kind(identity.kind).0,
        expr: identity.expr.trim(),
        message: &identity.message,
        source: &identity.source,
        outcomes: Outcomes::default(),
    };
    identities.map(record).collect()
}

/// Kinds of relation as templates write them, and as people call them.
const fn kind(kind: RelationKind) -> (&'static str, &'static str) {
    match kind {
        RelationKind::RowSum => ("row-sum", "行合计"),
        RelationKind::Hierarchy => ("hierarchy", "层级"),
        RelationKind::Total => ("total", "合计行"),
        RelationKind::Balance => ("balance", "收支平衡"),
        RelationKind::PartOfWhole => ("part-of-whole", "部分不大于整体"),
        RelationKind::MustBeZero => ("must-be-zero", "应为空或 0"),
        RelationKind::CrossTable => ("cross-table", "表间相等"),
        RelationKind::EmptyTable => ("empty-table", "空表与说明"),
        RelationKind::FunctionEconomy => ("function-economy", "功能与经济科目对应"),
        RelationKind::Performance => ("performance", "绩效表"),
        RelationKind::Own => ("own", "审核公式"),
    }
}

fn outcomes(sheet: &Sheet<'_>) -> Outcomes {
    let mut outcomes = Outcomes::default();
    for instance in &sheet.report.ledger.instances {
        outcomes.add(instance.outcome);
    }
    outcomes
}

/// In the order in which the template has them.
fn groups(sheet: &Sheet<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for instance in &sheet.report.ledger.instances {
        let identity = sheet.document.template.identities.get(instance.identity);
        let (id, name, rule) = match (identity, instance.prose) {
            (Some(identity), _) => {
                let (id, name) = kind(identity.kind);
                (id, name, relation_rule(identity.kind))
            }
            (None, Some(kind)) => (kind.id(), kind.name(), prose_rule(kind)),
            (None, None) => continue,
        };
        let place = groups.iter().position(|group| group.kind == id);
        let group = match place.and_then(|place| groups.get_mut(place)) {
            Some(group) => group,
            None => groups.push_mut(Group {
                kind: id,
                name,
                rule,
                outcomes: Outcomes::default(),
            }),
        };
        group.outcomes.add(instance.outcome);
    }
    groups
}

fn severities(sheet: &Sheet<'_>) -> Severities {
    let mut counts = Severities::default();
    for finding in &sheet.report.findings {
        *match finding.severity {
            Severity::Error => &mut counts.error,
            Severity::Warning => &mut counts.warning,
            Severity::Info => &mut counts.info,
            Severity::Hint => &mut counts.hint,
        } += 1;
    }
    counts
}

fn amounts(tables: &[TableRecord<'_>]) -> Amounts {
    tables
        .iter()
        .fold(Amounts::default(), |sum, table| Amounts {
            total: sum.total + table.amounts.total,
            checked: sum.checked + table.amounts.checked,
            undecided: sum.undecided + table.amounts.undecided,
            uncovered: sum.uncovered + table.amounts.uncovered,
        })
}

fn set_aside<'a>(sheet: &'a Sheet<'_>, suppressed: &'a budget_rules::Suppressed) -> SetAside<'a> {
    let (by, reason) = match &suppressed.by {
        Waiver::Comment { reason } => ("comment", Some(reason.as_str())),
        Waiver::Off => ("off", None),
        Waiver::Baseline => ("baseline", None),
    };
    SetAside {
        by,
        reason,
        finding: FindingJson::of(sheet, &suppressed.finding),
    }
}

fn paper<'a>(sheet: &'a Sheet<'_>) -> Paper<'a> {
    let front = &sheet.document.front;
    let original = sheet.original.as_ref();
    Paper {
        file: &sheet.name,
        sha256: original.map_or("", |original| &original.sha256),
        bytes: original.map_or(0, |original| original.length),
        body: front.body.map(|field| sheet.document.slice(field.value)),
        year: front.year,
        status: match front.status {
            Status::Draft => "草稿",
            Status::Review => "送审",
            Status::Published => "公开",
        },
        notice: sheet.file.notice.map(budget_workspace::Notice::message),
    }
}

fn template<'a>(sheet: &'a Sheet<'_>) -> TemplateRecord<'a> {
    let template = &*sheet.document.template;
    TemplateRecord {
        id: &template.id,
        version: &template.version,
        title: &template.title,
        sha256: digest::template(template),
        choice: match sheet.document.template_choice {
            TemplateChoice::Named => "named",
            TemplateChoice::Default => "default",
            TemplateChoice::Unknown => "unknown",
        },
        generic: template.generic,
    }
}

fn codes(catalog: &Catalog) -> Data {
    let of = |catalog: &Catalog| {
        let tables = [&catalog.functional, &catalog.economic].map(digest::codes);
        fingerprint::of_bytes(tables.join("\n").as_bytes())
    };
    let sha256 = of(catalog);
    Data {
        builtin: sha256 == of(Catalog::builtin()),
        sha256,
    }
}

fn glossary(catalog: &Catalog) -> Data {
    let sha256 = digest::glossary(&catalog.glossary);
    Data {
        builtin: sha256 == digest::glossary(&Catalog::builtin().glossary),
        sha256,
    }
}

fn settings(settings: &Settings) -> SettingsRecord<'_> {
    let source = |path: &std::path::Path| Source {
        file: path.display().to_string(),
        sha256: std::fs::read(path)
            .ok()
            .map(|bytes| fingerprint::of_bytes(&bytes)),
    };
    let changed = budget_rules::rules().iter().filter_map(|rule| {
        let level = settings.levels.of(rule.code)?.name();
        let own = json::severity(rule.severity);
        (level != own).then_some(RuleRecord {
            rule: rule.code,
            name: rule.name,
            level,
            own,
        })
    });
    let relations = settings.relations.iter();
    SettingsRecord {
        files: settings.files.iter().map(|path| source(path)).collect(),
        profile: settings.strict.then_some("送审"),
        tolerance: match settings.tolerance {
            Tolerance::Rounding => "rounding",
            Tolerance::Exact => "exact",
        },
        baseline: settings.baseline.as_ref().map(|it| source(it.path())),
        explanations: settings.explanations.as_ref().map(|it| source(it.path())),
        rules: changed.collect(),
        relations: relations
            .map(|(name, level)| OwnRecord {
                name,
                level: level.name(),
            })
            .collect(),
    }
}
