//! Paths, expressions and identities: what is read, and what is said of what can't be.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use budget_syntax::SyntaxError;
use budget_syntax::expr::{
    BinaryOp, Comparison, Condition, Expr, Level, Segment, parse_identity, parse_path, parse_slot,
};
use expect_test::{Expect, expect};

fn slot(text: &str) -> String {
    match parse_slot(text) {
        Ok(slot) => slot.to_string(),
        Err(errors) => say(text, &errors),
    }
}

fn identity(text: &str) -> String {
    match parse_identity(text) {
        Ok(identity) => identity.to_string(),
        Err(errors) => say(text, &errors),
    }
}

fn say(text: &str, errors: &[SyntaxError]) -> String {
    let mut lines = Vec::new();
    for error in errors {
        let at = error.range.of(text);
        lines.push(format!("✗ {at:?} {}；{}", error.message, error.help));
    }
    lines.join("\n")
}

fn check(lines: &[&str], read: fn(&str) -> String, expected: &Expect) {
    let mut out = String::new();
    for line in lines {
        out.push_str(&format!("{line:?}\n    "));
        out.push_str(&read(line));
        out.push('\n');
    }
    expected.assert_eq(&out);
}

#[test]
fn segments() {
    let path = parse_path("表三。２０１０３０１．@列").unwrap();
    let nodes: Vec<_> = path.segments.iter().map(|s| &s.node).collect();
    assert_eq!(
        nodes,
        [
            &Segment::Name(vec!["表三".into()]),
            &Segment::Name(vec!["2010301".into()]),
            &Segment::Variable("列".into())
        ]
    );
    let path = parse_path("表七.@项.*.类.下级.段.栏(12).[工资福利支出 .. 资本性支出（基本建设）]")
        .unwrap();
    let nodes: Vec<_> = path.segments.into_iter().skip(2).map(|s| s.node).collect();
    assert_eq!(
        nodes,
        [
            Segment::All,
            Segment::Level(Level::Class),
            Segment::Children,
            Segment::Segments,
            Segment::ColumnNumber(12),
            Segment::Columns {
                from: "工资福利支出".into(),
                to: "资本性支出（基本建设）".into()
            }
        ]
    );
    let path = parse_path("表1.上年结转结余/单位资金.【财政拨款（补助）】/小计").unwrap();
    let names: Vec<_> = path.segments.into_iter().skip(1).map(|s| s.node).collect();
    assert_eq!(
        names,
        [
            Segment::Name(vec!["上年结转结余".into(), "单位资金".into()]),
            Segment::Name(vec!["财政拨款（补助）".into(), "小计".into()])
        ]
    );
    let path = parse_path("说明.五.（三）.@项").unwrap();
    assert_eq!(path.segments[2].node, Segment::Name(vec!["（三）".into()]));
    assert_eq!(path.segments[2].range.of("说明.五.（三）.@项"), "（三）");
}

#[test]
fn precedence() {
    // 1 - 2 * 3 - 4 is (1 - (2 * 3)) - 4.
    let slot = parse_slot("1-2×３－4").unwrap();
    let Expr::Binary { op, lhs, rhs } = slot.expr.node else {
        panic!("a difference")
    };
    assert_eq!((op, &rhs.node), (BinaryOp::Sub, &Expr::Number("4".into())));
    let Expr::Binary { op, lhs, rhs } = lhs.node else {
        panic!("a difference")
    };
    assert_eq!((op, &lhs.node), (BinaryOp::Sub, &Expr::Number("1".into())));
    assert!(matches!(
        rhs.node,
        Expr::Binary {
            op: BinaryOp::Mul,
            ..
        }
    ));
}

#[test]
fn slots() {
    check(
        &[
            "表三.合计.合计",
            "占比(表三.合计.基本支出, 表三.合计.合计)",
            "占比（表三。合计。基本支出，表三。合计。合计）",
            "增减(表三.合计.基本支出, 上年.表三.合计.基本支出, 词=增长/下降)",
            "43,269.30 记为 执行数",
            "43269.30记为执行数|2",
            "合(1,200,3)",
            "（表三.合计.合计 － 表三.合计.项目支出）／ 2｜1",
            "增幅",
            "表三.合计.合计\\|2",
            "-表三.合计.合计 + 1",
            "表一.支出.201.预算数 / 表一.支出.合计.预算数",
            "名单(表六.款, 人员经费)",
            "表三.2010301.预算数（万元）",
            "表三.[a .. b]",
        ],
        slot,
        &expect![[r#"
            "表三.合计.合计"
                表三.合计.合计
            "占比(表三.合计.基本支出, 表三.合计.合计)"
                占比(表三.合计.基本支出, 表三.合计.合计)
            "占比（表三。合计。基本支出，表三。合计。合计）"
                占比(表三.合计.基本支出, 表三.合计.合计)
            "增减(表三.合计.基本支出, 上年.表三.合计.基本支出, 词=增长/下降)"
                增减(表三.合计.基本支出, 上年.表三.合计.基本支出, 词=增长/下降)
            "43,269.30 记为 执行数"
                43269.30 记为 执行数
            "43269.30记为执行数|2"
                43269.30 记为 执行数|2
            "合(1,200,3)"
                合(1, 200, 3)
            "（表三.合计.合计 － 表三.合计.项目支出）／ 2｜1"
                (表三.合计.合计 - 表三.合计.项目支出) / 2|1
            "增幅"
                增幅
            "表三.合计.合计\\|2"
                表三.合计.合计|2
            "-表三.合计.合计 + 1"
                -表三.合计.合计 + 1
            "表一.支出.201.预算数 / 表一.支出.合计.预算数"
                表一.支出.201.预算数 / 表一.支出.合计.预算数
            "名单(表六.款, 人员经费)"
                名单(表六.款, 人员经费)
            "表三.2010301.预算数（万元）"
                表三.2010301.【预算数（万元）】
            "表三.[a .. b]"
                表三.[a .. b]
        "#]],
    );
}

#[test]
fn slot_errors() {
    check(
        &[
            "",
            "  ",
            "表三.合计.",
            "表三.合计 +",
            "占比(表三.合计, ",
            "占比(表三.合计",
            "表三.合计)",
            "表三.合计 表四.合计",
            "【财政拨款.合计",
            "表三.合计|99",
            "1 记为",
            "a < b",
            "+ 1",
            "{a}",
            "@",
            "合(,)",
            "表三.[甲 乙]",
            "表三.[甲](乙)",
            "((((((((((((((((((((((((((1))))))))))))))))))))))))))",
        ],
        slot,
        &expect![[r#"
            ""
                ✗ "" 式子是空的；在 { 和 } 之间写要引用的数，例如 {表三.合计.合计}
            "  "
                ✗ "  " 式子是空的；在 { 和 } 之间写要引用的数，例如 {表三.合计.合计}
            "表三.合计."
                ✗ "." “.”后面缺少行、列或科目的名称；在后面补上行、列或科目的名称，例如 表三.合计.基本支出
            "表三.合计 +"
                ✗ "+" “+”后面缺少数、名称或括号；在后面补上数、名称或括号，例如 表三.合计.合计
            "占比(表三.合计, "
                ✗ "(" 这个括号没有配上：缺少“）”；在这一层的末尾补上“）”
            "占比(表三.合计"
                ✗ "(" 这个括号没有配上：缺少“）”；在这一层的末尾补上“）”
            "表三.合计)"
                ✗ ")" 多了一个“）”，前面没有和它配对的“（”；删去这个“）”，或在前面补上“（”
            "表三.合计 表四.合计"
                ✗ "表四" “合计”后面不能写“表四”；这里应当结束：删去后面的字；名称里有空格或符号时，写在【】里
            "【财政拨款.合计"
                ✗ "【财政拨款.合计" “【”没有配上：缺少“】”；在名称后面补上“】”
            "表三.合计|99"
                ✗ "99" “|”后面不能写“99”；这里应当写小数位数（0 到 9）
            "1 记为"
                ✗ "记为" “记为”后面缺少这个数的名字；在后面补上这个数的名字
            "a < b"
                ✗ "<" 式子里没有“<”；要写“不大于”，用 <= 或 ≤
            "+ 1"
                ✗ "+" 式子不能以“+”开头；这里应当写数、名称或括号，例如 表三.合计.合计
            "{a}"
                ✗ "{" 式子里面不能再写大括号；删去里层的大括号，改用（）
            "@"
                ✗ "@" “@”后面缺少变量（@科目、@列 等）；在后面补上变量（@科目、@列 等），例如 每 @科目 于 表三：
            "合(,)"
                ✗ "," “(”后面不能写“,”；这里应当写数、名称或括号，例如 表三.合计.合计
            "表三.[甲 乙]"
                ✗ "乙" “甲”后面不能写“乙”；这里应当写“..”
            "表三.[甲](乙)"
                ✗ "]" “甲”后面不能写“]”；只写一个名称时，用【】代替方括号；写一段时，写出两头，例如 表三.[201 .. 229].合计
            "((((((((((((((((((((((((((1))))))))))))))))))))))))))"
                ✗ "(" 括号套得太深；把里层的式子分出来，先用“记为”给它起名
        "#]],
    );
}

#[test]
fn identities() {
    check(
        &[
            "每 @科目 有下级, @列 于 表三:  表三.@科目.@列 = 合(表三.@科目.下级.@列)",
            "每 @行 于 表三:               表三.@行.合计 = 表三.@行.基本支出 + 表三.@行.项目支出",
            "每 @科目 于 表二, 表三:        表二.@科目.总计 = 表三.@科目.合计",
            "每 @项 于 表七:               合(表七.@项.*.项目支出合计) = 表三.@项.项目支出",
            "空(表九) 当且仅当 有空表说明(说明.九)",
            "每＠科目 于 表二，表三：表二。＠科目。总计＝表三。＠科目。合计",
            "每 @类 于 表一.支出: 表一.支出.@类.预算数 = 合(表三.类.合计) 或 表三.@类.合计",
            "表六.30212.合计 ≤ 表八.因公出国（境）费用",
            "表五.合计.小计 <= 表三.合计.合计",
            "空(表八) 则 有空表说明(说明.八)",
            "表六.合计.公用经费 ≈ 说明.机关运行经费",
        ],
        identity,
        &expect![[r#"
            "每 @科目 有下级, @列 于 表三:  表三.@科目.@列 = 合(表三.@科目.下级.@列)"
                每 @科目 有下级, @列 于 表三: 表三.@科目.@列 = 合(表三.@科目.下级.@列)
            "每 @行 于 表三:               表三.@行.合计 = 表三.@行.基本支出 + 表三.@行.项目支出"
                每 @行 于 表三: 表三.@行.合计 = 表三.@行.基本支出 + 表三.@行.项目支出
            "每 @科目 于 表二, 表三:        表二.@科目.总计 = 表三.@科目.合计"
                每 @科目 于 表二, 表三: 表二.@科目.总计 = 表三.@科目.合计
            "每 @项 于 表七:               合(表七.@项.*.项目支出合计) = 表三.@项.项目支出"
                每 @项 于 表七: 合(表七.@项.*.项目支出合计) = 表三.@项.项目支出
            "空(表九) 当且仅当 有空表说明(说明.九)"
                空(表九) 当且仅当 有空表说明(说明.九)
            "每＠科目 于 表二，表三：表二。＠科目。总计＝表三。＠科目。合计"
                每 @科目 于 表二, 表三: 表二.@科目.总计 = 表三.@科目.合计
            "每 @类 于 表一.支出: 表一.支出.@类.预算数 = 合(表三.类.合计) 或 表三.@类.合计"
                每 @类 于 表一.支出: 表一.支出.@类.预算数 = 合(表三.类.合计) 或 表三.@类.合计
            "表六.30212.合计 ≤ 表八.因公出国（境）费用"
                表六.30212.合计 <= 表八.【因公出国（境）费用】
            "表五.合计.小计 <= 表三.合计.合计"
                表五.合计.小计 <= 表三.合计.合计
            "空(表八) 则 有空表说明(说明.八)"
                空(表八) 则 有空表说明(说明.八)
            "表六.合计.公用经费 ≈ 说明.机关运行经费"
                表六.合计.公用经费 ≈ 说明.机关运行经费
        "#]],
    );
}

#[test]
fn identity_errors() {
    check(
        &[
            "表三.合计.合计",
            "表三.合计.合计 =",
            "每 @科目 表三: 表三.@科目.合计 = 1",
            "每 科目 于 表三: 1 = 1",
            "每 @科目 于 表三 表三.@科目.合计 = 1",
            "每 @科目 于 表三: ",
            "a = b 或",
            "a = b = c",
            "空(表九) 当且仅当",
            "空(词=表九)",
        ],
        identity,
        &expect![[r#"
            "表三.合计.合计"
                ✗ "合计" “合计”后面缺少比较号（=、<=、>= 或 ≈）；在后面补上比较号（=、<=、>= 或 ≈），把两边连起来，例如 表一.收入总计 = 表一.支出合计
            "表三.合计.合计 ="
                ✗ "=" “=”后面缺少数、名称或括号；在后面补上数、名称或括号，例如 表三.合计.合计
            "每 @科目 表三: 表三.@科目.合计 = 1"
                ✗ "表三" “科目”后面不能写“表三”；这里应当写“于 表名”
            "每 科目 于 表三: 1 = 1"
                ✗ "科目" “每”后面不能写“科目”；这里应当写变量（@科目、@列 等），例如 每 @科目 于 表三：
            "每 @科目 于 表三 表三.@科目.合计 = 1"
                ✗ "表三" “表三”后面不能写“表三”；这里应当写“：”
            "每 @科目 于 表三: "
                ✗ ":" “:”后面缺少数、名称或括号；在后面补上数、名称或括号，例如 表三.合计.合计
            "a = b 或"
                ✗ "或" “或”后面缺少数、名称或括号；在后面补上数、名称或括号，例如 表三.合计.合计
            "a = b = c"
                ✗ "=" “b”后面不能写“=”；这里应当结束：删去后面的字；名称里有空格或符号时，写在【】里
            "空(表九) 当且仅当"
                ✗ "当且仅当" “当且仅当”后面缺少数、名称或括号；在后面补上数、名称或括号，例如 表三.合计.合计
            "空(词=表九)"
                ✗ ")" “)”后面缺少比较号（=、<=、>= 或 ≈）；在后面补上比较号（=、<=、>= 或 ≈），把两边连起来，例如 表一.收入总计 = 表一.支出合计
        "#]],
    );
}

#[test]
fn hostile() {
    let deep = "(".repeat(100_000);
    assert_eq!(parse_slot(&deep).unwrap_err().len(), 1);
    let long = "1+".repeat(100_000);
    assert_eq!(parse_identity(&long).unwrap_err().len(), 1);
    let dots = "a.".repeat(100_000);
    assert_eq!(parse_path(&dots).unwrap_err().len(), 1);
    let word = "预".repeat(1_000_000);
    assert!(parse_slot(&word).is_ok());
    let deepest = format!("{}1{}", "(".repeat(24), ")".repeat(24));
    assert!(parse_slot(&deepest).is_ok());
}

#[test]
fn conditions() {
    let identity = parse_identity("a = b 或 c").unwrap();
    let Condition::Relation { op, rhs, .. } = identity.body.node else {
        panic!("a relation")
    };
    assert_eq!((op, rhs.len()), (Comparison::Equal, 2));
    assert!(identity.binders.is_empty() && identity.domains.is_empty());
}

#[test]
fn pieces_while_one_types() {
    let shown = |text: &str| -> String {
        let pieces = budget_syntax::expr::pieces(text).into_iter();
        let pieces = pieces.map(|(piece, range)| format!("{piece:?} {}", range.of(text)));
        pieces.collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        Function 增减
        Step { at: 0, last: false } 表三
        Step { at: 1, last: false } 2010301
        Step { at: 2, last: true } 预算数（万元）
        Step { at: 0, last: false } 上年
        Step { at: 1, last: false } 表三
        Keyword 下级
        Step { at: 3, last: true } 小计/【甲.乙】
        Argument 词
        Operator =
        Step { at: 0, last: true } 增长/下降
        Operator -
        Number 1,200.50
        Keyword 记为
        Binding 执行数
        Operator ｜
        Number 2"#]]
    .assert_eq(&shown(
        "增减(表三.2010301.预算数（万元）, 上年。表三.下级.小计/【甲.乙】, 词=增长/下降) - 1,200.50 记为 执行数｜2",
    ));
    // Half typed.
    assert_eq!(shown("表三."), "Step { at: 0, last: false } 表三");
    assert_eq!(
        shown("占比(表三.合"),
        "Function 占比\nStep { at: 0, last: false } 表三\nStep { at: 1, last: true } 合"
    );
    assert_eq!(shown("..)("), "");
}

/// Names that are words or marks of the language, and those that only look so.
#[test]
fn a_name_is_quoted_where_it_would_be_read_as_something_else() {
    use budget_syntax::expr::{Expr, Segment, parse_slot, quoted};
    let quotes = [
        "类",
        "款",
        "项",
        "段",
        "下级",
        "每",
        "有下级",
        "记为甲",
        "12记为甲",
        "甲（乙）",
        "甲.乙",
        "甲÷乙",
        "甲<=乙",
        "栏(3)",
    ];
    for name in quotes {
        assert_eq!(quoted(name), format!("【{name}】"));
    }
    let plain = ["项目", "下级单位", "201", "甲记为乙", "“三公”经费"];
    for name in plain {
        assert_eq!(quoted(name), name);
    }
    for name in quotes.into_iter().chain(plain) {
        let slot = parse_slot(&format!("表三.{}.合计", quoted(name))).unwrap();
        let Expr::Path(path) = &slot.expr.node else {
            panic!("{name}")
        };
        let read = &path.segments[1].node;
        assert!(
            matches!(read, Segment::Name(names) if names.iter().eq([name])),
            "{name}: {read:?}"
        );
    }
}
