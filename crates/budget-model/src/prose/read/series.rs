//! Numbers that are told of several things at once: 办公费、邮电费分别为 5 万元、3 万元，分别占 62.5%、37.5%. They are read as if
//! each stood behind the name it belongs to, where there are as many numbers as names.

use budget_catalog::template::DisclosureKind;
use budget_syntax::TextRange;
use smallvec::SmallVec;

use super::super::{
    concept::{self, has, is_chinese},
    fact::{Change, Direction, Measure, RateKind, Role, StatementId},
    grammar::{Piece, Quantity, Span},
    lexer::Tok,
};
use super::Reader;

/// Words that say that what follows is told of each in turn.
const EACH: [&str; 2] = ["分别", "依次"];

/// Words that join the last name, or the last number, to those before it.
const JOINS: [&str; 4] = ["以及", "和", "与", "及"];

/// What the last name says of all of them, and makes other numbers of them than their own: 基本支出、项目支出增加额分别为 ….
const OF_ALL: [&str; 30] = [
    "增", "减", "均", "每", "差", "节", "超", "追加", "调", "结转", "结余", "占", "率", "比",
    "上年", "去年", "年初", "剩", "缺", "收回", "执行", "完成", "累计", "得分", "下达", "拨付",
    "到位", "下属", "所属", "第",
];

/// Words of sources of money. 一般公共预算、政府性基金预算项目支出 are both 项目支出.
const SOURCES: [&str; 6] = [
    "一般公共预算",
    "政府性基金",
    "国有资本",
    "财政拨款",
    "财政专户",
    "单位资金",
];

/// Bytes of the longest name.
const LONGEST: usize = 150;

/// Statements among which a name is looked for.
const NEAR: usize = 40;

/// The numbers of a series, each with what it spans.
type Numbers = SmallVec<[(Quantity, Span); 4]>;

/// What numbers tell of statements that stand before them.
#[derive(Clone, Copy)]
pub(super) enum Spread {
    /// A share of what stands there.
    Share(Span),
    Rate(RateKind),
    /// A change against what stands there.
    Change(Option<Span>, Direction),
}

impl Reader<'_> {
    /// What stands before 分别 or 依次 at the end of a range.
    fn each_at(&self, range: TextRange) -> Option<TextRange> {
        let text = self.text(range).trim_end();
        let before = EACH.iter().find_map(|word| text.strip_suffix(word))?;
        let length = u32::try_from(before.len()).ok()?;
        let start = range.start();
        Some(TextRange::new(start, start.saturating_add(length)))
    }

    /// 办公费、邮电费分别为 5 万元、3 万元, at 分别为: whether it was read.
    pub(super) fn is_series(&mut self, at: Span, rest: &[(Piece, Span)]) -> bool {
        let Some(((Piece::Number(first), span), rest)) = rest.split_first() else {
            return false;
        };
        let text = self.text(self.tokens.range(at.0, at.1));
        let each = EACH.iter().any(|each| text.starts_with(each));
        each && self.series(self.named_before(at.0), (*first, *span), rest)
    }

    /// Numbers that are those of the names before them, if there are as many.
    pub(super) fn series(
        &mut self,
        names: TextRange,
        first: (Quantity, Span),
        rest: &[(Piece, Span)],
    ) -> bool {
        let numbers = self.numbers(first, rest);
        let names = match numbers.len() > 1 && !self.in_reason {
            true => self.names(names, numbers.len()),
            false => None,
        };
        let Some(names) = names else {
            return self.is_told_again(&numbers);
        };
        for (name, (quantity, span)) in names.iter().zip(&numbers) {
            self.told(*name, *quantity, *span);
        }
        self.read_to(&numbers);
        let count = self.out.statements.len();
        self.series = count.saturating_sub(names.len())..count;
        true
    }

    /// Other numbers of the same things: 基本支出、项目支出分别为 …，其中财政拨款分别为 …. What they are isn't known.
    fn is_told_again(&mut self, numbers: &Numbers) -> bool {
        let first = self.out.statements.get(self.series.start);
        let again = first.is_some_and(|it| it.sentence == self.sentence)
            && self.series.len() == numbers.len();
        if again {
            for (quantity, span) in numbers {
                self.fact(*quantity, *span, Role::Other);
            }
            self.lost = self.sentence;
            self.read_to(numbers);
        }
        again
    }

    /// The numbers that stand one after the other, of one kind: 5 万元、3 万元和 2 万元.
    fn numbers(&self, first: (Quantity, Span), rest: &[(Piece, Span)]) -> Numbers {
        let mut found = Numbers::new();
        found.push(first);
        let measure = first.0.measure;
        for pair in rest.chunks_exact(2) {
            let [(between, place), (Piece::Number(next), own)] = pair else {
                break;
            };
            let word = self.text(self.tokens.range(place.0, place.1)).trim();
            let joins = *between == Piece::Mark(Tok::Pause) || JOINS.contains(&word);
            let same = match (measure, next.measure) {
                (Measure::Money { .. }, Measure::Money { .. })
                | (Measure::Count { .. }, Measure::Count { .. }) => true,
                (one, other) => one == other && one == Measure::Percent,
            };
            if !joins || !same {
                break;
            }
            found.push((*next, *own));
        }
        found
    }

    /// A series ends; its pieces are not read again.
    fn read_to(&mut self, numbers: &Numbers) {
        if let Some((_, (_, end))) = numbers.last() {
            self.after(*end);
            self.skip = *end;
        }
    }

    /// The names before 分别, if they are as many as the numbers and each has a number of its own.
    fn names(&self, range: TextRange, count: usize) -> Option<SmallVec<[TextRange; 4]>> {
        let text = self.text(range);
        let mut parts = pauses(text);
        if parts.len() + 1 == count {
            let (from, to) = parts.pop()?;
            let (before, after) = joined(text.get(from..to)?)?;
            parts.push((from, from + before));
            parts.push((from + after, to));
        }
        if parts.len() != count {
            return None;
        }
        let names: Vec<&str> = parts
            .iter()
            .filter_map(|(from, to)| Some(text.get(*from..*to)?.trim()))
            .collect();
        let (last, others) = names.split_last()?;
        let first = others.first()?;
        if !self.is_of_this_year(text) {
            return None;
        }
        let is_name = |name: &&str| {
            name.len() <= LONGEST && name.contains(is_chinese) && !name.ends_with('等')
        };
        // 收入、支出: of what they come in and go out, the first name may say alone.
        let bare = |name: &&str| concept::stem(name).0.is_empty();
        if !names.iter().all(is_name) || names.iter().skip(1).any(bare) {
            return None;
        }
        let planned = match self.document.template.kind {
            DisclosureKind::FinalAccounts => "预算",
            DisclosureKind::Budget => "决算",
        };
        let of_all = OF_ALL.iter().chain([&planned]);
        let of_all = of_all.filter(|word| has(last, word));
        if of_all.into_iter().any(|word| !has(first, word)) {
            return None;
        }
        // 行政运行、招商引资项目支出 are both 项目支出.
        let splits = ["项目支出", "基本支出"];
        let of_split = |word: &&str| last.len() > word.len() && last.ends_with(*word);
        if splits
            .iter()
            .any(|word| of_split(word) && !first.ends_with(word))
        {
            return None;
        }
        let end = |name: &str| name.chars().rev().take(2).collect::<SmallVec<[char; 2]>>();
        let of_source = |name: &&str| SOURCES.iter().any(|word| has(name, word));
        if names.iter().any(of_source)
            && !names
                .iter()
                .all(|name| of_source(name) && end(name) == end(last))
        {
            return None;
        }
        let place = |(from, to): (usize, usize)| {
            let at =
                |offset: usize| Some(range.start().saturating_add(u32::try_from(offset).ok()?));
            Some(TextRange::new(at(from)?, at(to)?))
        };
        parts.into_iter().map(place).collect()
    }

    /// The words before 分别 that may be names: from where the clause begins, though it has had numbers.
    pub(super) fn named_before(&self, to: u32) -> TextRange {
        let mut at = to;
        let mut depth = 0_u32;
        while at > self.begin {
            let before = at - 1;
            let dated = self.tokens.kind(at) == Some(Tok::Year);
            match self.tokens.kind(before) {
                Some(Tok::Close) => depth += 1,
                Some(Tok::Open) if depth == 0 => break,
                Some(Tok::Open) => depth -= 1,
                Some(Tok::Number) if depth == 0 && !dated => {
                    // 其余 2 个项目某某
                    if self.tokens.kind(at) == Some(Tok::Measure) {
                        at += 1;
                    }
                    break;
                }
                Some(
                    Tok::Comma
                    | Tok::Semicolon
                    | Tok::Stop
                    | Tok::Break
                    | Tok::Colon
                    | Tok::OfWhich
                    | Tok::Consists
                    | Tok::MainlyConsists
                    | Tok::Reason,
                )
                | None => break,
                _ => {}
            }
            at = before;
        }
        let start = self.tokens.range(at, to);
        let text = self.text(start);
        let own = text.trim_start();
        // 2 个项目某某 is called 某某.
        let counted = at > 0 && self.tokens.kind(at - 1) == Some(Tok::Measure);
        let own = match counted {
            true => own.strip_prefix("项目").unwrap_or(own),
            false => own,
        };
        let cut = u32::try_from(text.len() - own.len()).unwrap_or(0);
        TextRange::new(start.start().saturating_add(cut), start.end())
    }

    /// The names before a number that 分别 or 依次 leads to: …分别安排, …依次为.
    pub(super) fn names_before(&self, to: u32) -> Option<TextRange> {
        let mut at = to;
        while at > self.begin && self.tokens.kind(at - 1) == Some(Tok::Filler) {
            at -= 1;
        }
        // Cheap for what is said of one thing, as nearly everything is. 次 is a token of its own.
        let last = self.tokens.range(at.saturating_sub(2), at);
        self.each_at(last)?;
        self.each_at(self.named_before(at))
    }

    fn told(&mut self, name: TextRange, quantity: Quantity, span: Span) {
        let fact = self.fact(quantity, span, Role::Amount);
        let id = self.state(name);
        self.belongs(fact, id);
        if let Some(statement) = self.statement(id) {
            match quantity.measure {
                Measure::Count { .. } => statement.count = Some(fact),
                _ => statement.amount = Some(fact),
            }
        }
        if self.nested.len() < 2 {
            self.bears.stated = self.leaves(Some(id));
        }
    }

    /// 分别占 60%、40%: told of the statements before it, if there are as many. Says whether it is such a series.
    pub(super) fn spread(
        &mut self,
        told: Spread,
        first: (Quantity, Span),
        rest: &[(Piece, Span)],
    ) -> bool {
        let inner = match told {
            Spread::Share(of) => Some(of),
            Spread::Rate(_) => None,
            Spread::Change(base, _) => base,
        };
        let inner = inner.map_or("", |of| self.text(self.tokens.range(of.0, of.1)));
        let lead = self.tokens.range(self.clause, first.1.0);
        let spreads = self.each_at(lead).is_some() || EACH.iter().any(|word| has(inner, word));
        if !spreads || self.in_reason {
            return false;
        }
        let numbers = self.numbers(first, rest);
        let of = match numbers.len() {
            0 | 1 => SmallVec::new(),
            count => self.spread_over(first.1.0, count),
        };
        let ids = of.into_iter().map(Some).chain(std::iter::repeat(None));
        let word = self.word(first.1, Some(first.0));
        for (id, number) in ids.zip(&numbers) {
            self.spread_one(told, id, *number, word);
        }
        self.read_to(&numbers);
        true
    }

    /// One number of several, said of a statement, or of what isn't known.
    fn spread_one(
        &mut self,
        told: Spread,
        id: Option<StatementId>,
        (quantity, span): (Quantity, Span),
        word: TextRange,
    ) {
        let percent = quantity.measure == Measure::Percent;
        let role = match told {
            _ if id.is_none() => Role::Other,
            Spread::Share(_) => Role::Share,
            Spread::Rate(_) => Role::Rate,
            Spread::Change(..) if percent => Role::Growth,
            Spread::Change(..) => Role::Change,
        };
        let fact = self.fact(quantity, span, role);
        let Some(id) = id else { return };
        self.belongs(fact, id);
        let of = match told {
            Spread::Share(of) => self.shared_of(of),
            Spread::Rate(_) => TextRange::default(),
            Spread::Change(base, _) => base.map_or(word, |it| self.tokens.range(it.0, it.1)),
        };
        let Some(statement) = self.statement(id) else {
            return;
        };
        match told {
            Spread::Share(_) => statement.share = Some((fact, of)),
            Spread::Rate(kind) => statement.rates.push((kind, fact)),
            Spread::Change(base, direction) => statement.changes.push(Change {
                base: base.map(|_| of),
                direction,
                word,
                amount: (!percent).then_some(fact),
                percent: percent.then_some(fact),
                percent_direction: percent.then_some((direction, word)),
                prior: None,
                also: None,
            }),
        }
    }

    /// 支出总预算的比重分别为: what the shares are of.
    fn shared_of(&self, of: Span) -> TextRange {
        let of = self.tokens.range(of.0, of.1);
        let mut own = self
            .text(of)
            .trim_end_matches(['的', '为', '约', '是', ' ']);
        for word in EACH.iter().chain(&["比重", "比例", "的"]) {
            own = own.strip_suffix(word).unwrap_or(own);
        }
        let length = u32::try_from(own.len()).unwrap_or(0);
        TextRange::new(of.start(), of.start().saturating_add(length))
    }

    /// The statements that numbers are told of: those that are named, or the last ones, if they are as many.
    fn spread_over(&mut self, before: u32, count: usize) -> SmallVec<[StatementId; 4]> {
        const THEM: [&str; 13] = [
            "",
            "其",
            "两项",
            "二者",
            "两者",
            "三者",
            "三项",
            "四项",
            "两类",
            "三类",
            "四类",
            "各项",
            "上述各项",
        ];
        let lead = self.named_before(before);
        let own = self.each_at(lead).unwrap_or(lead);
        if !THEM.contains(&self.text(own).trim()) {
            self.looks_back(None, NEAR);
            return self.named_statements(own, count).unwrap_or_default();
        }
        let statements = &self.out.statements;
        let Some(last) = statements.last() else {
            return SmallVec::new();
        };
        let lost = self.lost == self.sentence;
        if lost || last.heading != self.heading || last.sentence + 1 < self.sentence {
            return SmallVec::new();
        }
        let from = match &self.series {
            // 支出 100 万元，办公费、邮电费分别为 …，分别占 …: those of the series.
            series if series.len() == count && series.end == statements.len() => series.start,
            _ => {
                let of_list = statements.iter().rev().take_while(|it| {
                    let same = last.list.is_some() || it.sentence == last.sentence;
                    same && it.list == last.list && it.heading == last.heading
                });
                let length = of_list.take(count + 1).count();
                let all = length == count;
                match statements.len().checked_sub(count).filter(|_| all) {
                    Some(from) => from,
                    None => return SmallVec::new(),
                }
            }
        };
        let ids = (from..from + count).filter_map(|at| StatementId::try_from(at).ok());
        ids.collect()
    }

    /// 货物、服务分别占 …: the last statement of each name.
    fn named_statements(
        &self,
        names: TextRange,
        count: usize,
    ) -> Option<SmallVec<[StatementId; 4]>> {
        let names = self.names(names, count)?.into_iter();
        let of = |name: TextRange| {
            let near = self.out.statements.iter().enumerate().rev().take(NEAR);
            let mut near = near.take_while(|(_, it)| it.heading == self.heading);
            let found = near.find(|(_, it)| {
                it.amount.is_some() && self.text(it.subject).trim() == self.text(name).trim()
            });
            StatementId::try_from(found?.0).ok()
        };
        names.map(of).collect()
    }

    /// Whether names are of no other year than the document's.
    fn is_of_this_year(&self, text: &str) -> bool {
        const OTHERS: [&str; 5] = ["上年", "去年", "上一年", "前年", "次年"];
        let own = self.document.front.year.map(|year| year.to_string());
        let mut years = text.match_indices('年');
        !OTHERS.iter().any(|word| has(text, word))
            && years.all(|(at, _)| {
                let before = text.get(..at).unwrap_or_default().trim_end();
                let dated = before.ends_with(char::is_numeric);
                !dated || own.as_ref().is_some_and(|own| before.trim_start() == own)
            })
    }
}

/// The places between pauses that stand in no brackets.
fn pauses(text: &str) -> SmallVec<[(usize, usize); 4]> {
    let mut found = SmallVec::new();
    let mut depth = 0_usize;
    let mut from = 0;
    for (at, c) in text.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            '、' if depth == 0 => {
                found.push((from, at));
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push((from, text.len()));
    found
}

/// Where a text is parted by the only word in it that may join two names.
fn joined(text: &str) -> Option<(usize, usize)> {
    let mut found = None;
    let mut rest = 0;
    while let Some((at, length)) = JOINS
        .iter()
        .filter_map(|word| Some((rest + text.get(rest..)?.find(word)?, word.len())))
        .min_by_key(|(at, length)| (*at, usize::MAX - length))
    {
        if found.is_some() {
            return None;
        }
        rest = at + length;
        found = Some((at, rest));
    }
    found.filter(|(before, after)| *before > 0 && *after < text.len())
}
