/**
 * The lines of a budget disclosure, and what stands between `{` and `}`.
 *
 * What a block is, only the shape of its lines says; that takes looking ahead (is there a second `---`? is
 * the next line a row?), which src/scanner.c does. Every text has a tree without errors: a `{…}` that can't be
 * read is `unread`, a line that fits nowhere is a paragraph. What is wrong is the language server's to say.
 *
 * The reference is ../README.md; `cargo nextest run -p tree-sitter-budget` compares with the real parser.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const LEVELS = [1, 2, 3, 4, 5, 6];

/** `{…}` holds no line end and no brace. */
const INSIDE = '{}｛｝\\r\\n';
/** What can't be in a word: the marks of an expression and white space. */
const MARKS =
  '\\s\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000.．。,，:：+＋\\-－−*＊×/／÷=＝<＜>＞≤≦≥≧≈≒()（）\\[［\\]］【】@＠|｜\\\\{}｛｝';

/** One or more, with a separator between two. */
const separated = (separator, rule) => seq(rule, repeat(seq(separator, rule)));

module.exports = grammar({
  name: 'budget',

  extras: (_) => [/[ \t\u3000\u00A0\uFEFF]/],

  // The order is that of the enum in src/scanner.c.
  externals: ($) => [
    // Where a line begins; those that end in `start` are empty.
    $._front_matter_open,
    $._front_matter_close,
    $._front_matter_end,
    $._entry_start,
    $._stray_start,
    $._mark_1,
    $._mark_2,
    $._mark_3,
    $._mark_4,
    $._mark_5,
    $._mark_6,
    $._item_mark,
    $._row_start,
    $._delimiter_start,
    $._comment_open,
    $._rule,
    $._field_start,
    $._text_start,
    $._blank,
    // Where a line ends.
    $._line_end,
    $._soft_break,
    $._item_break,
    $._row_break,
    $._entry_break,
    $._newline,
    // In a line.
    $._key,
    $._colon,
    $._text,
    $._bar,
    $._cell_number,
    $._cell_code,
    $._cell_mark,
    $._cell_hole,
    $._emphasis,
    $._line_break,
    $._trailing_open,
    $._inline_open,
    $._prose_number,
    $._unit,
    $._hole,
    $._escape,
    $._slot_open,
    // In a comment.
    $._directive,
    $._suppress,
    $._rule_name,
    $._comment_separator,
    $._comment_text,
    $._comment_close,
    // In an expression.
    $._divide,
    $._name_slash,
    $._digits,
    $._grouped,
    $._as,
    $._keyword,
    // Valid nowhere: tells that the parser is recovering from an error.
    $._error,
  ],

  // What can be read and what can't (`unread`) begin alike: both are followed, and what can be read wins. After a
  // name a `/` may lead on to another name or divide.
  conflicts: ($) => [
    [$._name],
    [$.group, $._unread_token],
    [$.negation, $._unread_token],
    [$.variable, $._unread_token],
    [$._first_name],
    [$.quoted_name, $._unread_token],
    [$.function, $._unread_token],
    [$._first_part, $._unread_token],
    [$.number, $._unread_token],
  ],

  inline: ($) => [$._block],

  rules: {
    document: ($) =>
      seq(
        optional(prec.right(seq($.front_matter, optional($._line_end)))),
        repeat($._block),
        repeat(anySection($, 0)),
      ),

    // ---- blocks

    front_matter: ($) =>
      seq(
        $._front_matter_open,
        alias($._text, '---'),
        $._line_end,
        repeat(choice(seq(choice($.entry, $.stray), $._line_end), $._blank)),
        choice(seq($._front_matter_close, alias($._text, '---')), $._front_matter_end),
      ),

    entry: ($) =>
      seq(
        $._entry_start,
        field('key', alias($._key, $.key)),
        alias($._colon, ':'),
        optional(seq(optional($._entry_break), field('value', alias($._entry_value, $.value)))),
      ),
    _entry_value: ($) => separated($._entry_break, repeat1(choice($._text, $.hole))),
    /** A line of the front matter that is no `键: 值`. */
    stray: ($) => seq($._stray_start, repeat1(choice($._text, $.hole))),

    ...Object.fromEntries(
      LEVELS.flatMap((level) => [
        [`_heading_${level}`, ($) => heading($, $[`_mark_${level}`])],
        [
          `_section_${level}`,
          ($) =>
            // A deeper heading is in it, not after it.
            prec.right(
              seq(
                alias($[`_heading_${level}`], $.heading),
                $._line_end,
                repeat($._block),
                ...(level < 6 ? [repeat(anySection($, level))] : []),
              ),
            ),
        ],
      ]),
    ),
    title: ($) => repeat1(choice($._text, $.hole, $.escape)),

    _block: ($) =>
      choice(
        $._blank,
        seq($.table, $._line_end),
        seq($.list_item, $._line_end),
        seq($.paragraph, $._line_end),
        // What follows a comment on its line is a block of its own.
        prec.right(seq($.comment, optional($._line_end))),
      ),

    table: ($) =>
      seq(
        alias($._cells, $.header_row),
        optional(seq($._row_gap, $.delimiter_row)),
        repeat(seq($._row_gap, alias($._cells, $.row))),
      ),
    _row_gap: ($) => seq($._row_break, repeat(seq($.comment, $._newline))),
    _cells: ($) =>
      seq(
        alias($._row_start, '|'),
        optional($._cell),
        repeat(seq(alias($._bar, '|'), optional($._cell))),
      ),
    _cell: ($) =>
      choice(
        seq($.cell, repeat(alias($._trailing_comment, $.comment))),
        repeat1(alias($._trailing_comment, $.comment)),
      ),
    cell: ($) =>
      choice(
        seq(
          optional($.emphasis),
          choice(
            alias($._cell_number, $.number),
            alias($._cell_code, $.code),
            alias($._cell_mark, $.mark),
            alias($._cell_hole, $.hole),
          ),
          repeat($._cell_part),
        ),
        repeat1($._cell_part),
      ),
    _cell_part: ($) =>
      choice(
        $._text,
        $.hole,
        $.escape,
        $.slot,
        $.emphasis,
        alias($._line_break, $.line_break),
        alias($._inline_comment, $.comment),
      ),
    emphasis: ($) => $._emphasis,
    delimiter_row: ($) =>
      seq(
        alias($._delimiter_start, '|'),
        $.alignment,
        repeat(seq(alias($._bar, '|'), optional($.alignment))),
      ),
    alignment: (_) => /[:：]?[-－—]+[:：]?/,

    list_item: ($) =>
      seq(
        field('marker', alias($._item_mark, $.marker)),
        optional(
          seq(
            optional($._item_break),
            choice(
              seq(
                $._field_start,
                field('key', alias($._key, $.key)),
                alias($._colon, ':'),
                optional(seq(optional($._item_break), field('value', alias($._item_text, $.value)))),
              ),
              seq($._text_start, field('content', alias($._item_text, $.content))),
            ),
          ),
        ),
      ),
    _item_text: ($) => separated($._item_break, $._line),

    paragraph: ($) =>
      choice(
        // Three dashes or more, which are no front matter here.
        seq($._rule, $._text),
        seq(
          $._field_start,
          field('key', alias($._key, $.key)),
          alias($._colon, ':'),
          optional(field('value', alias($._line, $.value))),
        ),
        seq($._text_start, separated($._soft_break, $._line)),
      ),
    _line: ($) => repeat1(choice($._text, $.hole, $.escape, $.slot, $.amount)),
    /** A number in prose with its unit. */
    amount: ($) => seq(alias($._prose_number, $.number), alias($._unit, $.unit)),
    hole: ($) => $._hole,
    escape: ($) => $._escape,

    // ---- comments

    comment: ($) => seq(alias($._comment_open, '<!--'), ...commentBody($)),
    _trailing_comment: ($) => seq(alias($._trailing_open, '<!--'), ...commentBody($)),
    _inline_comment: ($) => seq(alias($._inline_open, '<!--'), ...commentBody($)),
    // ---- expressions

    slot: ($) => seq(alias($._slot_open, '{'), optional(choice($._read, $.unread)), choice('}', '｝')),
    _read: ($) =>
      prec.dynamic(
        1,
        seq(
          $._expression,
          optional(seq(alias($._as, '记为'), field('name', $.binding))),
          optional(seq($._pipe, field('decimals', alias($._digits, $.decimals)))),
        ),
      ),
    binding: ($) => choice($._word, $._quoted),

    _expression: ($) => choice($.number, $.call, $.path, $.group, $.negation, $.binary),
    binary: ($) =>
      choice(
        prec.left(1, seq($._expression, field('operator', choice($._plus, $._minus)), $._expression)),
        prec.left(
          2,
          seq($._expression, field('operator', choice($._star, $._divide, $._name_slash, $._divided)), $._expression),
        ),
      ),
    negation: ($) => seq($._minus, choice($.number, $.call, $.path, $.group)),
    group: ($) => seq($._open, $._expression, $._close),
    call: ($) =>
      seq(
        field('name', $.function),
        $._open,
        optional(separated($._comma, $.argument)),
        $._close,
      ),
    function: ($) => $._word,
    argument: ($) =>
      seq(optional(seq(field('name', alias($._word, $.parameter)), $._equal)), $._expression),

    number: ($) => seq(choice($._digits, $._grouped), optional(seq($._dot, $._digits))),

    path: ($) => seq(choice($.variable, $._first_name), repeat(seq($._dot, $._segment))),
    _segment: ($) => choice($.all, $.variable, $.columns, $._name),
    all: ($) => $._star,
    variable: ($) => seq($._at, $._word),
    columns: ($) => seq($._square_open, $._name, $._dots, $._name, $._square_close),
    /** A name before the first dot holds no bracket and doesn't begin with a digit. */
    _first_name: ($) => separated($._name_slash, $._first_part),
    _first_part: ($) => choice(alias($._word, $.name), $.quoted_name),
    _name: ($) => separated($._name_slash, $._part),
    _part: ($) =>
      choice(
        $.quoted_name,
        alias($._plain, $.name),
        alias($._bracketed, $.name),
      ),
    quoted_name: ($) => $._quoted,
    _plain: ($) => choice($._word, $._digits),
    _bracketed: ($) =>
      prec.right(seq(
        optional($._plain),
        repeat1(seq($._open, repeat(anyToken($)), $._close, optional($._plain))),
      )),

    /** What a clerk wrote between braces and nobody can read, token by token. */
    unread: ($) => repeat1($._unread_token),
    _unread_token: ($) => choice(anyToken($), $._open, $._close, $._other),
    _word: (_) => new RegExp(`[^${MARKS}]+`),
    _quoted: (_) => new RegExp(`【[^】${INSIDE}]*】`),
    _at: (_) => choice('@', '＠'),
    _dot: (_) => choice('.', '．', '。'),
    _dots: (_) => /[.．。]{2,}/,
    _comma: (_) => choice(',', '，'),
    _colon_mark: (_) => /[:：]/,
    _plus: (_) => choice('+', '＋'),
    _minus: (_) => choice('-', '－', '−'),
    _star: (_) => choice('*', '＊', '×'),
    _divided: (_) => '÷',
    _equal: (_) => choice('=', '＝', '=='),
    _compare: (_) => /[<＜>＞≤≦≥≧≈≒]/,
    _open: (_) => choice('(', '（'),
    _close: (_) => choice(')', '）'),
    _square_open: (_) => choice('[', '［'),
    _square_close: (_) => choice(']', '］'),
    _pipe: (_) => choice('|', '｜', '\\|', '\\｜'),
    _other: (_) => token(prec(-1, new RegExp(`\\\\[^\\r\\n]|[^${INSIDE}]`))),
  },
});

/** The sections deeper than `level`. */
function anySection($, level) {
  const deeper = LEVELS.filter((other) => other > level).map((other) => alias($[`_section_${other}`], $.section));
  return deeper.length > 1 ? choice(...deeper) : deeper[0];
}

function heading($, mark) {
  return seq(field('marker', alias(mark, $.marker)), optional(field('title', $.title)));
}

/** A suppression, a mark of what the source lost, or any text; one that isn't closed ends with its line. */
function commentBody($) {
  return [
    optional(
      choice(
        seq(
          alias($._suppress, $.directive),
          repeat(alias($._rule_name, $.rule)),
          optional(seq(alias($._comment_separator, ':'), optional(alias($._comment_text, $.reason)))),
        ),
        seq(alias($._directive, $.directive), optional(alias($._comment_text, $.reason))),
        $._comment_text,
      ),
    ),
    optional(alias($._comment_close, '-->')),
  ];
}

/** Any token of an expression but a bracket. */
function anyToken($) {
  return choice(
    $._digits,
    $._grouped,
    $._word,
    $._quoted,
    $._as,
    $._at,
    $._dot,
    $._dots,
    $._comma,
    $._colon_mark,
    $._plus,
    $._minus,
    $._star,
    $._divide,
    $._name_slash,
    $._divided,
    $._equal,
    $._compare,
    $._keyword,
    $._square_open,
    $._square_close,
    $._pipe,
  );
}
