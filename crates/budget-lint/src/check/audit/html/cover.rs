//! The first page: what was checked by what, how it ended, and who signs it.

use maud::{Markup, html};

use super::{Page, count, title};
use crate::check::audit::record::{Amounts, Data, Outcomes, Source};

impl Page<'_, '_> {
    pub(super) fn cover(&self) -> Markup {
        let record = self.record;
        let document = &record.document;
        let template = &record.template;
        let found = record.counts.findings;
        let year = document.year.map(|year| format!("{year} 年度"));
        html! {
            header {
                h1 { "核对清单" }
                p.subject {
                    @if let Some(body) = document.body { span { (body) } }
                    @if let Some(year) = year { span { (year) } }
                    span { "状态：" (document.status) }
                }
            }
            p.verdict.bad[found.error > 0] {
                @if found.error > 0 { "有 " (found.error) " 处必须修改" }
                @else { "没有必须修改的问题" }
                @if found.warning > 0 { "，" (found.warning) " 处修改或说明" }
                @if found.info > 0 { "，" (found.info) " 处请核实" }
                @if found.hint > 0 { "，" (found.hint) " 处提示" }
                @if record.counts.set_aside > 0 { "；另有 " (record.counts.set_aside) " 处已忽略" }
                "。"
                @if record.counts.explained > 0 { "其中 " (record.counts.explained) " 处有说明。" }
            }
            table.facts {
                tr { th { "文件" } td { (document.file) "（" (document.bytes) " 字节）"
                    @if let Some(notice) = &document.notice { br; (notice) }
                    br; code { "SHA-256 " (document.sha256) } } }
                tr { th { "模板" } td { (template.id) "@" (template.version) "　" (template.title)
                    @match template.choice {
                        "default" => { "（文件没有写明模板）" }
                        "unknown" => { "（文件写的模板不存在，改用通用模板）" }
                        _ => {}
                    }
                    @if template.generic { "（通用模板：模板专有的表间关系没有核对）" }
                    br; code { "SHA-256 " (template.sha256) } } }
                tr { th { "科目代码表" } td { (data(&record.codes)) } }
                tr { th { "名词解释" } td { (data(&record.glossary)) } }
                tr { th { "设置" } td { (self.in_force()) " " a href="#settings" { "详见设置" } } }
                tr { th { "工具" } td { (record.tool.name) " " (record.tool.version) "，" (record.tool.time) } }
            }
            table.sign {
                @for it in &record.signatures { tr { th { (it.role) } td {} th { "意见" } td.wide {} th { "日期" } td {} } }
            }
        }
    }

    /// The settings in a line.
    fn in_force(&self) -> Markup {
        let settings = &self.record.settings;
        html! {
            @if settings.files.is_empty() { "没有 budget.toml" }
            @else { (settings.files.len()) " 个 budget.toml" }
            @if settings.profile.is_some() { "；送审（必须修改的问题不能放过）" }
            @if settings.tolerance == "exact" { "；精确（不考虑舍位）" }
            @if settings.baseline.is_some() { "；用了基线" }
            @if settings.explanations.is_some() { "；有出错说明" }
            @if !settings.rules.is_empty() { "；改了 " (settings.rules.len()) " 条规则" }
            @if !settings.relations.is_empty() { "；审核公式 " (settings.relations.len()) " 条" }
            "。"
        }
    }

    /// Counts: by kind of relation, and by table.
    pub(super) fn overview(&self) -> Markup {
        let counts = &self.record.counts;
        let amounts = counts.amounts;
        let (rest, elsewhere) = (self.without_table(), self.elsewhere_count());
        html! {
            section {
                h2 { "一、核对结果" }
                p {
                    "核对关系 " b { (counts.outcomes.total()) } " 条：" (sentence(&counts.outcomes)) "。"
                    "金额 " b { (amounts.total) } " 个：与别的数核对过 " (amounts.checked)
                    "，有关系但没有结论 " (amounts.undecided)
                    "，没有关系涉及 " (amounts.uncovered) "。"
                }
                table.counts {
                    thead { tr { th.name { "关系的种类" } th { "规则" } (outcome_heads()) } }
                    tbody { @for group in &counts.groups {
                        tr { td.name { (group.name) } td { (group.rule) } (outcome_cells(&group.outcomes)) }
                    } }
                    tfoot { tr { td.name { "合计" } td {} (outcome_cells(&counts.outcomes)) } }
                }
                table.counts {
                    thead {
                        tr { th.name rowspan="2" { "表" } th colspan="7" { "核对关系" } th colspan="4" { "金额" } th rowspan="2" { "问题" } }
                        tr { (outcome_heads()) th { "共" } th { "已核对" } th { "没结论" } th { "无关系" } }
                    }
                    tbody {
                        @for (place, table) in self.record.tables.iter().enumerate() {
                            tr { td.name { a href={ "#t" (place) } { (title(self, place)) } }
                                (outcome_cells(&table.outcomes)) (amount_cells(&table.amounts))
                                td.bad[!table.findings.is_empty()] { (count(table.findings.len())) } }
                        }
                        @if rest.total() > 0 || elsewhere > 0 {
                            tr { td.name { a href="#elsewhere" { "表以外" } }
                                (outcome_cells(&rest)) (amount_cells(&Amounts::default()))
                                td.bad[elsewhere > 0] { (count(elsewhere)) } }
                        }
                    }
                    tfoot { tr { td.name { "合计" } (outcome_cells(&counts.outcomes)) (amount_cells(&amounts))
                        td { (count(self.record.findings.len())) } } }
                }
                p.note { "每条关系列在等号左边那一格所在的表下。“没结论”：有关系涉及，但待填、无法核对或不适用。" }
            }
        }
    }

    fn without_table(&self) -> Outcomes {
        let mut outcomes = Outcomes::default();
        let instances = &self.sheet.report.ledger.instances;
        for number in self.relations.last().into_iter().flatten() {
            if let Some(instance) = instances.get(number - 1) {
                outcomes.add(instance.outcome);
            }
        }
        outcomes
    }

    fn elsewhere_count(&self) -> usize {
        let findings = self.record.findings.iter();
        findings.filter(|it| it.table.is_none()).count()
    }

    /// What it was checked by, in full.
    pub(super) fn settings(&self) -> Markup {
        let settings = &self.record.settings;
        html! {
            section #settings {
                h2 { "七、核对时的设置" }
                table.facts {
                    tr { th { "budget.toml" } td {
                        @if settings.files.is_empty() { "没有" }
                        @for file in &settings.files { (source(file)) }
                    } }
                    tr { th { "场合" } td {
                        @if settings.profile.is_some() { "送审：必须修改的问题不能用忽略标记、配置或基线放过" } @else { "一般" }
                    } }
                    tr { th { "舍位" } td {
                        @if settings.tolerance == "exact" { "精确：一分一厘都不能差" }
                        @else { "每个数按印出的位数有半个末位的误差，加起来仍对不上才是错误" }
                    } }
                    tr { th { "基线" } td {
                        @match &settings.baseline { Some(file) => { (source(file)) } None => { "没有" } }
                    } }
                    tr { th { "出错说明" } td {
                        @match &settings.explanations { Some(file) => { (source(file)) } None => { "没有" } }
                    } }
                    tr { th { "改了级别的规则" } td {
                        @if settings.rules.is_empty() { "没有" }
                        @for rule in &settings.rules {
                            div { (rule.rule) " " (rule.name) "：" (level(rule.level)) "（原为" (level(rule.own)) "）" }
                        }
                    } }
                    @if !settings.relations.is_empty() { tr { th { "审核公式" } td {
                        @for it in &settings.relations { div { (it.name) "：" (level(it.level)) } }
                    } } }
                }
            }
        }
    }
}

fn level(name: &str) -> &'static str {
    match name {
        "off" => "关闭",
        "hint" => "提示",
        "info" => "请核实",
        "warning" => "修改或说明",
        _ => "必须修改",
    }
}

fn data(data: &Data) -> Markup {
    html! {
        @if data.builtin { "程序自带" } @else { "程序自带的加上自备的" }
        br; code { "SHA-256 " (data.sha256) }
    }
}

fn source(source: &Source) -> Markup {
    html! { div { (source.file) @if let Some(hash) = &source.sha256 { br; code { "SHA-256 " (hash) } } } }
}

/// `成立 3、不成立 1`, those that there are.
pub(super) fn sentence(outcomes: &Outcomes) -> String {
    let there = outcomes.named().into_iter().filter(|(_, count)| *count > 0);
    let told: Vec<_> = there
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    if told.is_empty() {
        "没有".to_owned()
    } else {
        told.join("、")
    }
}

fn outcome_heads() -> Markup {
    html! { th { "共" } @for (name, _) in Outcomes::default().named() { th { (name) } } }
}

fn outcome_cells(outcomes: &Outcomes) -> Markup {
    html! {
        td { (count(outcomes.total())) }
        @for (name, number) in outcomes.named() {
            td.bad[name == "不成立" && number > 0].ask[name == "无法核对" && number > 0] { (count(number)) }
        }
    }
}

fn amount_cells(amounts: &Amounts) -> Markup {
    html! {
        td { (count(amounts.total)) }
        td { (count(amounts.checked)) }
        td.ask[amounts.undecided > 0] { (count(amounts.undecided)) }
        td.ask[amounts.uncovered > 0] { (count(amounts.uncovered)) }
    }
}
