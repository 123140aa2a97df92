//! Sentences of many provinces: of right ones nothing is said, in wrong ones the number is found.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{fmt::Write, sync::Arc};

use budget_catalog::Catalog;
use budget_model::{Document, relation::Collect};
use budget_rules::{Finding, Severity};

fn check(text: &str) -> (Document, Vec<Arc<Finding>>) {
    let text = format!(
        "---\n模板: 通用-预算\n部门: 某市水利局\n年度: 2024\n金额单位: 万元\n---\n\n\
         # 第二部分 2024年部门预算情况说明\n\n{text}\n"
    );
    let document = Document::new(Arc::from(text), Arc::clone(Catalog::builtin()));
    let report = budget_rules::check(&document, Collect::All);
    let mut findings = report.findings;
    findings.retain(|it| it.rule.starts_with("PR") && it.severity > Severity::Hint);
    (document, findings)
}

/// Each is right: the arithmetic stands beside it where it isn't plain.
const RIGHT: &[&str] = &[
    // 32 / 320
    "2023年当年预算执行数为320.00万元，2024年预算安排352.00万元，比2023年当年预算执行数增加32.00万元，增长10%。",
    "年初预算为100.00万元，支出决算为85.00万元，完成年初预算的85%。",
    "一般公共预算财政拨款支出年初预算为1,200.00万元，支出决算为1,260.00万元，完成年初预算的105.00%，决算数大于年初预算数的主要原因是：追加人员经费60.00万元。",
    // 12 / 200
    "2024年度收、支总计212.00万元。与2023年度相比，收、支总计各增加12.00万元，增长6%。",
    // 20 / 500
    "2024年度财政拨款收、支总计480.00万元，与2023年度相比，财政拨款收、支总计各减少20.00万元，下降4.0%。",
    // 20 / 300
    "2024年预算320.00万元，较上年决算数300.00万元增加20.00万元，增长6.67%。",
    "2024年本单位“三公”经费预算10.00万元，与2023年预算数持平。其中：因公出国（境）费0万元，公务接待费2.00万元，公务用车购置及运行费8.00万元（其中：公务用车购置费0万元，公务用车运行维护费8.00万元）。",
    "本年收入合计1,000.00万元，其中：财政拨款收入900.00万元，占总收入的90.0%；其他收入100.00万元，占总收入的10.0%。",
    "本年支出合计1000万元，其中：基本支出600万元，占本年支出合计的60%；项目支出400万元，占本年支出合计的40%。",
    // Half of the wholes isn't told what they are parts of.
    "本年收入1000万元，其中，一般公共预算拨款800万元；政府性基金拨款100万元。",
    "截至2023年12月31日，共有车辆5辆，其中，应急保障用车2辆、其他用车3辆；单价50万元以上通用设备3台（套），单价100万元以上专用设备1台（套）。",
    "总投资0.3亿元，分别为：设备购置2000万元，土建工程1000万元。",
    // 3.5 / 50
    "培训费46.5万元，同比减少3.5万元，下降7.0%。",
    "信息化建设支出250.00万元，比上年增加150.00万元，增长1.5倍。",
    // 3 / 15
    "2024年预算数为12.00万元，比2023年执行数减少3.00万元，减幅20%。",
    // -10 / 80
    "基本支出70.00万元，比上年减少10.00万元，增长率-12.5%。",
    // 50 / 250
    "项目支出300.00万元，比2023年增加50.00万元，增长20.00%；主要是信息化项目增加80.00万元、维修项目减少30.00万元。",
    "2024年度一般公共预算财政拨款支出300.00万元，主要用于以下方面：教育（类）支出100.00万元，占33.33%；科学技术（类）支出150.00万元，占50.00%；住房保障（类）支出50.00万元，占16.67%。",
    "机关运行经费比上年增长5.3个百分点，占基本支出的比重由12%下降到11%。",
    "政府采购支出总额100.00万元，其中：政府采购货物支出60.00万元、政府采购工程支出0.00万元、政府采购服务支出40.00万元。授予中小企业合同金额100.00万元，占政府采购支出总额的100%，其中：授予小微企业合同金额80.00万元，占授予中小企业合同金额的80%。",
    "项目绩效：预计服务群众3.5万人次，人均成本12元，满意度达到95%以上，单位成本下降3%。",
    "公务用车购置0辆，公务用车保有量4辆；国内公务接待5批次、60人次，共0.61万元。",
    "2024年安排公务接待费1.50万元，与上年相同；会议费2.00万元，较上年无变化。",
    "某市水利局2024年收支总预算500.00万元。收入包括：一般公共预算拨款收入480.00万元、上年结转20.00万元；支出包括：农林水支出400.00万元、社会保障和就业支出60.00万元、住房保障支出40.00万元。",
    // Money that was rounded: 0.4 + 0.4 = 0.8, 0.9 as printed.
    "差旅费和会议费共0.9万元，其中：差旅费0.4万元，其他费用0.4万元。",
    "增加3.00万元主要是提高了标准，每人每月增加500元，共50人。",
    "编制数30名，其中：行政编制10名，事业编制20名；实有人数45人，其中：在职28人，退休17人。",
    "2022年收入100.00万元，2023年收入110.00万元，2024年收入121.00万元，年均增长10%。",
    "（一）2024年预算数9.80万元，比2023年减少1.20万元，下降10.9%。\n（二）2024年预算数5.00万元，比2023年增加0万元。",
    // As much as before: no rate at all, and a rate of nothing.
    "因公出国（境）费0万元，比上年减少4.00万元，下降100%；公务接待费1.00万元，比上年增加1.00万元，增长100%；会议费2.00万元，比上年增加2.00万元。",
    "全年共聘用4人，每人每月4000元，合计19.2万元；另聘用临时人员2人，每天150元，全年共计3万元。",
];

#[test]
fn nothing_is_said_of_right_sentences() {
    let mut wrong = String::new();
    for sentence in RIGHT {
        let (document, findings) = check(sentence);
        for finding in findings {
            let message = budget_rules::tell(&finding, &document);
            let _ = writeln!(wrong, "{sentence}\n  {} {}", finding.rule, message.text);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Each with the rule and the place that tells it.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "2024年预算安排352.00万元，比2023年当年预算执行数增加32.00万元，增长9.09%。",
        "PRO001",
        "9.09%",
    ),
    (
        "年初预算为100.00万元，支出决算为85.00万元，完成年初预算的58%。",
        "PRO006",
        "58%",
    ),
    (
        "2024年度收、支总计212.00万元。与2023年度相比，收、支总计各增加12.00万元，增长60%。",
        "PRO001",
        "60%",
    ),
    (
        "2024年预算320.00万元，较上年决算数300.00万元增加22.00万元。",
        "PRO003",
        "22.00万元",
    ),
    (
        "2024年“三公”经费预算10.00万元。其中：因公出国（境）费0万元，公务接待费2.00万元，公务用车购置及运行费8.00万元（购置费0万元，运行维护费80.00万元）。",
        "PRO003",
        "80.00万元",
    ),
    (
        "本年收入合计1,000.00万元，其中：财政拨款收入900.00万元，占总收入的90.0%；其他收入100.00万元，占总收入的1.0%。",
        "PRO002",
        "1.0%",
    ),
    (
        "培训费46.5万元，同比减少3.5万元，增长7.0%。",
        "PRO004",
        "增长7.0%",
    ),
    ("实有人数45人，其中：在职28人，退休71人。", "PRO003", "71人"),
    (
        "总投资0.3亿元，分别为：设备购置2000万元，其他工程1000元。",
        "PRO003",
        "1000元",
    ),
    (
        "基本支出70.00万元，比上年减少10.00万元，增长率-21.5%。",
        "PRO001",
        "21.5%",
    ),
    (
        "工程预算由三部分组成，其中：货物60.00万元、工程30.00万元、服务10.00万元。2024年政府采购预算110.00万元，其中：货物60.00万元、工程30.00万元、服务10.00万元。",
        "PRO003",
        "110.00万元",
    ),
];

#[test]
fn wrong_numbers_are_found_in_any_phrasing() {
    let mut missed = String::new();
    for (sentence, rule, place) in WRONG {
        let (document, findings) = check(sentence);
        let told: Vec<(&str, &str)> = findings
            .iter()
            .map(|it| (it.rule, document.slice(it.range)))
            .collect();
        if told != [(*rule, *place)] {
            let _ = writeln!(missed, "{sentence}\n  {told:?}");
        }
    }
    assert!(missed.is_empty(), "\n{missed}");
}

/// Broken over a page, with a tag, in full width: the same numbers.
#[test]
fn numbers_are_read_across_breaks() {
    let sentence = "2024年基本支出预算２６０．００万\n元，比上年<br/>预算增加 40.00\u{3000}万元，增\n长 15.38 ％。";
    let (document, findings) = check(sentence);
    let places: Vec<&str> = findings.iter().map(|it| document.slice(it.range)).collect();
    assert_eq!(places, ["15.38 ％"]);
}

/// Long and senseless: quickly, and without a word.
#[test]
fn hostile_prose_is_quick() {
    for text in [
        "其中：".repeat(20_000),
        "（1万元".repeat(20_000),
        "比上年".repeat(20_000),
        "占".repeat(50_000),
        "1万元，占1%，比上年增加1万元，增长1%，".repeat(3_000),
        "某项支出1.00万元、".repeat(10_000),
        "9".repeat(100_000),
        format!("{}%", "9.9".repeat(10_000)),
        "主要原因是1万元；".repeat(10_000),
    ] {
        let start = std::time::Instant::now();
        check(&text);
        let took = start.elapsed();
        let head: String = text.chars().take(20).collect();
        assert!(took.as_secs() < 10, "{head}: {took:?}");
    }
}
