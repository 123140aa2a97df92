//! Paths, expressions, slots and identities as chumsky grammars over [`Tok`].

use chumsky::input::MapExtra;
use chumsky::prelude::*;

use super::explain::{COMPARISON, STEP, VALUE, VARIABLE};
use super::lex::Tok;
use super::{
    Argument, BinaryOp, Binder, Comparison, Condition, Expr, Identity, Level, Path, Segment,
    SlotExpr, Spanned,
};
use crate::TextRange;

/// The text behind the tokens.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    pub(super) places: &'t [TextRange],
}

impl<'t> Source<'t> {
    /// Where tokens stand; an empty run is empty after the token before it.
    pub(super) fn range(self, tokens: SimpleSpan) -> TextRange {
        let place = |index: usize| self.places.get(index).copied();
        let before = || {
            let last = tokens.start.checked_sub(1).and_then(place);
            TextRange::empty(last.map_or(0, TextRange::end))
        };
        if tokens.start >= tokens.end {
            return before();
        }
        match (place(tokens.start), place(tokens.end - 1)) {
            (Some(first), Some(last)) => first.cover(last),
            _ => before(),
        }
    }

    fn of(self, tokens: SimpleSpan) -> &'t str {
        self.range(tokens).of(self.text)
    }
}

/// The error types these grammars are read with.
pub(super) trait ExprError<'t>:
    chumsky::error::Error<'t, &'t [Tok]> + chumsky::error::LabelError<'t, &'t [Tok], &'static str> + 't
{
}

impl<'t, E> ExprError<'t> for E where
    E: chumsky::error::Error<'t, &'t [Tok]>
        + chumsky::error::LabelError<'t, &'t [Tok], &'static str>
        + 't
{
}

type With<E> = chumsky::extra::Err<E>;
type Extra<'t, 'b, E> = MapExtra<'t, 'b, &'t [Tok], With<E>>;

/// A grammar that gives `O`.
trait Rule<'t, O, E: ExprError<'t>>: Parser<'t, &'t [Tok], O, With<E>> + Clone + 't {}
impl<'t, O, E: ExprError<'t>, P: Parser<'t, &'t [Tok], O, With<E>> + Clone + 't> Rule<'t, O, E>
    for P
{
}

fn text_of<'t, E: ExprError<'t>>(
    source: Source<'t>,
    rule: impl Rule<'t, (), E>,
) -> impl Rule<'t, Spanned<&'t str>, E> {
    rule.map_with(move |(), extra: &mut Extra<'t, '_, E>| Spanned {
        node: source.of(extra.span()),
        range: source.range(extra.span()),
    })
}

fn spanned<'t, O: 't, E: ExprError<'t>>(
    source: Source<'t>,
    rule: impl Rule<'t, O, E>,
) -> impl Rule<'t, Spanned<O>, E> {
    rule.map_with(move |node, extra: &mut Extra<'t, '_, E>| Spanned {
        node,
        range: source.range(extra.span()),
    })
}

/// A name as it is kept: without its marks, a code in ASCII digits.
fn name_text(raw: &str) -> String {
    if let Some(inner) = raw
        .strip_prefix('【')
        .and_then(|raw| raw.strip_suffix('】'))
    {
        return inner.trim().to_owned();
    }
    if raw.chars().all(|c| ascii_digit(c).is_some()) {
        return raw.chars().filter_map(ascii_digit).collect();
    }
    raw.to_owned()
}

/// A digit in ASCII, from its full-width twin too.
fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// `上年结转结余/单位资金`, `【财政拨款（补助）】`
fn name<'t, E: ExprError<'t>>(
    source: Source<'t>,
    part: impl Rule<'t, (), E>,
) -> impl Rule<'t, Vec<String>, E> {
    text_of(source, part)
        .map(|part| name_text(part.node))
        .separated_by(just(Tok::Slash))
        .at_least(1)
        .collect()
}

fn variable<'t, E: ExprError<'t>>(source: Source<'t>) -> impl Rule<'t, String, E> {
    let word = text_of(source, just(Tok::Word).ignored()).labelled(VARIABLE);
    just(Tok::At)
        .ignore_then(word)
        .map(|word| word.node.to_owned())
}

/// What may stand before the first dot of a path.
fn first_segment<'t, E: ExprError<'t>>(source: Source<'t>) -> impl Rule<'t, Segment, E> {
    let part = one_of([Tok::Word, Tok::Quoted]).ignored();
    choice((
        variable(source).map(Segment::Variable),
        name(source, part).map(Segment::Name),
    ))
}

/// What may stand after a dot.
fn segment<'t, E: ExprError<'t>>(source: Source<'t>) -> impl Rule<'t, Segment, E> {
    // After a dot a bracket can only belong to a name: `（三）`, `预算数（万元）`.
    let group = just(Tok::Open)
        .then(none_of([Tok::Open, Tok::Close]).repeated())
        .then(just(Tok::Close))
        .ignored();
    // Two words side by side have a space between them: no name.
    let plain = one_of([Tok::Word, Tok::Digits]).ignored();
    let bracketed = plain
        .or_not()
        .then(group.then(plain.or_not()).repeated().at_least(1))
        .ignored();
    let part = choice((just(Tok::Quoted).ignored(), bracketed, plain));
    let column = name(source, part).map(|names| names.join("/"));
    let columns = column
        .clone()
        .then_ignore(just(Tok::Dots))
        .then(column)
        .delimited_by(just(Tok::SquareOpen), just(Tok::SquareClose))
        .map(|(from, to)| Segment::Columns { from, to });
    choice((
        just(Tok::Star).to(Segment::All),
        variable(source).map(Segment::Variable),
        columns,
        name(source, part).map_with(move |names, extra: &mut Extra<'t, '_, E>| {
            match source.of(extra.span()).starts_with('【') {
                true => Segment::Name(names),
                false => keyword_or_name(names),
            }
        }),
    ))
    .labelled(STEP)
}

/// The words that are steps of their own, where they aren't written between `【` and `】`; any of them is a name with
/// another name beside it or before the first dot.
fn keyword_or_name(names: Vec<String>) -> Segment {
    let [name] = names.as_slice() else {
        return Segment::Name(names);
    };
    match name.as_str() {
        "下级" => Segment::Children,
        "类" => Segment::Level(Level::Class),
        "款" => Segment::Level(Level::Paragraph),
        "项" => Segment::Level(Level::Item),
        "段" => Segment::Segments,
        other => match column_number(other) {
            Some(number) => Segment::ColumnNumber(number),
            None => Segment::Name(names),
        },
    }
}

/// `栏(n)`
fn column_number(name: &str) -> Option<u16> {
    let inner = name.strip_prefix('栏')?.trim();
    let inner = inner.strip_prefix(['(', '（'])?;
    let inner = inner.strip_suffix([')', '）'])?.trim();
    let digits: Option<String> = inner.chars().map(ascii_digit).collect();
    digits?.parse().ok()
}

pub(super) fn path<'t, E: ExprError<'t>>(
    source: Source<'t>,
) -> impl Parser<'t, &'t [Tok], Path, With<E>> + Clone + 't {
    let rest = just(Tok::Dot)
        .ignore_then(spanned(source, segment(source)))
        .repeated();
    spanned(source, first_segment(source))
        .map(|first| vec![first])
        .foldl(rest, |mut segments, next| {
            segments.push(next);
            segments
        })
        .map(|segments| Path { segments })
}

fn number<'t, E: ExprError<'t>>(source: Source<'t>) -> impl Rule<'t, Expr, E> {
    let number = one_of([Tok::Digits, Tok::Grouped])
        .then(just(Tok::Dot).then(just(Tok::Digits)).or_not())
        .ignored();
    text_of(source, number).map(|number| {
        Expr::Number(
            number
                .node
                .chars()
                .filter_map(|c| match c {
                    '.' | '．' | '。' => Some('.'),
                    c => ascii_digit(c),
                })
                .collect(),
        )
    })
}

fn binary(lhs: Spanned<Expr>, (op, rhs): (BinaryOp, Spanned<Expr>)) -> Spanned<Expr> {
    Spanned {
        range: lhs.range.cover(rhs.range),
        node: Expr::Binary {
            op,
            lhs: Box::new(lhs),
            rhs: Box::new(rhs),
        },
    }
}

fn expr<'t, E: ExprError<'t>>(
    source: Source<'t>,
) -> impl Parser<'t, &'t [Tok], Spanned<Expr>, With<E>> + Clone + 't {
    recursive(|expr| {
        let word = text_of(source, just(Tok::Word).ignored()).map(|word| Spanned {
            node: word.node.to_owned(),
            range: word.range,
        });
        let named = word.clone().then_ignore(just(Tok::Equal));
        let argument = named
            .or_not()
            .then(expr.clone())
            .map(|(name, value)| Argument { name, value });
        let call = word
            .then_ignore(just(Tok::Open))
            .then(argument.separated_by(just(Tok::Comma)).collect())
            .then_ignore(just(Tok::Close))
            .map(|(name, args)| Expr::Call { name, args });
        let path = path(source).map(Expr::Path);
        let grouped = expr
            .delimited_by(just(Tok::Open), just(Tok::Close))
            .map(|inner: Spanned<Expr>| inner.node);
        let atom = spanned(source, choice((number(source), call, path, grouped)))
            .labelled(VALUE)
            .boxed();
        let negated = just(Tok::Minus)
            .ignore_then(atom.clone())
            .map(|inner| Expr::Negate(Box::new(inner)));
        let factor = choice((spanned(source, negated), atom)).boxed();
        let times = choice((
            just(Tok::Star).to(BinaryOp::Mul),
            one_of([Tok::Divide, Tok::Slash]).to(BinaryOp::Div),
        ));
        let product = factor
            .clone()
            .foldl(times.then(factor).repeated(), binary)
            .boxed();
        let plus = choice((
            just(Tok::Plus).to(BinaryOp::Add),
            just(Tok::Minus).to(BinaryOp::Sub),
        ));
        product.clone().foldl(plus.then(product).repeated(), binary)
    })
}

/// What stands between `{` and `}`.
pub(super) fn slot<'t, E: ExprError<'t>>(
    source: Source<'t>,
) -> impl Parser<'t, &'t [Tok], SlotExpr, With<E>> + 't {
    let name = text_of(source, one_of([Tok::Word, Tok::Quoted]).ignored())
        .map(|name| Spanned {
            node: name_text(name.node),
            range: name.range,
        })
        .labelled("这个数的名字");
    let decimals = text_of(source, just(Tok::Digits).ignored())
        .filter(|digits| decimals(digits.node).is_some())
        .map(|digits| decimals(digits.node))
        .labelled("小数位数（0 到 9）");
    expr(source)
        .then(just(Tok::As).ignore_then(name).or_not())
        .then(just(Tok::Bar).ignore_then(decimals).or_not())
        .then_ignore(end())
        .map(|((expr, binding), decimals)| SlotExpr {
            expr,
            decimals: decimals.flatten(),
            binding,
        })
}

fn decimals(digits: &str) -> Option<u8> {
    let mut chars = digits.chars();
    let digit = chars.next().and_then(ascii_digit)?;
    match chars.next() {
        None => u8::try_from(digit.to_digit(10)?).ok(),
        Some(_) => None,
    }
}

/// A path alone, as in `于` or in a template.
pub(super) fn only_path<'t, E: ExprError<'t>>(
    source: Source<'t>,
) -> impl Parser<'t, &'t [Tok], Path, With<E>> + 't {
    path(source).then_ignore(end())
}

/// `每 @科目 有下级, @列 于 表三: …`
pub(super) fn identity<'t, E: ExprError<'t>>(
    source: Source<'t>,
) -> impl Parser<'t, &'t [Tok], Identity, With<E>> + 't {
    let binder =
        variable(source)
            .then(just(Tok::HasChildren).or_not())
            .map(|(variable, children)| Binder {
                variable,
                has_children: children.is_some(),
            });
    let binders = spanned(source, binder)
        .labelled(VARIABLE)
        .separated_by(just(Tok::Comma))
        .at_least(1)
        .collect();
    let tables = spanned(source, path(source))
        .labelled("表名，例如 表三")
        .separated_by(just(Tok::Comma))
        .at_least(1)
        .collect();
    let quantifier = just(Tok::Each)
        .ignore_then(binders)
        .then_ignore(just(Tok::Of))
        .then(tables)
        .then_ignore(just(Tok::Colon))
        .or_not()
        .map(Option::unwrap_or_default);
    quantifier
        .then(condition(source))
        .then_ignore(end())
        .map(|((binders, domains), body)| Identity {
            binders,
            domains,
            body,
        })
}

fn condition<'t, E: ExprError<'t>>(source: Source<'t>) -> impl Rule<'t, Spanned<Condition>, E> {
    let comparison = choice((
        just(Tok::Equal).to(Comparison::Equal),
        just(Tok::AtMost).to(Comparison::AtMost),
        just(Tok::AtLeast).to(Comparison::AtLeast),
        just(Tok::About).to(Comparison::About),
    ))
    .labelled(COMPARISON);
    let expr = expr(source).boxed();
    let others = expr
        .clone()
        .separated_by(just(Tok::Or))
        .at_least(1)
        .collect::<Vec<_>>();
    let relation = comparison.then(others);
    // A call alone is a predicate; whatever else must be compared.
    let predicate = expr
        .clone()
        .filter(|expr| matches!(&expr.node, Expr::Call { args, .. } if args.iter().all(|a| a.name.is_none())))
        .map(|expr| match expr.node {
            Expr::Call { name, args } => Condition::Predicate {
                name,
                args: args.into_iter().map(|argument| argument.value).collect(),
            },
            // The filter lets nothing else through.
            node => Condition::Relation {
                lhs: Spanned { node, range: expr.range },
                op: Comparison::Equal,
                rhs: Vec::new(),
            },
        });
    let compared = expr
        .then(relation)
        .map(|(lhs, (op, rhs))| Condition::Relation { lhs, op, rhs });
    let simple = spanned(source, choice((compared, predicate))).boxed();
    let then = just(Tok::Then)
        .ignore_then(simple.clone())
        .map(|then| (true, then));
    let iff = just(Tok::Iff)
        .ignore_then(simple.clone())
        .map(|iff| (false, iff));
    simple
        .then(choice((then, iff)).or_not())
        .map(|(first, second)| match second {
            None => first,
            Some((implies, second)) => {
                let range = first.range.cover(second.range);
                let (first, second) = (Box::new(first), Box::new(second));
                Spanned {
                    node: if implies {
                        Condition::Implies(first, second)
                    } else {
                        Condition::Iff(first, second)
                    },
                    range,
                }
            }
        })
}
