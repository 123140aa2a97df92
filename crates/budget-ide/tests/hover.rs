//! What is said of the thing under the cursor (`$0`).

mod support;

use expect_test::{Expect, expect};
use support::{HEAD, hover};

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&hover(text));
}

const GLOSSARY: &str = "
# 第四部分 名词解释

一、财政拨款：指由𠮷县财政安排的拨款数。

二、财政拨款收入：另一个
名词。
";

fn narrative(text: &str) -> String {
    format!("{HEAD}# 第三部分 部门预算情况说明\n\n## 二、收入预算情况说明\n\n{text}\n{GLOSSARY}")
}

fn table(rows: &str) -> String {
    format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n\
         | --- | --- | ---: | ---: | ---: |\n{rows}\n{GLOSSARY}"
    )
}

#[test]
fn a_term_of_the_document() {
    check(
        &narrative("𠮷县财$0政拨款 3 万元。"),
        &expect![[r#"
        [财政拨款]
        **财政拨款**

        指由𠮷县财政安排的拨款数。

        见本文件“名词解释”。
    "#]],
    );
    // The longest that holds the cursor.
    check(
        &narrative("财政拨$0款收入 3 万元。"),
        &expect![[r#"
        [财政拨款收入]
        **财政拨款收入**

        另一个名词。

        见本文件“名词解释”。
    "#]],
    );
    // However it is written.
    assert!(hover(&narrative("𠮷县财$0政　拨款。")).starts_with("[财政　拨款]\n**财政拨款**"));
    // At its last character, and not behind it.
    assert!(hover(&narrative("有财政拨$0款。")).starts_with("[财政拨款]"));
    assert_eq!(hover(&narrative("有财政拨款$0。")), "nothing");
}

#[test]
fn a_term_in_headings_and_cells() {
    assert!(hover(&table("| 201 | 财$0政拨款 | 1 | 1 | |")).starts_with("[财政拨款]"));
    let heading = format!("{HEAD}# 第三部分 情况说明\n\n## 四、财政$0拨款收支\n{GLOSSARY}");
    assert!(hover(&heading).starts_with("[财政拨款]"));
}

#[test]
fn a_term_of_the_catalogue_says_so() {
    check(
        &narrative("其中基本$0支出 3 万元。"),
        &expect![[r#"
        [基本支出]
        **基本支出**

        指为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出。

        本文件的“名词解释”没有这个名词；以上是其他已公开文件的解释。
    "#]],
    );
    assert_eq!(hover(&narrative("𠮷$0𠮷𠮷。")), "nothing");
}

#[test]
fn a_code() {
    check(
        &table("| 201$00301 | 行政运行 | 1 | 1 | |"),
        &expect![[r#"
            [2010301]
            **2010301 行政运行**

            一般公共服务支出 / 政府办公厅（室）及相关机构事务 / 行政运行

            支出功能分类的项级科目。编码和名称见于已公开的文件。
        "#]],
    );
    check(
        &table("| 201$0 | 一般公共服务支出 | 1 | 1 | |"),
        &expect![[r#"
            [201]
            **201 一般公共服务支出**

            支出功能分类的类级科目。编码和名称见于已公开的文件。
        "#]],
    );
    check(
        &table("| 299$09999 | 𠮷 | 1 | 1 | |"),
        &expect![[r#"
            [2999999]
            **2999999**

            支出功能分类目录中没有这个编码，请核对。

            规则 `COD007` 科目目录中没有的编码：编码的位数对，但随程序附带的科目目录里没有。目录并不完整，所以只作提示，默认不显示。
        "#]],
    );
}

#[test]
fn an_amount_with_its_relations() {
    let rows = "| 201 | 一般公共服务支出 | 15$00.00 | 110.00 | 30.00 |\n|  | 合计 | 150.00 | 110.00 | 40.00 |";
    check(
        &table(rows),
        &expect![[r#"
            [150.00]
            **201 一般公共服务支出 · 合计**

            表三 部门支出总体情况表

            150.00 万元

            涉及它的核对关系：

            - **不成立** `表三.201.合计 = 表三.201.基本支出 + 表三.201.项目支出`：150.00（合计） ≠ 110.00（基本支出） + 30.00（项目支出）；左值 150.00，右值 140.00，差 10.00。合计由基本支出和项目支出组成
            - **成立** `表三.合计.合计 = 合(表三.类.合计)`：150.00（合计） = 150.00（201）
            - **成立** `表三.合计.合计 = 合(表三.*.合计)`：150.00（合计） = 150.00（201）
        "#]],
    );
}

#[test]
fn a_derived_cell() {
    let rows =
        "| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |\n|  | 合计 | =$0 | 110.00 | 40.00 |";
    check(
        &table(rows),
        &expect![[r#"
            [=]
            **合计 · 合计**

            表三 部门支出总体情况表

            算出 150.00 万元，公式：`合(表三.类.合计)`

            涉及它的核对关系：

            - **成立** `表三.合计.合计 = 合(表三.类.合计)`：150.00（合计） = 150.00（201）
            - **成立** `表三.合计.合计 = 合(表三.*.合计)`：150.00（合计） = 150.00（201）
            - **成立** `表三.合计.合计 = 表三.合计.基本支出 + 表三.合计.项目支出`：150.00（合计） = 110.00（基本支出） + 40.00（项目支出）
        "#]],
    );
}

#[test]
fn words_where_a_number_belongs() {
    check(
        &table("| 201 | 一般公共服务支出 | 待$0填 | 110.00 | 40.00 |"),
        &expect![[r#"
            [待填]
            **201 一般公共服务支出 · 合计**

            表三 部门支出总体情况表

            待填：还没有数，涉及它的核对都等着。

            涉及它的核对关系：

            - **待填** `表三.201.合计 = 表三.201.基本支出 + 表三.201.项目支出`：待填（合计） = 110.00（基本支出） + 40.00（项目支出）

            规则 `STR014` 待填未填：“待填”、XX、××、下划线空格等还没有填写的地方。状态为“草稿”时每张表只计数；送审、公开时每一处都是错误。XL、X 光、5×6 这样的不算。
        "#]],
    );
    assert_eq!(
        hover(&table("| 201 | 一般公共服务支出 | $0 |  |  |")),
        "nothing"
    );
}

#[test]
fn what_a_slot_comes_to_and_from_where() {
    let text = |slot: &str| {
        let rows = "| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |\n\
                    | 205 | 教育支出 | 10.00 | 10.00 | |\n\
                    |  | 合计 | 160.00 | 120.00 | 待填 |";
        let front = "年度: 2020\n上年文档: 2019.budget\n";
        let all = table(rows).replacen("年度: 2020\n", front, 1);
        all.replacen(
            "# 第四部分",
            &format!("𠮷县 {slot} 万元。\n\n# 第四部分"),
            1,
        )
    };
    // On the braces or a function: the whole.
    check(
        &text("{$0表三.合计.合计 - 表三.201.合计}"),
        &expect![[r#"
            [表三.合计.合计]
            `表三.合计.合计`：160.00 万元（表三 · 合计 · 合计）
        "#]],
    );
    check(
        &text("{占$0比(表三.201.合计, 表三.合计.合计)}"),
        &expect![[r#"
            [{占比(表三.201.合计, 表三.合计.合计)}]
            **93.75%**

            公式：`占比(表三.201.合计, 表三.合计.合计)`

            其中：

            - `表三.201.合计`：150.00 万元（表三 · 201 一般公共服务支出 · 合计）
            - `表三.合计.合计`：160.00 万元（表三 · 合计 · 合计）
        "#]],
    );
    // On a path: what it leads to; on a code in it what the catalogue says of it.
    check(
        &text("{表三.20$01.合计 + 1}"),
        &expect![[r#"
        [表三.201.合计]
        `表三.201.合计`：150.00 万元（表三 · 201 一般公共服务支出 · 合计）

        **201 一般公共服务支出**

        支出功能分类的类级科目。编码和名称见于已公开的文件。
    "#]],
    );
    check(
        &text("{表$0三.类.基本支出}"),
        &expect![[r#"
        [表三.类.基本支出]
        `表三.类.基本支出`：120.00 万元（表三的 2 格之和）

        各格：

        - 110.00，表三 · 201 一般公共服务支出 · 基本支出
        - 10.00，表三 · 205 教育支出 · 基本支出
    "#]],
    );
    check(
        &text("{表三.合计.项$0目支出}"),
        &expect![[r#"
        [表三.合计.项目支出]
        `表三.合计.项目支出`：待填，表三 · 合计 · 项目支出
    "#]],
    );
    check(
        &text("{上年.表三.合$0计.合计}"),
        &expect![[r#"
        [上年.表三.合计.合计]
        `上年.表三.合计.合计`：来自上年文档 2019.budget，没有取到数

        规则 `SYN007` 算式算不出：算式写法没有错，但算不出数：引用的表、行、列不存在，一个引用对应几处，互相引用成了圈，单位不同，除数为 0，或者模板没有规定“=”那一格怎样算。
    "#]],
    );
    check(
        &text("{表三.299.合$0计}"),
        &expect![[r#"
        [表三.299.合计]
        `表三.299.合计`：算不出：式子里有找不到的表、行或列

        规则 `SYN007` 算式算不出：算式写法没有错，但算不出数：引用的表、行、列不存在，一个引用对应几处，互相引用成了圈，单位不同，除数为 0，或者模板没有规定“=”那一格怎样算。
    "#]],
    );
}

#[test]
fn an_account_in_running_text() {
    let rows = "| 201 | 一般公共服务支出 | 1 | 1 | |\n\
                | 20103 | 政府办公厅（室）及相关机构事务 | 1 | 1 | |\n\
                | 2010301 | 行政运行 | 1 | 1 | |";
    let said = |prose: &str| {
        let prose = format!("{prose}\n\n# 第四部分");
        hover(&table(rows).replacen("# 第四部分", &prose, 1))
    };
    let text = said(
        "一般公共服务支出（201）政府办公厅（室）及相关机构事务（03）行政运行（0$01）：1 万元。",
    );
    assert!(text.starts_with("[01]\n**2010301 行政运行**"), "{text}");
    let text =
        said("一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政$0运行（项）1 万元。");
    assert!(
        text.starts_with("[行政运行]\n**2010301 行政运行**"),
        "{text}"
    );
    let text = said("见2010$0301行政运行。");
    assert!(
        text.starts_with("[2010301]\n**2010301 行政运行**"),
        "{text}"
    );
    // An amount is no code, nor is a number of people.
    assert_eq!(said("安排 20$01 万元、201 人。"), "nothing");
    assert_eq!(said("安排 2010301.5$00 万元。"), "nothing");
    // In a table the name is the account's too.
    let name = table(rows).replacen("| 行政运行", "| 行政$0运行", 1);
    assert!(hover(&name).starts_with("[行政运行]\n**2010301 行政运行**"));
}

#[test]
fn what_the_template_requires() {
    check(
        &table("| 201 | 一般公共服务支出 | 1 | 1 | |").replacen("表三 部门", "表三 部$0门", 1),
        &expect![[r#"
            [表三 部门支出总体情况表]
            **表三 部门支出总体情况表**

            模板要求必须有。金额单位写在表上的填报项里，不写时用文档信息的。

            列：科目编码、功能分类科目名称、合计、基本支出、项目支出。

            必须有的行：合计。

            表上可以写的填报项：编制部门、金额单位、来源、预算单位、项目名称、年度资金总额、其中：财政拨款、其他资金、项目总体目标。

            要核对的关系：

            - 上一级科目的数是它所列下一级科目之和
            - 合计行是各类之和
            - 合计行是各明细科目之和
            - 合计由基本支出和项目支出组成
            - 一般公共预算的支出是全部支出的一部分，不会更多
            - 一般公共预算的支出合计是全部支出合计的一部分，不会更多
            - 一般公共预算的基本支出是全部基本支出的一部分，不会更多
            - 一般公共预算的基本支出合计是全部基本支出合计的一部分，不会更多
            - 一般公共预算的项目支出是全部项目支出的一部分，不会更多
            - 一般公共预算的项目支出合计是全部项目支出合计的一部分，不会更多
            - 收支总表的各类支出与支出总表的同一类是同一个数
            - 收支总表的支出合计与支出总表的合计是同一个数
            - 同一科目的收入预算与支出预算相等：按科目安排多少就支出多少
            - 收入总表的总计与支出总表的合计相等
            - 支出总表里一个科目的项目支出是项目支出表里它的各项目之和
            - 支出总表的项目支出合计与项目支出表的合计是同一个数
            - 另有 6 项

            规则 `STR003` 缺少表：模板规定的各张表是否齐全；有标题而下面没有表的，收入、支出并列的表只有一半的，也指出来。没有数据的表也应保留空表。注明“转换缺失”“另附”的算作有；绩效目标表一个项目一张，张数不在此核对。
        "#]],
    );
    check(
        &table("| 201 | 一般公共服务支出 | 1 | 1 | |").replacen(
            "| 项目支出 |",
            "| 项目$0支出 |",
            1,
        ),
        &expect![[r#"
            [项目支出]
            **项目支出**

            指在基本支出之外为完成特定行政任务和事业发展目标所发生的支出。

            本文件的“名词解释”没有这个名词；以上是其他已公开文件的解释。

            **项目支出**

            填金额。模板要求必须有。金额单位：万元。

            也可以写成：支出预算/项目支出。

            规则 `STR005` 缺少行：模板规定的行是否齐全：缺少合计（总计）行是错误；缺少其他规定的行，如果那一行本来没有数，只请核实。同一份文件里两张表的功能分类列得不一样（一张列有“预备费”，另一张没有）的，也请核实。空表不核对；转换缺失的不核对。
        "#]],
    );
    check(
        &format!(
            "{HEAD}# 第三部分 部门预算情况说明\n\n## 九、政府性基金预算拨款$0情况说明\n\n无\n"
        ),
        &expect![[r#"
            [九、政府性基金预算拨款情况说明]
            **九、政府性基金预算拨款情况说明**

            模板要求必须有。

            完整标题：关于𠮷县人民政府办公室2020年政府性基金预算拨款情况说明

            表九 政府性基金预算支出情况表没有数时，这一节要写明它是空表。

            规则 `STR002` 缺少章节：各部分中模板规定的章节（一、二、三……和（一）（二）……）是否齐全。一个部分里的章节全都没有时，只报一条。章节的题目在正文里、但没有写成标题的，提醒加“\#”，不算缺少。注明“转换缺失”的算作有。
        "#]],
    );
    check(
        &format!("{HEAD}# 第二部分 部门预算公开表\n\n## 表一 部门收支总体情况表\n\n### 收$0入\n"),
        &expect![[r#"
            [收入]
            **表一 部门收支总体情况表的“收入”部分**

            列：项目、预算数。

            必须有的行：财政拨款（补助）、一般公共预算、政府性基金预算、教育收费（财政专户）、事业收入、事业单位经营收入、其他收入、用事业基金弥补收支差额、小计、单位上年结余（不包括国库集中支付额度结余）、收入总计。
        "#]],
    );
    assert_eq!(hover(&format!("{HEAD}## 别的$0标题\n")), "nothing");
}

#[test]
fn keys_of_the_front_matter() {
    check(
        &HEAD.replacen("金额单位", "金额$0单位", 1),
        &expect![[r#"
            [金额单位: 万元]
            **金额单位**

            没有另写单位的表用它。

            可以写：元、万元、亿元。
        "#]],
    );
    let template = hover(&HEAD.replacen("模板: 新疆", "模板: 新$0疆", 1));
    assert!(
        template.contains("现在用的是 `新疆-2020-部门预算`"),
        "{template}"
    );
    assert!(template.contains("- `通用-预算`"), "{template}");
    check(
        &HEAD.replacen("年度: 2020", "编制人: 𠮷$0某", 1),
        &expect![[r#"
            [编制人: 𠮷某]
            **编制人**

            程序不认识这一项，原样保留，不参加核对。
        "#]],
    );
    assert_eq!(hover("---\n$0\n---\n"), "nothing");
}

#[test]
fn rules_of_a_suppression() {
    let text = |comment: &str| narrative(&format!("{comment}\n\n说明。。"));
    check(
        &text("<!-- 忽略 TXT$0001: 原文如此 -->"),
        &expect![[r#"
        [TXT001]
        规则 `TXT001` 标点重复：正文里连续两个逗号、句号、分号、冒号或顿号（相同或不同）。省略号“……”、破折号“——”和叹号、问号不在此列。
    "#]],
    );
    check(
        &text("<!-- 忽略 TXT001、甲: 原文$0如此 -->"),
        &expect![[r#"
            [<!-- 忽略 TXT001、甲: 原文如此 -->]
            忽略下列规则，理由是“原文如此”：

            规则 `TXT001` 标点重复：正文里连续两个逗号、句号、分号、冒号或顿号（相同或不同）。省略号“……”、破折号“——”和叹号、问号不在此列。

            没有叫“甲”的规则。

            规则 `SYN009` 忽略标记不起作用：\`\<!-- 忽略 规则: 理由 -->\` 使下一段、下一张表或所在行不再报告这条规则；写成 \`忽略本节\` 管所在标题下的全部内容，写成 \`忽略全文\` 管整份文件。几条规则用顿号隔开，也可以写一组规则（如 \`GLO\` 或 \`名词\`）。规则名写错、没有写理由、或那里本来就没有这个问题的，指出来。被忽略的问题仍然计数，可以列出。
        "#]],
    );
    let group = hover(&text("<!-- 忽略 名$0词: 原文如此 -->"));
    assert!(
        group.contains("“名词”共 4 条规则：\n\n- `GLO001`"),
        "{group}"
    );
}

#[test]
fn a_project_and_its_money() {
    let text = format!(
        "{HEAD}# 第二部分 部门预算公开表\n\n## 表七 项目支出情况表\n\n\
         | 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 |\n| --- | --- | --- | ---: |\n\
         | 2010302 | 一般行政管理事务 | 𠮷县网站 | 30.00 |\n| 2010350 | 事业运行 | 𠮷县网站 | 待填 |\n\n\
         # 第三部分 部门预算情况说明\n\n安排𠮷县$0网站。\n\n#### 项目支出绩效目标表\n\n\
         - 项目名称：𠮷县网站\n- 年度资金总额：30\n\n| 一级指标 |\n| --- |\n| 甲 |\n"
    );
    check(
        &text,
        &expect![[r#"
        [𠮷县网站]
        **𠮷县网站**

        这个项目的数：

        - 表七 · 2010302 𠮷县网站 · 项目支出合计：30.00 万元
        - 表七 · 2010350 𠮷县网站 · 项目支出合计：待填
        - 项目支出绩效目标表：年度资金总额 30
    "#]],
    );
    let cell = text.replace("$0", "").replacen("网站 |", "网$0站 |", 1);
    assert!(hover(&cell).starts_with("[𠮷县网站]\n**𠮷县网站**\n\n这个项目的数："));
}

#[test]
fn a_path_into_the_document_of_the_year_before() {
    let head = HEAD.replacen("年度: 2020\n", "年度: 2020\n上年文档: 2019.budget\n", 1);
    let rows = "| 201 | 一般公共服务支出 | 150.00 | 110.00 | 40.00 |";
    let last = table(rows);
    let last = std::sync::Arc::new(support::fixture(&format!("{last}$0")).0);
    let text = format!("{head}# 第三部分 部门预算情况说明\n\n{{上年.表三.201.合$0计}} 万元。\n");
    let offset = text.find("$0").map(|at| u32::try_from(at).expect("short"));
    let fetch = |name: &str| (name == "2019.budget").then(|| last.clone());
    let reading = budget_model::document::Reading {
        fetch: Some(&fetch),
        ..Default::default()
    };
    let catalog = budget_catalog::Catalog::builtin().clone();
    let text = text.replacen("$0", "", 1);
    let document = budget_model::Document::read(text.as_str().into(), catalog, reading);
    let report = budget_rules::check(&document, budget_model::relation::Collect::Broken);
    let found = budget_ide::hover(&document, &report, offset.expect("a cursor")).expect("a hover");
    let told = found.markup.as_markdown();
    let first = "`上年.表三.201.合计`：150.00 万元（来自上年文档 2019.budget）";
    assert!(told.starts_with(first), "{told}");
}
