//! What the rules on prose look for, found for all of them in one pass over a paragraph. A rule
//! reads a paragraph only if its clue is there.

/// A sign that a rule may have something to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Clue {
    /// Two marks of punctuation side by side.
    DoubledMark,
    /// A blank of a form: `XX`, `__`, `待填`.
    Hole,
    /// Alternatives, or a reason (`原因`).
    Residue,
    /// `增加（`, `有/`: two words of which one is to be kept.
    Alternatives,
    /// `<`
    Tag,
    /// `{`
    Slot,
    /// `包括`
    List,
    /// `下属`, `所属`, `二级`
    Affiliate,
    /// `名称`, `规模`: what may be the label of a project's name or money.
    Label,
    /// `无`, `没`, `未`, `不涉`, `不存`: what may say that there is none.
    Nothing,
}

/// The clues of a piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Clues(u16);

impl Clues {
    /// Calls `on_bracket` for every quotation mark and bracket ([`bracket`]) with its place.
    pub(crate) fn of(text: &str, mut on_bracket: impl FnMut(usize, char)) -> Self {
        let mut clues = Self::default();
        let mut last = ' ';
        for (at, c) in text.char_indices() {
            // Signs are few: which one it is, and after what, is asked only here.
            if is_sign(c) {
                let signs = signs(last, c);
                clues.0 |= signs;
                if signs & BRACKET != 0 {
                    on_bracket(at, c);
                }
            }
            last = c;
        }
        clues
    }

    pub(crate) fn has(self, clue: Clue) -> bool {
        self.0 & clue.bit() != 0
    }
}

/// The sign of [`bracket`].
const BRACKET: u16 = 1 << 15;

impl Clue {
    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The clues that a character gives after another: every character that gives one is in [`SIGNS`].
fn signs(last: char, c: char) -> u16 {
    match c {
        '，' | '。' | '；' | '：' | '、' if is_mark(last) => Clue::DoubledMark.bit(),
        '“' | '”' | '‘' | '’' | '《' | '》' | '【' | '】' | '）' | ')' => BRACKET,
        '（' | '(' => BRACKET | alternative(last),
        '/' | '或' => alternative(last),
        '因' if last == '原' => Clue::Residue.bit(),
        'X' | 'x' | '×' | 'Ｘ' | 'ｘ' | '_' => Clue::Hole.bit(),
        '填' if last == '待' => Clue::Hole.bit(),
        '<' => Clue::Tag.bit(),
        '{' | '｛' => Clue::Slot.bit(),
        '括' if last == '包' => Clue::List.bit(),
        '含' if last == '包' => Clue::List.bit(),
        '于' if last == '用' => Clue::List.bit(),
        '属' if matches!(last, '下' | '所') => Clue::Affiliate.bit(),
        '级' if last == '二' => Clue::Affiliate.bit(),
        '称' | '模' => Clue::Label.bit(),
        '无' | '没' | '未' => Clue::Nothing.bit(),
        '涉' | '存' if last == '不' => Clue::Nothing.bit(),
        _ => 0,
    }
}

/// After `增加`, `有` and the like.
fn alternative(last: char) -> u16 {
    match last {
        '加' | '少' | '长' | '降' | '有' => Clue::Alternatives.bit() | Clue::Residue.bit(),
        _ => 0,
    }
}

const SIGNS: [char; 42] = [
    '，', '。', '；', '：', '、', '“', '”', '‘', '’', '《', '》', '【', '】', '）', ')', '（', '(',
    '/', '或', '因', 'X', 'x', '×', 'Ｘ', 'ｘ', '_', '填', '<', '{', '｛', '括', '含', '于', '属',
    '级', '称', '模', '无', '没', '未', '涉', '存',
];

/// A bit for each character of the basic plane: most characters are no signs, and told so at once.
static IS_SIGN: [u64; 1024] = {
    let mut bits = [0; 1024];
    let mut at = 0;
    while at < SIGNS.len() {
        let c = SIGNS[at] as usize;
        bits[c / 64] |= 1 << (c % 64);
        at += 1;
    }
    bits
};

/// Whether a character is one of [`SIGNS`]; beyond the basic plane there is none.
fn is_sign(c: char) -> bool {
    let code = c as usize;
    IS_SIGN
        .get(code / 64)
        .is_some_and(|bits| bits >> (code & 63) & 1 == 1)
}

/// Marks of which one is enough. Not `…` and `—`, which are written twice, nor `！` and `？`.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '、')
}

/// Quotation marks and brackets by pair, whatever their width, and whether they open.
pub(crate) fn bracket(c: char) -> Option<(usize, bool)> {
    Some(match c {
        '“' => (0, true),
        '”' => (0, false),
        '（' | '(' => (1, true),
        '）' | ')' => (1, false),
        '《' => (2, true),
        '》' => (2, false),
        '‘' => (3, true),
        '’' => (3, false),
        '【' => (4, true),
        '】' => (4, false),
        _ => return None,
    })
}

/// How many pairs [`bracket`] knows.
pub(crate) const BRACKETS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clue_alone_and_together() {
        for (text, wanted) in [
            ("一般公共预算支出，比上年增加。", &[][..]),
            ("；；", &[Clue::DoubledMark]),
            ("XX年", &[Clue::Hole]),
            ("待填", &[Clue::Hole]),
            ("增加（减少）", &[Clue::Residue, Clue::Alternatives]),
            ("有/无", &[Clue::Residue, Clue::Alternatives, Clue::Nothing]),
            ("主要原因是无", &[Clue::Residue, Clue::Nothing]),
            ("<p>", &[Clue::Tag]),
            ("{x}", &[Clue::Slot, Clue::Hole]),
            ("支出包括：", &[Clue::List]),
            ("无下属单位", &[Clue::Affiliate, Clue::Nothing]),
            ("无二级预算单位", &[Clue::Affiliate, Clue::Nothing]),
            ("项目名称", &[Clue::Label]),
            ("没有安排", &[Clue::Nothing]),
            ("未安排", &[Clue::Nothing]),
            ("不涉及", &[Clue::Nothing]),
            ("不存在", &[Clue::Nothing]),
            ("不断", &[]),
        ] {
            let clues = Clues::of(text, |_, _| {});
            let all = [
                Clue::DoubledMark,
                Clue::Hole,
                Clue::Residue,
                Clue::Alternatives,
                Clue::Tag,
                Clue::Slot,
                Clue::List,
                Clue::Affiliate,
                Clue::Label,
                Clue::Nothing,
            ];
            for clue in all {
                assert_eq!(clues.has(clue), wanted.contains(&clue), "{text} {clue:?}");
            }
        }
    }

    #[test]
    fn two_marks_side_by_side_are_seen() {
        let marks = ['，', '。', '；', '：', '、'];
        for first in marks {
            assert!(is_mark(first));
            for second in marks {
                let doubled = |text: &str| Clues::of(text, |_, _| {}).has(Clue::DoubledMark);
                assert!(doubled(&format!("某{first}{second}")));
                assert!(!doubled(&format!("{first}某{second}")));
                assert!(!doubled(&format!("{first}（{second}")));
            }
        }
        let others = ('\u{3000}'..='\u{303f}').chain('\u{ff00}'..='\u{ffef}');
        for other in others.filter(|c| !is_mark(*c)) {
            let doubled = Clues::of(&format!("，{other}"), |_, _| {}).has(Clue::DoubledMark);
            assert!(!doubled, "{other}");
        }
    }

    #[test]
    fn brackets_are_given_with_their_places() {
        let mut found = Vec::new();
        Clues::of("“三公”（新", |at, c| found.push((at, c)));
        assert_eq!(found, [(0, '“'), (9, '”'), (12, '（')]);
        for c in SIGNS {
            let mut brackets = 0;
            Clues::of(&c.to_string(), |_, _| brackets += 1);
            assert_eq!(brackets, usize::from(bracket(c).is_some()), "{c}");
        }
    }
}
