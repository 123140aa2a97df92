//! What a person reads.

use expect_test::{Expect, expect};

use crate::run::Folder;

fn check(text: &str, arguments: &[&str], expect: Expect) {
    let folder = Folder::with("a.budget", text);
    let mut all = vec!["check", "a.budget"];
    all.extend(arguments);
    expect.assert_eq(&folder.run(&all).out);
}

#[test]
fn carets_stand_under_wide_characters() {
    check(
        "---\n模板: 通用-预算\n部门 某县\n---\n",
        &[],
        expect![[r#"
            a.budget：按模板 通用-预算@0.2.0 核对，没有可以核对的关系（通用模板：模板专有的表间关系没有核对）

            必须修改[SYN001]: 文件开头的说明里，这一行不是“键: 值”
             --> a.budget:3:1
              |
            3 | 部门 某县
              | ^^^^^^^^^
              |
              = 处理: 写成“键: 值”，例如“年度: 2020”；正文写在第二行 --- 的下面

            共 1 处：必须修改 1、修改或说明 0、请核实 0、提示 0
        "#]],
    );
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("正文{}{{表一..}}{}\n", "长".repeat(400), "长".repeat(400));
    check(
        &text,
        &[],
        expect![[r#"
            a.budget：按模板 通用-预算@0.2.0 核对，没有可以核对的关系（通用模板：模板专有的表间关系没有核对）

            必须修改[SYN006]: “表一”后面不能写“..”
             --> a.budget:1:406
              |
             ::: 
            1 | …长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长{表一..}长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长…
              |                                                                                                                                                                   ^^
              |
              = 处理: 这里应当结束：删去后面的字；名称里有空格或符号时，写在【】里

            共 1 处：必须修改 1、修改或说明 0、请核实 0、提示 0
        "#]],
    );
}
