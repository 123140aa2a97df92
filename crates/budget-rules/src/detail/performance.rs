//! Arguments of the rules on 绩效 forms.

use crate::detail::Operand;

/// What is wrong with a number of 绩效.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PerformanceFault {
    /// A 执行率 that isn't what was spent of what was planned.
    Rate {
        /// The cell: `…「…」“执行率”`.
        place: String,
        /// 执行数.
        done: Operand,
        /// 全年预算数.
        plan: Operand,
        /// As written, and as it comes out.
        written: String,
        /// As it comes out.
        expected: String,
        /// The numbers as printed leave it open: their rounding may explain it.
        open: bool,
    },
    /// A number of the summary that isn't the form's.
    Summary {
        /// The project.
        project: String,
        /// What it is: 自评得分, 全年预算数 …
        what: &'static str,
        /// In the summary.
        written: String,
        /// In the form.
        form: String,
    },
    /// Cost indicators that don't add up to the money.
    Costs {
        /// What they add up to, in 万元.
        sum: String,
        /// What the form calls its money.
        label: String,
        /// The money, in 万元.
        total: String,
        /// The indicator that explains it, and what it would be in 万元.
        slip: Option<(String, String)>,
    },
}
