//! The structure of lines, as chumsky grammars over token kinds.
//!
//! Every grammar is generic over its error: text is read with [`EmptyErr`](chumsky::error::EmptyErr),
//! which costs nothing, and only a line that failed is read again with `Rich` for its message.
//! Nodes go to the [`Sink`] from `map_with`, which runs only where an output is asked for: hence
//! `collect::<()>()` and no `ignored()` around them.

use chumsky::extra::{Full, SimpleState};
use chumsky::input::MapExtra;
use chumsky::prelude::*;

use crate::token::TokenKind as T;
use crate::tree::Span;

/// Where the nodes of a line are put: token ranges from the line's first token.
#[derive(Default)]
pub(crate) struct Sink {
    pub(crate) cells: Vec<Span>,
    pub(crate) comments: Vec<Span>,
}

/// What a grammar needs to know of its error type.
pub(crate) trait LineError<'t>:
    chumsky::error::Error<'t, &'t [T]> + chumsky::error::LabelError<'t, &'t [T], &'static str> + 't
{
}

impl<'t, E> LineError<'t> for E where
    E: chumsky::error::Error<'t, &'t [T]>
        + chumsky::error::LabelError<'t, &'t [T], &'static str>
        + 't
{
}

/// The extra of all grammars here.
pub(crate) type With<E> = Full<E, SimpleState<Sink>, ()>;

type Extra<'t, 'b, E> = MapExtra<'t, 'b, &'t [T], With<E>>;

fn span(span: SimpleSpan) -> Span {
    let index = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(index(span.start), index(span.end))
}

fn blanks<'t, E: LineError<'t>>() -> impl Parser<'t, &'t [T], (), With<E>> + Copy {
    one_of([T::Space, T::WideSpace]).repeated()
}

/// `<!-- … -->` on one line.
fn comment<'t, E: LineError<'t>>() -> impl Parser<'t, &'t [T], (), With<E>> + Copy {
    just(T::CommentOpen)
        .then(none_of([T::CommentClose, T::Newline]).repeated())
        .then(just(T::CommentClose).labelled("-->"))
        .map_with(|_, extra: &mut Extra<'t, '_, E>| {
            let place = span(extra.span());
            extra.state().comments.push(place);
        })
}

/// `| a | b |`: the cells go to the sink, the blank one after the last bar too.
pub(crate) fn row<'t, E: LineError<'t>>() -> impl Parser<'t, &'t [T], (), With<E>> + Copy {
    let text = none_of([T::Bar, T::Newline, T::CommentOpen]).ignored();
    cells(choice((text, comment())).repeated().collect::<()>())
}

/// A row whose comment isn't closed: its marks are text.
pub(crate) fn row_without_comments<'t, E: LineError<'t>>()
-> impl Parser<'t, &'t [T], (), With<E>> + Copy {
    cells(
        none_of([T::Bar, T::Newline])
            .ignored()
            .repeated()
            .collect::<()>(),
    )
}

fn cells<'t, E: LineError<'t>>(
    content: impl Parser<'t, &'t [T], (), With<E>> + Copy,
) -> impl Parser<'t, &'t [T], (), With<E>> + Copy {
    let cell = content.map_with(|(), extra: &mut Extra<'t, '_, E>| {
        let place = span(extra.span());
        extra.state().cells.push(place);
    });
    blanks()
        .then(just(T::Bar))
        .ignore_then(cell.separated_by(just(T::Bar)).collect::<()>())
        .then_ignore(just(T::Newline).or_not())
        .then_ignore(end())
}

/// `| --- | ---: |`
pub(crate) fn delimiter<'t, E: LineError<'t>>() -> impl Parser<'t, &'t [T], (), With<E>> + Copy {
    let colon = just(T::Colon).or_not();
    let cell = blanks()
        .then(colon)
        .then(just(T::Dash).repeated().at_least(1).labelled("---"))
        .then(colon)
        .then(blanks())
        .ignored();
    blanks()
        .then(just(T::Bar).labelled("|"))
        .then(
            cell.separated_by(just(T::Bar).labelled("|"))
                .at_least(1)
                .allow_trailing(),
        )
        .then(blanks())
        .then(just(T::Newline).or_not())
        .then(end())
        .ignored()
}

/// `## 标题`: gives the tokens of its mark.
pub(crate) fn heading<'t, E: LineError<'t>>() -> impl Parser<'t, &'t [T], Span, With<E>> + Copy {
    blanks()
        .ignore_then(just(T::Hash).map_with(|_, extra| span(extra.span())))
        .then_ignore(blanks())
        .then_ignore(none_of([T::Newline]).labelled("标题"))
        .then_ignore(any().repeated())
}

/// What stands before the colon of `键：值`: no clause mark, no colon but between brackets.
pub(crate) fn key<'t, E: LineError<'t>>() -> impl Parser<'t, &'t [T], Span, With<E>> + Copy {
    let bracketed = just(T::Open)
        .then(none_of([T::Close, T::Newline]).repeated())
        .then(just(T::Close))
        .ignored();
    let plain = none_of([
        T::Open,
        T::Colon,
        T::Stop,
        T::Newline,
        T::BraceOpen,
        T::CommentOpen,
    ])
    .ignored();
    choice((plain, bracketed))
        .repeated()
        .at_least(1)
        .map_with(|(), extra| span(extra.span()))
        .then_ignore(just(T::Colon).labelled("冒号"))
        .then_ignore(any().repeated())
}
