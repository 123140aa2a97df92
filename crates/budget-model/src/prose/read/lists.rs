//! Lists of parts: what opens one, what it is of, and where it ends.

use budget_catalog::name;
use budget_syntax::TextRange;

use super::super::{
    concept::{self, has},
    fact::{List, Narrative, Opening, Statement, StatementId},
    grammar::{Piece, Span},
    lexer::Tok,
};
use super::{
    MOST_NESTED, Reader,
    bearing::{Run, Whole},
};

/// Statements before a list in which what it parts is looked for.
const MOST_SEEN: usize = 80;

/// A name without the number that it may begin with: (1)教育支出.
fn unnumbered(name: &str) -> &str {
    name.trim_start_matches(|c: char| {
        c.is_ascii_digit() || "()（）.、一二三四五六七八九十".contains(c)
    })
}

impl Reader<'_> {
    /// What a statement is a part of, in the end; one of a list over paragraphs stands for itself.
    pub(super) fn root(&self, id: StatementId) -> StatementId {
        let mut at = id;
        for _ in 0..8 {
            let above = self.out.statement(at).and_then(|it| {
                let list = it
                    .list
                    .filter(|list| Some(*list) != self.bears.open.value)?;
                self.out.lists.get(list as usize)?.whole
            });
            match above {
                Some(above) if above < at => at = above,
                _ => break,
            }
        }
        at
    }

    /// 项目名称：X says what the following is about; 资金分配情况：… parts what was said before.
    pub(super) fn titled(&mut self, head: TextRange) {
        let title = self.text(head).trim_start_matches(['.', '．', '、', ' ']);
        // What all of them have, and few others.
        if !["称", "配"].iter().any(|it| has(title, it)) {
            return;
        }
        let title = name::normalize(title);
        match &*title {
            "项目名称" => {
                let after = self
                    .tokens
                    .places
                    .partition_point(|it| it.start() < head.end());
                let rest = self.tokens.kinds.get(after..).unwrap_or_default();
                let end = rest.iter().position(|tok| *tok == Tok::Break);
                let from = u32::try_from(after + 1).unwrap_or(u32::MAX);
                let to = u32::try_from(after + end.unwrap_or(0)).unwrap_or(u32::MAX);
                self.bears.project = self.leaves(Some(self.tokens.range(from, to)));
                self.bears.top = self.leaves(None);
                self.bears.open = self.leaves(None);
            }
            "资金分配情况" | "资金分配" | "资金分配计划" => {
                if let Some(top) = self.uses(self.bears.top) {
                    self.push(Opening::Allocation, Some(top));
                }
            }
            _ => {}
        }
    }

    /// A clause ends. 280 万元中，… opens a list of that; 项目支出中，… says what the parts after it are of.
    pub(super) fn comma(&mut self, span: Span, next: Option<Piece>) {
        let clause = self.tokens.range(self.clause, span.0);
        if self.text(clause).ends_with('中') && !self.in_reason {
            if self.counted && self.text(clause) == "中" {
                self.list(Opening::OfWhich, span.1, next);
                return;
            }
            if !self.counted
                && let Some(whole) = concept::whole(self.text(clause))
            {
                self.head = Some(clause);
                let named = self.stated_whole(whole);
                if named.is_some() && self.nested.is_empty() {
                    self.current = None;
                    self.push(Opening::OfWhich, named);
                } else {
                    self.parts_of(whole);
                }
            }
        }
        self.clause(span.1);
    }

    /// The statement just before that gives the number of what is named: 全年实际支出 2600 万元。实际支出中，….
    fn stated_whole(&self, whole: &str) -> Option<StatementId> {
        const NEAR: usize = 4;
        const SHORTEST: usize = 4;
        if whole.chars().count() < SHORTEST {
            return None;
        }
        let statements = self.out.statements.iter().enumerate().rev();
        let near = statements.take(NEAR).take_while(|(_, it)| {
            it.heading == self.heading && it.sentence.saturating_add(1) >= self.sentence
        });
        let is_it = |it: &Statement| it.amount.is_some() && self.text(it.subject).ends_with(whole);
        let mut found = near.filter(|(_, it)| is_it(it));
        found.next().and_then(|(at, _)| u32::try_from(at).ok())
    }

    /// 其中，教育支出中，…: what is parted is named, and needn't be what was said last.
    fn parts_of(&mut self, whole: &str) {
        let list = self.nested.last().copied();
        let list = list.filter(|at| {
            let list = self.out.lists.get(*at as usize);
            list.is_some_and(|it| it.opening == Opening::OfWhich && it.parts.is_empty())
        });
        let Some(list) = list else { return };
        let whole = name::normalize(whole);
        let statements = &self.out.statements;
        let near = statements.iter().enumerate().rev().take(MOST_SEEN);
        let mut near = near.take_while(|(_, it)| it.heading == self.heading);
        let said = near.find(|(_, it)| {
            let subject = name::normalize(self.text(it.subject));
            it.amount.is_some() && unnumbered(&subject) == unnumbered(&whole)
        });
        let said = said.and_then(|it| StatementId::try_from(it.0).ok());
        self.looks_back(said, MOST_SEEN);
        let Some(list) = self.out.lists.get_mut(list as usize) else {
            return;
        };
        let far = |id: StatementId| {
            let it = self.out.statements.get(id as usize);
            it.is_none_or(|it| it.sentence != self.sentence)
        };
        if said.is_some() || list.whole.is_none_or(far) {
            list.whole = said;
            list.stated = said;
        }
    }

    pub(super) fn push(&mut self, opening: Opening, whole: Option<StatementId>) -> u32 {
        let id = u32::try_from(self.out.lists.len()).unwrap_or(u32::MAX);
        let stated = self.uses(self.bears.stated);
        self.out.lists.push(List {
            whole,
            stated,
            parts: Vec::new(),
            opening,
        });
        if self.nested.len() < MOST_NESTED {
            self.nested.push(id);
        }
        id
    }

    /// 其中, 包括: opens a list of what was said last.
    pub(super) fn list(&mut self, opening: Opening, after: u32, next: Option<Piece>) {
        // 收入包括：…；支出包括：… are lists of one whole.
        let beside = self
            .nested
            .first()
            .filter(|_| self.current.is_none() && opening == Opening::Consists)
            .and_then(|list| self.out.lists.get(*list as usize)?.whole);
        if beside.is_some() {
            self.nested.clear();
        }
        // 车辆 95 辆；其中：…；…: what is parted so are its parts.
        if self.current.is_none() {
            self.siblings = false;
        }
        let in_sentence = beside.or(self.current).or(self.last);
        // 教育支出、住房保障支出分别为 …, in a paragraph of its own: of nothing that another says.
        let word = self.tokens.range(after.saturating_sub(1), after);
        let own = in_sentence.is_none()
            && self.nested.is_empty()
            && self.text(word).starts_with("分别")
            && !self.subject(after.saturating_sub(1)).is_empty();
        let whole = match in_sentence {
            None if !own => self.uses(self.bears.top),
            _ => in_sentence,
        };
        // 上年分别为 920 万元、300 万元: parts of nothing that is said here.
        let subject = self.text(self.tokens.range(self.clause, after));
        let before = self.current.is_none()
            && ["上年", "去年"]
                .iter()
                .any(|word| concept::has(subject, word));
        let id = self.push(opening, whole.filter(|_| !before));
        if (before || own)
            && let Some(list) = self.out.lists.get_mut(id as usize)
        {
            list.stated = None;
        }
        let is_mark = |tok: Tok| next == Some(Piece::Mark(tok));
        let mut rest = self
            .tokens
            .kinds
            .get(after as usize..)
            .unwrap_or_default()
            .iter();
        if is_mark(Tok::Colon) || is_mark(Tok::Comma) {
            rest.next();
        }
        // At the end of its paragraph it speaks of the paragraphs below.
        if rest.next().is_none_or(|tok| *tok == Tok::Break) {
            self.bears.open = self.leaves(Some(id));
        }
        self.current = None;
        self.head = None;
        self.counted = true;
        self.clause(after);
        self.in_reason = false;
    }

    /// What was read, the runs of it, and of what its lists are before that is made certain here: a later passage
    /// may still change it.
    pub(super) fn finish(mut self, passages: usize) -> (Narrative, Vec<Run>, Vec<Whole>) {
        self.ends(passages);
        let wholes = self.out.lists.iter().map(|list| list.whole).collect();
        let statements = &self.out.statements;
        let has = |id: StatementId, money: fn(&Statement) -> bool| {
            statements.get(id as usize).is_some_and(money)
        };
        for list in &mut self.out.lists {
            // A list of nothing is none.
            if list.parts.is_empty() {
                list.whole = None;
            }
            // Parts with amounts are parts of an amount.
            let amounts = |it: &Statement| it.amount.is_some() || it.count.is_some();
            let parts = list.parts.iter().any(|part| has(*part, amounts));
            let whole = list.whole.is_some_and(|whole| has(whole, amounts));
            let changes = list
                .parts
                .iter()
                .any(|part| has(*part, |it| !it.changes.is_empty()));
            if parts && !whole && (!changes || list.parts.iter().all(|part| has(*part, amounts))) {
                list.whole = list.stated.filter(|it| !list.parts.contains(it));
            }
        }
        (self.out, self.runs, wholes)
    }
}
