//! Small things about text that several rules need.

/// `3` is `三`: the number in 表三. Up to 99; larger ones in digits.
pub(crate) fn chinese_number(number: u8) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |digit: u8| DIGITS.get(usize::from(digit)).copied().unwrap_or('〇');
    match (number / 10, number % 10) {
        (0, ones) => digit(ones).to_string(),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens @ 2..=9, 0) => format!("{}十", digit(tens)),
        (tens @ 2..=9, ones) => format!("{}十{}", digit(tens), digit(ones)),
        _ => number.to_string(),
    }
}

/// A length in bytes as an offset.
pub(crate) fn offset(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// Whether all characters of `short` occur in `long` in that order: how an office abbreviates its
/// name (县政府办 of 某县人民政府办公室).
pub(crate) fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    !short.is_empty() && short.chars().all(|wanted| rest.any(|have| have == wanted))
}

/// The indices that are out of order in `places`: those outside one longest run that rises.
/// `n log n`.
pub(crate) fn out_of_order(places: &[u32]) -> Vec<usize> {
    // tails[k]: index of the smallest last element of a rising run of length k + 1.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(places.len());
    let value = |index: usize| places.get(index).copied().unwrap_or(u32::MAX);
    for (index, place) in places.iter().enumerate() {
        let at = tails.partition_point(|tail| value(*tail) < *place);
        before.push(at.checked_sub(1).and_then(|at| tails.get(at).copied()));
        match tails.get_mut(at) {
            Some(tail) => *tail = index,
            None => tails.push(index),
        }
    }
    let mut kept = vec![false; places.len()];
    let mut at = tails.last().copied();
    while let Some(index) = at {
        if let Some(keep) = kept.get_mut(index) {
            *keep = true;
        }
        at = before.get(index).copied().flatten();
    }
    kept.iter()
        .enumerate()
        .filter(|(_, kept)| !**kept)
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_printed_in_titles() {
        let printed: Vec<String> = [1, 9, 10, 11, 20, 21, 99].map(chinese_number).to_vec();
        assert_eq!(
            printed,
            ["一", "九", "十", "十一", "二十", "二十一", "九十九"]
        );
    }

    #[test]
    fn abbreviations_keep_the_order() {
        assert!(is_subsequence("县政府办", "某县人民政府办公室"));
        assert!(!is_subsequence("县办政府", "某县人民政府办公室"));
        assert!(!is_subsequence("", "某县"));
    }

    #[test]
    fn the_fewest_are_out_of_order() {
        assert_eq!(out_of_order(&[1, 2, 3]), Vec::<usize>::new());
        assert_eq!(out_of_order(&[1, 5, 2, 3, 4]), [1]);
        assert_eq!(out_of_order(&[2, 3, 4, 1]), [3]);
        // Equal places don't rise: the second of two is out of order.
        assert_eq!(out_of_order(&[1, 1]).len(), 1);
        assert_eq!(out_of_order(&[]), Vec::<usize>::new());
    }
}
