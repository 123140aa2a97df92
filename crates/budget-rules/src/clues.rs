//! What the rules on prose look for, found for all of them in one pass over a paragraph. A rule
//! reads a paragraph only if its clue is there.

/// A sign that a rule may have something to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Clue {
    /// A quotation mark or bracket.
    Bracket,
    /// Two marks of punctuation side by side.
    DoubledMark,
    /// A blank of a form: `XX`, `__`, `待填`.
    Hole,
    /// `增加（`, `有/`: two words of which one is to be kept, or a reason (`原因`).
    Residue,
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
}

/// The clues of a piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Clues(u16);

impl Clues {
    pub(crate) fn of(text: &str) -> Self {
        let mut clues = Self::default();
        let mut last = ' ';
        for c in text.chars() {
            if let Some(clue) = clue(last, c) {
                clues.0 |= 1 << clue as u16;
                // `增加（`: a bracket may be both.
                if bracket(c).is_some() {
                    clues.0 |= 1 << Clue::Bracket as u16;
                }
            }
            last = c;
        }
        clues
    }

    pub(crate) fn has(self, clue: Clue) -> bool {
        self.0 & (1 << clue as u16) != 0
    }
}

fn clue(last: char, c: char) -> Option<Clue> {
    let clue = match c {
        '，' | '。' | '；' | '：' | '、' if is_mark(last) => Clue::DoubledMark,
        '（' | '(' | '/' | '或' if matches!(last, '加' | '少' | '长' | '降' | '有') => {
            Clue::Residue
        }
        '因' if last == '原' => Clue::Residue,
        'X' | 'x' | '×' | 'Ｘ' | 'ｘ' | '_' => Clue::Hole,
        '填' if last == '待' => Clue::Hole,
        '<' => Clue::Tag,
        '{' | '｛' => Clue::Slot,
        '括' if last == '包' => Clue::List,
        '属' if matches!(last, '下' | '所') => Clue::Affiliate,
        '级' if last == '二' => Clue::Affiliate,
        '称' | '模' => Clue::Label,
        _ => {
            bracket(c)?;
            Clue::Bracket
        }
    };
    Some(clue)
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
            ("“三公", &[Clue::Bracket]),
            ("；；", &[Clue::DoubledMark]),
            ("XX年", &[Clue::Hole]),
            ("待填", &[Clue::Hole]),
            ("增加（减少）", &[Clue::Residue, Clue::Bracket]),
            ("有/无", &[Clue::Residue]),
            ("主要原因是无", &[Clue::Residue]),
            ("<p>", &[Clue::Tag]),
            ("{x}", &[Clue::Slot, Clue::Hole]),
            ("支出包括：", &[Clue::List]),
            ("无下属单位", &[Clue::Affiliate]),
            ("无二级预算单位", &[Clue::Affiliate]),
            ("项目名称", &[Clue::Label]),
        ] {
            let clues = Clues::of(text);
            let all = [
                Clue::Bracket,
                Clue::DoubledMark,
                Clue::Hole,
                Clue::Residue,
                Clue::Tag,
                Clue::Slot,
                Clue::List,
                Clue::Affiliate,
                Clue::Label,
            ];
            for clue in all {
                assert_eq!(clues.has(clue), wanted.contains(&clue), "{text} {clue:?}");
            }
        }
    }
}
