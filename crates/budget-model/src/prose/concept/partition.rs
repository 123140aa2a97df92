//! What money, people and things are divided into.

use rustc_hash::FxHashSet;

use super::{ends, has};

/// Parts that are all there is of their whole, by their stems.
struct Partition {
    parts: &'static [&'static str],
    /// Those without which a set is not whole.
    needed: &'static [&'static str],
    /// What the whole must be called, if that matters: 人员 and 公用 are all of 基本支出, not of an account.
    whole: &'static [&'static str],
}

const PARTITIONS: [Partition; 8] = [
    Partition {
        parts: &[
            "基本",
            "项目",
            "上缴上级",
            "经营",
            "对附属单位补助",
            "事业单位经营",
        ],
        needed: &["基本", "项目"],
        whole: &[],
    },
    Partition {
        parts: &["人员", "公用", "日常公用"],
        needed: &["人员"],
        whole: &["基本"],
    },
    Partition {
        parts: &["货物", "工程", "服务"],
        needed: &["货物", "服务"],
        whole: &["采购"],
    },
    Partition {
        parts: &[
            "因公出国(境)",
            "公务用车购置及运行",
            "公务用车购置",
            "公务用车运行",
            "公务接待",
            "公务用车",
            "购置",
            "运行",
        ],
        needed: &["公务接待"],
        whole: &["三公"],
    },
    Partition {
        parts: &["购置", "运行", "公务用车购置", "公务用车运行"],
        needed: &[],
        whole: &["公务用车", "购置及运行"],
    },
    Partition {
        parts: &[
            "在职",
            "退休",
            "离休",
            "离退休",
            "在职人员",
            "退休人员",
            "离休人员",
            "离退休人员",
        ],
        needed: &["在职"],
        whole: &[],
    },
    Partition {
        parts: &["一般公共", "政府性基金", "国有资本经营"],
        needed: &["一般公共", "政府性基金"],
        whole: &["财政拨款"],
    },
    Partition {
        parts: &["财政", "上级补助", "事业", "经营", "附属单位上缴", "其他"],
        needed: &["财政", "其他"],
        whole: &[],
    },
];

/// Official cars, by what they are for: forms ask for each kind that there is.
const CARS: [&str; 15] = [
    "副部(省)级及以上领导用车",
    "副部(省)级以上领导用车",
    "省部级及以上领导用车",
    "主要领导干部用车",
    "主要负责人用车",
    "领导干部用车",
    "机要通信用车",
    "机要通信和应急用车",
    "应急保障用车",
    "执法执勤用车",
    "特种专业技术用车",
    "离退休干部用车",
    "离退休干部服务用车",
    "业务用车",
    "其他用车",
];

/// Parts that are all there is of their whole as a rule, by their stems; what the whole is called.
const USUAL: [(&[&str], &[&str]); 4] = [
    (
        &["行政编制", "事业编制", "工勤编制", "行政工勤编制"],
        &["编制"],
    ),
    (
        &["办公用房", "业务用房", "技术用房", "服务用房", "其他用房"],
        &["房", "面积"],
    ),
    (
        &["国内接待", "国(境)外接待", "外事接待", "外宾接待"],
        &["接待"],
    ),
    (
        &["财政", "财政性资金", "非财政", "单位资金", "自有资金"],
        &[],
    ),
];

/// Whether parts with these stems are as a rule all there is of a whole of that name.
pub(crate) fn is_usual_division(stems: &[&str], whole: &str) -> bool {
    USUAL.iter().any(|(parts, names)| {
        let named = || names.is_empty() || names.iter().any(|word| has(whole, word));
        stems.iter().all(|stem| parts.contains(stem)) && named()
    })
}

fn bare(stem: &str) -> &str {
    let stem = stem
        .strip_prefix("政府采购")
        .or_else(|| stem.strip_prefix("采购"))
        .unwrap_or(stem);
    let stem = stem
        .strip_suffix("类采购")
        .or_else(|| stem.strip_suffix('类'))
        .unwrap_or(stem);
    fund(stem)
}

/// 一般公共预算财政拨款, 一般公共预算当年拨款 are 一般公共预算; the same of the other funds.
pub(crate) fn fund(stem: &str) -> &str {
    const FUNDS: [&str; 3] = ["一般公共", "政府性基金", "国有资本经营"];
    const ENDS: [&str; 3] = ["预算财政", "预算当年财政", "预算当年"];
    let end = ENDS.iter().find(|end| ends(stem, end));
    let cut = end.and_then(|end| stem.strip_suffix(end));
    cut.filter(|it| FUNDS.contains(it)).unwrap_or(stem)
}

/// Things that assets and their buildings, cars and posts are: none is a part of another, whatever else there is.
const APART: [&[&str]; 5] = [
    &CARS,
    &["行政编制", "事业编制", "工勤编制", "行政工勤编制"],
    &["行政在职", "事业在职", "工勤在职"],
    &[
        "流动资产",
        "固定资产",
        "在建工程",
        "无形资产",
        "对外投资",
        "长期投资",
        "对外投资及有价证券",
        "其他资产",
    ],
    &[
        "房屋",
        "房屋及构筑物",
        "房屋和构筑物",
        "土地、房屋及构筑物",
        "汽车",
        "车辆",
        "通用设备",
        "专用设备",
        "家具用具",
        "家具、用具、装具及动植物",
        "其他固定资产",
    ],
];

/// Whether things with these names have nothing in common, so that they are no more than their whole.
pub(crate) fn are_apart(names: &[&str]) -> bool {
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let once = sorted.len() == names.len() && names.len() > 1;
    once && APART
        .iter()
        .any(|set| names.iter().all(|it| set.contains(it)))
}

/// Whether parts with these stems can stand beside each other in one whole.
pub(crate) fn belong_together(stems: &[&str]) -> bool {
    let within = |it: &Partition| stems.iter().all(|stem| it.parts.contains(&bare(stem)));
    PARTITIONS.iter().any(within)
}

/// Whether parts with these stems are all there is of a whole of that name.
pub(crate) fn is_partition(stems: &[&str], whole: &str) -> bool {
    let stems: FxHashSet<&str> = stems.iter().map(|stem| bare(stem)).collect();
    if stems.len() < 2 {
        return false;
    }
    PARTITIONS.iter().any(|set| {
        let is_there = |needed: &&str| stems.iter().any(|stem| stem.starts_with(*needed));
        let named = || set.whole.is_empty() || set.whole.iter().any(|word| has(whole, word));
        stems.iter().all(|stem| set.parts.contains(stem))
            && set.needed.iter().all(is_there)
            && named()
    })
}
