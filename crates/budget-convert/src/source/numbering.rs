//! The numbers that Word puts before paragraphs, as a reader sees them: 一、 （一） 1.

use rustc_hash::FxHashMap;

use super::SourceError;
use super::xml::{Element, Item, Xml};
use crate::text;

/// The levels of a list.
const LEVELS: usize = 9;

/// The longest label.
const LABEL: usize = 64;

/// The lists of a document and how far each has counted.
#[derive(Default)]
pub(super) struct Numbering {
    /// By the list's own id: the definition, and where levels start anew.
    lists: FxHashMap<u32, List>,
    definitions: FxHashMap<u32, Vec<Level>>,
    /// By definition: lists of one definition count on.
    counts: FxHashMap<u32, [Option<u32>; LEVELS]>,
}

#[derive(Default)]
struct List {
    definition: u32,
    starts: [Option<u32>; LEVELS],
    begun: bool,
}

/// How a level is numbered.
#[derive(Clone)]
struct Level {
    start: u32,
    format: String,
    /// `%1.%2`
    text: String,
    /// All numbers of the label in digits.
    legal: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            legal: false,
        }
    }
}

impl Numbering {
    /// Reads `numbering.xml`.
    pub(super) fn read(part: &str) -> Result<Self, SourceError> {
        let mut out = Self::default();
        let mut xml = Xml::new(part);
        let mut definition: Option<u32> = None;
        let mut list: Option<u32> = None;
        let mut level = 0;
        loop {
            match xml.next()? {
                Item::Start(element) => match element.name() {
                    "abstractNum" => definition = element.number("abstractNumId"),
                    "num" => {
                        list = element.number("numId");
                        if let Some(id) = &list {
                            out.lists.entry(*id).or_default();
                        }
                    }
                    "abstractNumId" => {
                        if let Some(list) = list.as_ref().and_then(|id| out.lists.get_mut(id)) {
                            list.definition = element.number("val").unwrap_or(u32::MAX);
                        }
                    }
                    "lvlOverride" | "lvl" => level = place(&element),
                    "startOverride" => {
                        let list = list.as_ref().and_then(|id| out.lists.get_mut(id));
                        if let Some(start) = list.and_then(|list| list.starts.get_mut(level)) {
                            *start = element.number("val");
                        }
                    }
                    _ => {
                        if let Some(id) = &definition {
                            let levels = out.definitions.entry(*id).or_default();
                            if levels.len() < LEVELS {
                                levels.resize_with(LEVELS, Level::default);
                            }
                            if let Some(level) = levels.get_mut(level) {
                                level.learn(&element);
                            }
                        }
                    }
                },
                Item::End(end) if end.is("abstractNum") => definition = None,
                Item::End(end) if end.is("num") => list = None,
                Item::Eof => return Ok(out),
                _ => {}
            }
        }
    }

    /// The label of the next paragraph of a list, with the space that follows it.
    pub(super) fn next(&mut self, list: u32, level: usize) -> Option<String> {
        let list = self.lists.get_mut(&list)?;
        let levels = self.definitions.get(&list.definition)?;
        let own = levels.get(level)?;
        let counts = self.counts.entry(list.definition).or_default();
        if !list.begun {
            list.begun = true;
            for (count, start) in counts.iter_mut().zip(&list.starts) {
                if start.is_some() {
                    *count = None;
                }
            }
        }
        let first = |at: usize| {
            let given = list.starts.get(at).copied().flatten();
            given.or_else(|| levels.get(at).map(|level| level.start))
        };
        for (at, count) in counts.iter_mut().enumerate() {
            *count = match at.cmp(&level) {
                std::cmp::Ordering::Less => count.or_else(|| first(at)),
                std::cmp::Ordering::Equal => match *count {
                    Some(count) => Some(count.saturating_add(1)),
                    None => first(at),
                },
                std::cmp::Ordering::Greater => None,
            };
        }
        if own.format == "bullet" {
            return Some("- ".to_owned());
        }
        if own.format == "none" && !own.text.contains('%') && own.text.trim().is_empty() {
            return None;
        }
        let mut out = String::new();
        let mut chars = own.text.chars();
        while let Some(c) = chars.next() {
            let place = (c == '%').then(|| chars.clone().next().and_then(|c| c.to_digit(10)));
            match place
                .flatten()
                .and_then(|n| usize::try_from(n).ok()?.checked_sub(1))
            {
                Some(at) => {
                    chars.next();
                    let count = counts.get(at).copied().flatten().unwrap_or(1);
                    let format = levels.get(at).map_or("", |level| level.format.as_str());
                    out.push_str(&write(if own.legal { "decimal" } else { format }, count));
                }
                None => out.push(c),
            }
        }
        let wide = out.chars().next_back().is_none_or(text::is_wide);
        if !wide {
            out.push(' ');
        }
        (!out.is_empty()).then_some(out)
    }
}

impl Level {
    fn learn(&mut self, element: &Element<'_>) {
        match element.name() {
            "start" => self.start = element.number("val").unwrap_or(1),
            "numFmt" => self.format = element.get("val").unwrap_or_default(),
            "lvlText" => {
                let text = element.get("val").unwrap_or_default();
                self.text = text.chars().take(LABEL).collect();
            }
            "isLgl" => self.legal = element.set(),
            _ => {}
        }
    }
}

fn place(element: &Element<'_>) -> usize {
    let level = element.number("ilvl").unwrap_or(0);
    usize::try_from(level).unwrap_or(0)
}

/// A number as its format shows it; in digits where the format isn't known.
fn write(format: &str, number: u32) -> String {
    let of = |signs: &str| {
        let at = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
        at.and_then(|at| signs.chars().nth(at)).map(String::from)
    };
    match format {
        "none" => Some(String::new()),
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "japaneseDigitalTenThousand"
        | "taiwaneseDigital"
            if number < 100 =>
        {
            Some(text::chinese(number))
        }
        "chineseLegalSimplified" | "ideographLegalTraditional" => of("壹贰叁肆伍陆柒捌玖拾"),
        "ideographTraditional" => of("甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => of("子丑寅卯辰巳午未申酉戌亥"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
        "decimalEnclosedFullstop" => of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
        "decimalEnclosedParen" => of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
        "upperLetter" => of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "lowerLetter" => of("abcdefghijklmnopqrstuvwxyz"),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).map(|roman| roman.to_lowercase()),
        "decimalZero" => Some(format!("{number:02}")),
        _ => None,
    }
    .unwrap_or_else(|| number.to_string())
}

fn roman(mut number: u32) -> Option<String> {
    const SIGNS: [(u32, &str); 9] = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..400).contains(&number) {
        return None;
    }
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            out.push_str(sign);
            number -= value;
        }
    }
    Some(out)
}
