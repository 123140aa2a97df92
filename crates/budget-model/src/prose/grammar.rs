//! The grammar of what is said of numbers: changes, shares, rates, amounts, counts and dates, as
//! chumsky parsers over tokens. What they don't know is a word or a mark, and stays one.

use chumsky::{extra::Default as NoError, prelude::*};

use super::lexer::{Direction, Tok};
use crate::Unit;

/// What a number is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Measure {
    /// 元, 万元, 亿元; `0.3 万` is 万元 with its end left off.
    Money {
        /// The unit.
        unit: Unit,
        /// Without 元.
        short: bool,
    },
    /// %
    Percent,
    /// 个百分点
    Points,
    /// 倍
    Times,
    /// Things.
    Count {
        /// `3万人`: powers of ten that the number is to be multiplied by.
        shift: u8,
    },
    /// Nothing.
    None,
}

/// A number with its unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Quantity {
    /// Token of the number.
    pub(crate) number: u32,
    /// A minus before it.
    pub(crate) negative: bool,
    pub(crate) measure: Measure,
}

/// What a rate is of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RateKind {
    /// 完成率, 执行率: the actual amount over the planned one.
    Completion,
    /// 预决算差异率: the difference over the planned amount.
    Difference,
}

/// Tokens from and to.
pub(crate) type Span = (u32, u32);

/// A piece of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    /// 比上年增加 3 万元, 下降 5%, 与上年持平
    Change {
        base: Option<Span>,
        direction: Direction,
        quantity: Option<Quantity>,
    },
    /// 与上年相比
    Base(Span),
    /// 占 58%, 占采购支出总额的 11.60%
    Share { of: Span, quantity: Quantity },
    /// 完成年初预算的 95%, 预决算差异率 -20.62%, 完成预算 22 万元的 68.2%
    Rate {
        kind: RateKind,
        plan: Option<(Quantity, Span)>,
        quantity: Quantity,
    },
    /// A number, alone or with its unit.
    Number(Quantity),
    /// A number that is a limit (`50 万元以上`), a date or a number of a list.
    Aside,
    /// Any other word.
    Word,
    /// A word or mark that parts or joins: itself.
    Mark(Tok),
}

/// Most words between 比 and the direction, or between 占 and the number.
const REACH: usize = 24;

type In<'t> = &'t [Tok];

/// Reads all tokens; never fails, for every token is some piece.
pub(crate) fn parse(tokens: &[Tok]) -> Vec<(Piece, Span)> {
    let pieces = pieces(tokens.len());
    pieces.parse(tokens).into_output().unwrap_or_default()
}

fn tokens(span: SimpleSpan) -> Span {
    let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    (at(span.start), at(span.end))
}

fn spanned<'t>(
    parser: impl Parser<'t, In<'t>, (), NoError> + Clone,
) -> impl Parser<'t, In<'t>, Span, NoError> + Clone {
    parser.map_with(|(), extra| tokens(extra.span()))
}

/// `3 万元`, `-5.2%`, `12 辆`, `3万人`
fn quantity<'t>() -> impl Parser<'t, In<'t>, Quantity, NoError> + Clone {
    let money = |unit, short| Measure::Money { unit, short };
    let count = |shift| Measure::Count { shift };
    let measure = choice((
        just(Tok::Wan).then(just(Tok::Measure)).to(count(4)),
        just(Tok::Measure).to(count(0)),
        just(Tok::WanYuan).to(money(Unit::TenThousandYuan, false)),
        just(Tok::Yuan).to(money(Unit::Yuan, false)),
        just(Tok::YiYuan).to(money(Unit::HundredMillionYuan, false)),
        just(Tok::Wan).to(money(Unit::TenThousandYuan, true)),
        just(Tok::Yi).to(money(Unit::HundredMillionYuan, true)),
        just(Tok::Percent).to(Measure::Percent),
        just(Tok::Points).to(Measure::Points),
        just(Tok::Times).to(Measure::Times),
    ));
    let number = just(Tok::Number)
        .ignored()
        .map_with(|(), extra| tokens(extra.span()).0);
    just(Tok::Minus)
        .or_not()
        .then(number)
        .then(measure.or_not())
        .map(|((minus, number), measure)| Quantity {
            number,
            negative: minus.is_some(),
            measure: measure.unwrap_or(Measure::None),
        })
}

/// A quantity in percent.
fn percent<'t>() -> impl Parser<'t, In<'t>, Quantity, NoError> + Clone {
    quantity().filter(|quantity| quantity.measure == Measure::Percent)
}

/// Words that mean nothing by themselves, or stand between a word and its number.
fn word<'t>() -> impl Parser<'t, In<'t>, (), NoError> + Clone {
    select! { Tok::Word | Tok::Filler | Tok::Measure | Tok::Year => () }
}

/// What parts or joins.
fn mark<'t>() -> impl Parser<'t, In<'t>, Piece, NoError> + Clone {
    let mark = select! {
        mark @ (Tok::Comma | Tok::Pause | Tok::Semicolon | Tok::Stop | Tok::Break | Tok::Colon | Tok::Open
        | Tok::Close | Tok::OfWhich | Tok::Consists | Tok::MainlyConsists | Tok::Reason) => mark,
    };
    mark.map(Piece::Mark)
}

/// Whether a token ends what is compared.
fn ends_base(tok: &Tok) -> bool {
    ends_clause(tok)
        || matches!(
            tok,
            Tok::Flat | Tok::Compared | Tok::Share | Tok::OfWhich | Tok::Reason
        )
}

/// Whether a token ends what stands between a word and its number.
fn ends_clause(tok: &Tok) -> bool {
    matches!(
        tok,
        Tok::Comma
            | Tok::Semicolon
            | Tok::Stop
            | Tok::Break
            | Tok::Colon
            | Tok::Number
            | Tok::Up
            | Tok::Down
    )
}

/// `most` are no fewer pieces than there will be.
fn pieces<'t>(most: usize) -> impl Parser<'t, In<'t>, Vec<(Piece, Span)>, NoError> {
    let direction = select! {
        Tok::Up => Direction::Up,
        Tok::Down => Direction::Down,
    };
    let year = just(Tok::Number).then(just(Tok::Year)).ignored();
    let fill = just(Tok::Filler).ignored().repeated().at_most(4);
    // 比上年, 较 2022 年收支预算总数, 与年初预算, 同比
    let compared = choice((
        just(Tok::SameTime).ignored(),
        just(Tok::Compare)
            .then(choice((
                just(Tok::Base).ignored(),
                year,
                just(Tok::Number).then(just(Tok::Base)).ignored(),
            )))
            .then(
                choice((year, any().filter(|tok| !ends_base(tok)).ignored()))
                    .repeated()
                    .at_most(REACH),
            )
            .ignored(),
    ));
    let moved = direction.then_ignore(fill).then(quantity());
    let moved = moved.map(|(direction, quantity)| (direction, Some(quantity)));
    let flat = just(Tok::Flat).to((Direction::Flat, None));
    let change = |base, (direction, quantity)| Piece::Change {
        base,
        direction,
        quantity,
    };
    let from_base = spanned(compared)
        .then(choice((
            moved.clone().map(Some),
            flat.map(Some),
            just(Tok::Compared).or_not().to(None),
        )))
        .map(move |(base, moved)| match moved {
            Some(moved) => change(Some(base), moved),
            None => Piece::Base(base),
        });
    let change = moved.map(move |moved| change(None, moved));
    let between = choice((
        year,
        any()
            .filter(|tok| !ends_clause(tok) && *tok != Tok::Minus)
            .ignored(),
    ))
    .repeated()
    .at_most(REACH);
    let share = just(Tok::Share)
        .ignore_then(spanned(between.ignored()))
        .then(percent())
        .map(|(of, quantity)| Piece::Share { of, quantity });
    let kind = select! {
        Tok::Done => RateKind::Completion,
        Tok::Differs => RateKind::Difference,
    };
    let money = quantity()
        .filter(|quantity| matches!(quantity.measure, Measure::Money { .. }))
        .map_with(|quantity, extra| (quantity, tokens(extra.span())));
    let plan = one_of([Tok::Word, Tok::Year, Tok::Filler])
        .repeated()
        .at_most(2)
        .then(just(Tok::Base))
        .then(fill)
        .then(just(Tok::Open).or_not())
        .ignore_then(money)
        .then_ignore(just(Tok::Close).or_not())
        .then_ignore(just(Tok::Word).or_not());
    let rate = choice((
        kind.then(plan.clone())
            .then(percent())
            .map(|((kind, plan), quantity)| Piece::Rate {
                kind,
                plan: Some(plan),
                quantity,
            }),
        kind.then_ignore(between)
            .then(percent())
            .map(|(kind, quantity)| Piece::Rate {
                kind,
                plan: None,
                quantity,
            }),
        // 完成预算 0 万元的--%
        kind.then(plan).to(Piece::Aside),
    ));
    // 2019 年 12 月 31 日, 2 月-11 月; 1 至 3 月
    let date = just(Tok::Number)
        .then(one_of([Tok::Year, Tok::Day]))
        .to(Piece::Aside);
    let number = quantity()
        .then(just(Tok::Limit).or_not())
        .map(|(quantity, limit)| match limit {
            Some(_) => Piece::Aside,
            None => Piece::Number(quantity),
        });
    // 了, 共, 为: between a word and its number, or in the middle of a word.
    let words = word().repeated().at_least(1).to(Piece::Word);
    let piece = choice((
        words,
        mark(),
        date,
        number,
        from_base,
        change,
        share,
        rate,
        any().to(Piece::Word),
    ))
    .map_with(|piece, extra| (piece, tokens(extra.span())));
    let none = empty().map(move |()| Vec::with_capacity(most));
    none.foldl(piece.repeated(), |mut pieces, piece| {
        pieces.push(piece);
        pieces
    })
}
