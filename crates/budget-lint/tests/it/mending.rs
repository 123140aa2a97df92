//! `--fix`, `--unsafe-fixes`, `--diff`.

use crate::run::{Folder, Run};

/// 。。 has a safe fix (TXT001); 53.00 an unsafe one (ARI003): 35.00 mends the row and the column.
const TEXT: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
    ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 |  合计 | 基本支出 | 项目支出 |\n\
    | --- | --- | ---: | ---: | ---: |\n| 205 | 教育支出 | 90.00 | 60.00 | 30.00 |\n\
    | 206 | 科学技术支出 | 5.00 | | 5.00 |\n|  | 合计 | 95.00 | 60.00 | 53.00 |\n\n\
    # 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n安排办公经费。。  \n";

fn folder(text: &str) -> Folder {
    let select = "select = [\"ARI\", \"TXT\", \"SYN009\"]\n";
    Folder::with("甲.budget", text).and("budget.toml", select)
}

fn is_clean(run: &Run) -> bool {
    run.code == Some(0) && run.out.contains("没有发现问题")
}

#[test]
fn a_safe_fix_is_made_and_every_other_byte_stays() {
    let folder = folder(TEXT);
    let run = folder.run(&["check", "--fix"]);
    assert_eq!(run.code, Some(1), "the number is left");
    assert!(
        run.err
            .contains("甲.budget：已修改 1 处\nbudget-lint：  [TXT001] 改为“。”"),
        "{}",
        run.err
    );
    assert!(
        run.out.contains("ARI003") && !run.out.contains("TXT001"),
        "{}",
        run.out
    );
    assert_eq!(folder.read("甲.budget"), TEXT.replace("。。", "。"));
    let again = folder.run(&["check", "--fix"]);
    assert!(!again.err.contains("已修改"), "{}", again.err);
}

#[test]
fn an_unsafe_fix_is_made_if_asked_for() {
    let folder = folder(TEXT);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(is_clean(&run), "{}{}", run.out, run.err);
    assert_eq!(
        folder.read("甲.budget"),
        TEXT.replace("。。", "。").replace("53.00", "35.00")
    );
}

#[test]
fn a_difference_is_shown_and_nothing_is_written() {
    let folder = folder(TEXT);
    let run = folder.run(&["check", "--diff"]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.out.contains("-安排办公经费。。  \n+安排办公经费。  \n"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("35.00"), "{}", run.out);
    let run = folder.run(&["check", "--diff", "--unsafe-fixes"]);
    assert!(
        run.out.contains("+|  | 合计 | 95.00 | 60.00 | 35.00 |"),
        "{}",
        run.out
    );
    assert!(run.err.contains("可以修改 2 处，没有写入"), "{}", run.err);
    assert_eq!(folder.read("甲.budget"), TEXT);
    let clean = folder.run(&["check", "--diff", "--select", "GLO"]);
    assert_eq!((clean.code, clean.out.as_str()), (Some(0), ""));
}

#[test]
fn numbers_from_an_approved_file_are_never_changed() {
    let text = TEXT.replace("情况表\n\n|", "情况表\n\n- 来源：预算批复.xlsx\n\n|");
    let folder = folder(&text);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(run.out.contains("ARI003"), "{}", run.out);
    assert_eq!(folder.read("甲.budget"), text.replace("。。", "。"));
}

#[test]
fn what_is_set_aside_is_not_mended() {
    let folder = folder(TEXT);
    let run = folder.run(&["check", "--fix", "--ignore", "TXT"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(folder.read("甲.budget"), TEXT);
}

#[test]
fn a_suppression_that_is_of_no_use_goes() {
    for (before, after) in [
        (
            "\n\n<!-- 忽略 TXT001: 原文如此 -->\n\n安排经费。\n",
            "\n\n安排经费。\n",
        ),
        (
            "\n\n<!-- 忽略 TXT001、TXT002: 原文如此 -->\n\n安排。。经费。\n",
            "\n\n<!-- 忽略 TXT001: 原文如此 -->\n\n安排。。经费。\n",
        ),
        (
            "\n\n| 甲 | 乙 |\n| --- | ---: |\n| 丙 | 1 | <!-- 忽略 ARI001: 有误 --> |\n",
            "\n\n| 甲 | 乙 |\n| --- | ---: |\n| 丙 | 1 |\n",
        ),
        (
            "\n\n| 甲 | 乙 |\n| --- | ---: |\n| 丙 | 1 <!-- 忽略 ARI001: 有误 --> |\n",
            "\n\n| 甲 | 乙 |\n| --- | ---: |\n| 丙 | 1 |\n",
        ),
    ] {
        let folder = folder(&format!("# 说明{before}"));
        let run = folder.run(&["check", "--fix"]);
        assert!(
            run.err.contains("[SYN009] 删去这个忽略标记"),
            "{before}{}{}",
            run.err,
            run.out
        );
        assert_eq!(folder.read("甲.budget"), format!("# 说明{after}"));
    }
}

/// 33.3 + 33.3 + 33.3 is printed as 100.0: rounding explains it.
const ROUNDED: &str = "---\n模板: 新疆-2020-部门预算\n---\n\n# 第二部分 部门预算公开表\n\n\
    ## 表三 部门支出总体情况表\n\n| 科目编码 | 功能分类科目名称 | 合计 |\n| --- | --- | ---: |\n\
    | 205 | 教育支出 | 33.3 |\n| 206 | 科学技术支出 | 33.3 |\n| 208 | 社会保障和就业支出 | 33.3 |\n\
    |  | 合计 | 100.0 |\n";

#[test]
fn a_rounded_sum_is_balanced_only_if_asked_for() {
    let folder = folder(ROUNDED);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes"]);
    assert!(is_clean(&run) || run.code == Some(0), "{}", run.out);
    assert_eq!(folder.read("甲.budget"), ROUNDED);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes", "--min-severity", "hint"]);
    assert!(
        run.err
            .contains("舍位平衡：表三「208 社会保障和就业支出」“合计”由 33.3 改为 33.4"),
        "{}{}",
        run.err,
        run.out
    );
    let balanced = ROUNDED.replace("就业支出 | 33.3", "就业支出 | 33.4");
    assert_eq!(folder.read("甲.budget"), balanced);
}

#[test]
fn what_is_not_on_disk_is_not_mended() {
    let folder = folder(TEXT);
    let run = folder.run_with(&["check", "--fix", "-"], TEXT);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("不在磁盘上"), "{}", run.err);
    let run = folder.run(&["check", "--fix", "--diff"]);
    assert!(run.err.contains("不能同时使用"), "{}", run.err);
}

#[test]
fn a_byte_order_mark_stays_and_another_encoding_is_said() {
    let marked = format!("\u{FEFF}{TEXT}");
    let folder = folder(&marked);
    let run = folder.run(&["check", "--fix"]);
    assert!(run.err.contains("已修改 1 处"), "{}", run.err);
    assert_eq!(folder.read("甲.budget"), marked.replace("。。", "。"));

    let (bytes, _, _) = encoding_rs::GB18030.encode(TEXT);
    let folder = Folder::with("甲.budget", &bytes);
    let said = "甲.budget：文件不是 UTF-8 编码，已按 GB18030 读取，重写为 UTF-8";
    let select = ["--select", "TXT,SYN"];
    let run = folder.run(&[&["check", "--diff"][..], &select].concat());
    assert!(run.err.contains(said), "{}", run.err);
    assert_eq!(
        std::fs::read(folder.path("甲.budget")).expect("read"),
        &*bytes
    );
    let run = folder.run(&[&["check", "--fix"][..], &select].concat());
    assert!(run.err.contains(said), "{}", run.err);
    assert!(is_clean(&run), "{}", run.out);
    assert_eq!(folder.read("甲.budget"), TEXT.replace("。。", "。"));
}

#[test]
fn suppressions_do_not_speak_of_the_encoding() {
    let folder = Folder::with("甲.budget", format!("\u{FEFF}{TEXT}"));
    let add = ["check", "--add-suppressions", "--reason", "原文如此"];
    let run = folder.run(&add);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = folder.read("甲.budget");
    assert!(
        text.starts_with("\u{FEFF}---") && text.contains("忽略 TXT001"),
        "{text}"
    );
    assert!(!text.contains("SYN008"), "{text}");
    let run = folder.run(&["check", "--format", "concise"]);
    assert_eq!(run.out.lines().count(), 1, "the mark alone: {}", run.out);
}

fn corpus(name: &str) -> String {
    let path = format!(
        "{}/../../tests/corpus/{name}.budget",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).expect("read")
}

/// Four wrong cells (表三 and 表五, 201 and 20103: 284.08 for 265.06) and one more, the 合计 of 表三, are five
/// findings; their numbers mend all.
#[test]
fn several_wrong_numbers_are_mended_together() {
    let text = corpus("001");
    let total = "355.08 |   284.08 |    71.00";
    assert_eq!(text.matches(total).count(), 2, "表三 and 表五");
    let wrong = text.replacen(total, &total.replace("355.08", "355.80"), 1);
    let folder = folder(&wrong);
    let run = folder.run(&["check", "--select", "ARI,CRS"]);
    assert!(run.out.contains("必须修改 5"), "{}", run.out);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes", "--select", "ARI,CRS"]);
    assert!(is_clean(&run), "{}{}", run.out, run.err);
    let right = text.replace(
        "336.06 |   284.08 |    71.00",
        "336.06 |   265.06 |    71.00",
    );
    assert_eq!(folder.read("甲.budget"), right);
}

/// 185.52 written 186.52 in seventeen cells of 表一 to 表六: one finding, and one fix of all of them. What the
/// prose says is left to the writer.
#[test]
fn a_number_that_is_wrong_throughout_is_mended_throughout() {
    let text = corpus("right/2020-two-decimals");
    let (tables, prose) = text.split_at(text.find("# 第三部分").unwrap());
    assert_eq!(tables.matches("185.52").count(), 17);
    let wrong = tables.replace("185.52", "186.52");
    let folder = folder(&format!("{wrong}{prose}"));
    let run = folder.run(&["check", "--select", "ARI,CRS"]);
    assert!(run.out.contains("必须修改 1"), "{}", run.out);
    assert!(run.out.contains("另有 16 处须随之改正"), "{}", run.out);
    let run = folder.run(&["check", "--fix", "--unsafe-fixes", "--select", "ARI,CRS"]);
    assert!(is_clean(&run), "{}{}", run.out, run.err);
    assert_eq!(folder.read("甲.budget"), text);
}
