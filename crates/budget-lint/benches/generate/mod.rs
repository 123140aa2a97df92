//! A document of any size that adds up: one account table, a project table that grows, and prose.

use std::fmt::Write;

const ITEMS: u64 = 400;

/// A disclosure by the 2020 template of about `size` bytes: three quarters tables, one prose.
pub(crate) fn document(size: usize) -> String {
    // A project row is some 150 bytes.
    let projects = (size as u64 * 3 / 4).saturating_sub(60_000) / 150;
    let mut text = String::with_capacity(size + size / 8);
    text.push_str(
        "---\n模板: 新疆-2020-部门预算\n部门: 某县人民政府办公室\n年度: 2020\n金额单位: 万元\n公开日期: 2020-01-20\n---\n\n# 第二部分 部门预算公开表\n\n",
    );
    accounts(&mut text, projects);
    project_table(&mut text, projects);
    text.push_str("# 第三部分 部门预算情况说明\n\n## 七、项目支出情况说明\n\n");
    let mut number = 0u64;
    while text.len() < size {
        number += 1;
        let _ = write!(
            text,
            "项目{number}主要用于保障机关日常工作，{}年预算安排{}.{:02}万元，比上年预算增加{}.00万元，主要原因是工作任务增加。\n\n",
            2020,
            number % 997,
            number % 100,
            number % 53,
        );
    }
    text
}

/// Cents of a project; each is on the item `project % ITEMS`.
fn cents(project: u64) -> u64 {
    project * 7919 % 100_000 + 1
}

fn yuan(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// 表三: one class, 20 paragraphs, 400 items, whose project column is the sum of its projects.
fn accounts(text: &mut String, projects: u64) {
    text.push_str("## 表三 部门支出总体情况表\n\n- 编制部门：某县人民政府办公室\n- 金额单位：万元\n\n| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n");
    let mut project = vec![0u64; ITEMS as usize];
    for number in 0..projects {
        project[(number % ITEMS) as usize] += cents(number);
    }
    let basic = |item: u64| item * 31 % 5000;
    let mut row = |code: &str, name: &str, basic: u64, project: u64| {
        let _ = writeln!(
            text,
            "| {code} | {name} | {} | {} | {} |",
            yuan(basic + project),
            yuan(basic),
            yuan(project)
        );
    };
    let basics: u64 = (0..ITEMS).map(basic).sum();
    let all: u64 = project.iter().sum();
    row("201", "一般公共服务支出", basics, all);
    for paragraph in 0..20u64 {
        let items = paragraph * 20..paragraph * 20 + 20;
        let code = format!("201{:02}", paragraph + 1);
        let sum = items.clone().map(|item| project[item as usize]).sum();
        row(&code, "事务", items.clone().map(basic).sum(), sum);
        for item in items {
            let code = format!("{code}{:02}", item % 20 + 1);
            row(&code, "行政运行", basic(item), project[item as usize]);
        }
    }
    row("", "合计", basics, all);
    text.push('\n');
}

/// 表七: one row a project.
fn project_table(text: &mut String, projects: u64) {
    text.push_str("## 表七 项目支出情况表\n\n- 编制部门：某县人民政府办公室\n- 金额单位：万元\n\n| 科目编码 | 功能分类科目名称 | 项目名称 | 项目支出合计 | 工资福利支出 | 商品和服务支出 | 资本性支出 |\n| --- | --- | --- | ---: | ---: | ---: | ---: |\n");
    let mut sums = [0u64; 4];
    for item in 0..ITEMS {
        let code = format!("201{:02}{:02}", item / 20 + 1, item % 20 + 1);
        for number in (item..projects).step_by(ITEMS as usize) {
            let total = cents(number);
            let wages = total / 4;
            let goods = total / 2;
            let rest = total - wages - goods;
            for (sum, part) in sums.iter_mut().zip([total, wages, goods, rest]) {
                *sum += part;
            }
            let _ = writeln!(
                text,
                "| {code} | 行政运行 | 第{number}号业务工作管理经费项目 | {} | {} | {} | {} |",
                yuan(total),
                yuan(wages),
                yuan(goods),
                yuan(rest)
            );
        }
    }
    let [total, wages, goods, rest] = sums.map(yuan);
    let _ = writeln!(
        text,
        "|  |  | 合计 | {total} | {wages} | {goods} | {rest} |\n"
    );
}
