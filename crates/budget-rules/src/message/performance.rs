//! Sentences on the forms of 绩效.

use crate::detail::PerformanceFault;
use crate::message::Message;

pub(super) fn tell(fault: &PerformanceFault) -> Message {
    match fault {
        PerformanceFault::Rate {
            place,
            done,
            plan,
            written,
            expected,
            open,
        } => {
            let text = format!(
                "{place}写作 {written}，而 {} {} ÷ {} {} 是 {expected}",
                done.name, done.value, plan.name, plan.value
            );
            Message::new(
                text,
                if *open {
                    "请用未舍位的数核实执行率".to_owned()
                } else {
                    format!("请核对两个数，无误的，把执行率改为 {expected}")
                },
            )
        }
        PerformanceFault::Summary {
            project,
            what,
            written,
            form,
        } => Message::new(
            format!("“{project}”的{what}在汇总表是 {written}，在它的自评表是 {form}"),
            "请核对两张表，改正不对的一处",
        ),
        PerformanceFault::Costs {
            sum,
            label,
            total,
            slip: Some((name, meant)),
        } => Message::new(
            format!(
                "成本指标合计 {sum} 万元，{label} {total} 万元；“{name}”若是 {meant} 万元，正好相等"
            ),
            format!("请核对“{name}”的数字和单位"),
        ),
        PerformanceFault::Costs {
            sum, label, total, ..
        } => Message::new(
            format!("成本指标合计 {sum} 万元，{label} {total} 万元"),
            "请核实成本指标是否列全",
        ),
    }
}
