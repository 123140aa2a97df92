//! What money, people and things are divided into.

use rustc_hash::FxHashSet;

/// Parts that are all there is of their whole, by their stems.
struct Partition {
    parts: &'static [&'static str],
    /// Those without which a set is not whole.
    needed: &'static [&'static str],
    /// What the whole must be called, if that matters: 人员 and 公用 are all of 基本支出, not of an account.
    whole: &'static [&'static str],
}

const PARTITIONS: [Partition; 7] = [
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
        parts: &["财政", "上级补助", "事业", "经营", "附属单位上缴", "其他"],
        needed: &["财政", "其他"],
        whole: &[],
    },
];

fn bare(stem: &str) -> &str {
    let stem = stem
        .strip_prefix("政府采购")
        .or_else(|| stem.strip_prefix("采购"))
        .unwrap_or(stem);
    stem.strip_suffix("类采购")
        .or_else(|| stem.strip_suffix('类'))
        .unwrap_or(stem)
}

/// Whether parts with these stems can stand beside each other in one whole.
pub(crate) fn belong_together(stems: &[String]) -> bool {
    let within = |it: &Partition| stems.iter().all(|stem| it.parts.contains(&bare(stem)));
    PARTITIONS.iter().any(within)
}

/// Whether parts with these stems are all there is of a whole of that name.
pub(crate) fn is_partition(stems: &[String], whole: &str) -> bool {
    let stems: FxHashSet<&str> = stems.iter().map(|stem| bare(stem)).collect();
    if stems.len() < 2 {
        return false;
    }
    PARTITIONS.iter().any(|set| {
        let has = |needed: &&str| stems.iter().any(|stem| stem.starts_with(*needed));
        let named = set.whole.is_empty() || set.whole.iter().any(|word| whole.contains(word));
        named && stems.iter().all(|stem| set.parts.contains(stem)) && set.needed.iter().all(has)
    })
}
