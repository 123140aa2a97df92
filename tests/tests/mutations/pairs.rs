//! A right document with two numbers wrong: is each told as it would be alone?

use super::*;

/// What was said of two wrong numbers at once.
#[derive(Default, Debug)]
struct Pairs {
    tried: u32,
    /// Each cell is blamed or among the places of a finding.
    noticed: u32,
    /// Each cell is told with its right number.
    right: u32,
    /// A number is proposed for a cell that is right.
    accused: u32,
}

/// Two slips in two cells at a time: so many pairs, always the same.
fn pairs(name: &str, text: &str, wanted: u32) -> Pairs {
    let document = read(text);
    let before: FxHashSet<String> = told(&document)
        .iter()
        .map(|it| key(&document, it))
        .collect();
    let compared = compared(&document);
    let all = places(&document);
    let places: Vec<&Place> = all.iter().filter(|at| compared.contains(&at.id)).collect();
    let mut random = Random(20_201_121);
    let mut rates = Pairs::default();
    let wanted = if whole() { wanted * 10 } else { wanted };
    while rates.tried < wanted {
        let mut chosen = || {
            let at = places[random.below(places.len())];
            let slip = Slip::ALL[random.below(Slip::ALL.len())];
            slip.apply(&document, &all, at).map(|typed| (at, typed))
        };
        let (Some(one), Some(other)) = (chosen(), chosen()) else {
            continue;
        };
        // Every other pair is of one table.
        let apart = one.0.id.table != other.0.id.table;
        if one.0.id == other.0.id || (apart && rates.tried % 2 == 0) {
            continue;
        }
        let (first, second) = if one.0.range.start() < other.0.range.start() {
            (one, other)
        } else {
            (other, one)
        };
        rates.tried += 1;
        let changed = replace(text, second.0.range, &second.1);
        let changed = read(&replace(&changed, first.0.range, &first.1));
        let findings = news(&changed, &before);
        let slips = [&first, &second].map(|(at, typed)| {
            let range = changed.cell(at.id).map_or(at.range, |cell| cell.range);
            (range, amount(&at.text), typed)
        });
        let told = slips.map(|(range, right, _)| judge(&findings, range, right));
        let noticed = told
            .iter()
            .all(|told| !matches!(told, Told::Nothing | Told::Elsewhere));
        let right = told
            .iter()
            .all(|told| matches!(told, Told::Right | Told::AndMore));
        let accused = findings.iter().any(|finding| {
            finding.expected.is_some() && slips.iter().all(|(range, ..)| *range != finding.range)
        });
        rates.noticed += u32::from(noticed);
        rates.right += u32::from(right);
        rates.accused += u32::from(accused);
        if !right && whole() {
            eprintln!("{name} {told:?}");
            for (at, typed) in [&first, &second] {
                eprintln!("  {} {:?} -> {typed:?}", at.name, at.text);
            }
            show(&changed, &findings);
        }
    }
    let share = |some: u32| f64::from(some) / f64::from(rates.tried);
    eprintln!(
        "{name}: two at once, noticed {:.3}, right numbers {:.3}, accused {:.3}, {rates:?}",
        share(rates.noticed),
        share(rates.right),
        share(rates.accused),
    );
    rates
}

/// A sequence of numbers that is always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Two wrong numbers are two findings, also where they are in one table, row or sum.
#[test]
fn two_numbers_at_once() {
    for (name, text) in [
        ("000", mended("000")),
        ("001", mended("001")),
        ("003", mended("003")),
        ("several", right("2020-several-sources")),
    ] {
        let rates = pairs(name, &text, 60);
        let least = |share: u32| rates.tried * share / 100;
        assert!(rates.noticed >= least(98), "{name} {rates:?}");
        assert!(rates.right >= least(90), "{name} {rates:?}");
        assert!(rates.accused <= rates.tried - least(97), "{name} {rates:?}");
    }
}
