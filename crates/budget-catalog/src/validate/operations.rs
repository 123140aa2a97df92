//! What an identity may compute: sums and differences. The expressions of `{…}` can do more, and are written in the
//! same way, so what an identity can't judge is told instead of being left out.

use budget_syntax::expr::{BinaryOp, Condition, Expr, Segment, Spanned};

const PREDICATES: [&str; 4] = ["空", "有数", "逐项编号", "有空表说明"];

/// Calls `tell` with the place of each operation that identities don't have, what is wrong and what to do.
pub(super) fn of_condition(condition: &Condition, tell: &mut dyn FnMut(u32, String, &str)) {
    match condition {
        Condition::Relation { lhs, rhs, .. } => {
            of_expr(lhs, tell);
            rhs.iter().for_each(|side| of_expr(side, tell));
        }
        Condition::Predicate { name, args } => {
            let is_path = matches!(args.first().map(|arg| &arg.node), Some(Expr::Path(_)));
            if !PREDICATES.contains(&name.node.as_str()) || !is_path {
                let message = format!("核对关系里没有“{}(…)”这一条件", name.node);
                tell(
                    name.range.start(),
                    message,
                    "可用的有：空(…)、有数(…)、逐项编号(…)、有空表说明(…)，括号里写一个路径",
                );
            }
        }
        Condition::Implies(a, b) | Condition::Iff(a, b) => {
            of_condition(&a.node, tell);
            of_condition(&b.node, tell);
        }
    }
}

fn of_expr(expr: &Spanned<Expr>, tell: &mut dyn FnMut(u32, String, &str)) {
    const HELP: &str = "核对关系只加减：用 + - 合(…) 个数(…)。要写明比例的，在正文里用 {占比(…)}";
    match &expr.node {
        Expr::Number(_) => {}
        Expr::Path(path) => {
            let first = path.segments.first().map(|segment| &segment.node);
            if let Some(Segment::Name(names)) = first
                && let Some(name @ ("上年" | "预算")) = names.first().map(String::as_str)
                && path.segments.len() > 1
            {
                let message = format!("核对关系里不能引用“{name}”的文件");
                tell(
                    expr.range.start(),
                    message,
                    "另一份文件的数，在正文里用 {…} 引用",
                );
            }
        }
        Expr::Negate(inner) => of_expr(inner, tell),
        Expr::Binary { op, lhs, rhs } => {
            if matches!(op, BinaryOp::Mul | BinaryOp::Div) {
                tell(expr.range.start(), "核对关系里不能乘除".to_owned(), HELP);
            }
            of_expr(lhs, tell);
            of_expr(rhs, tell);
        }
        Expr::Call { name, args } => {
            let is_sum = name.node == "合";
            let counts = name.node == "个数"
                && matches!(args.first().map(|arg| &arg.value.node), Some(Expr::Path(_)));
            if !is_sum && !counts {
                let message = format!("核对关系里不能用“{}(…)”", name.node);
                tell(name.range.start(), message, HELP);
            }
            args.iter()
                .for_each(|argument| of_expr(&argument.value, tell));
        }
    }
}
