// The tokens, what is remembered between two of them, and how characters are read.

#ifndef BUDGET_STATE_H
#define BUDGET_STATE_H

#include "../tree_sitter/parser.h"

// The order of `externals` in grammar.js.
enum Token {
  FRONT_MATTER_OPEN, FRONT_MATTER_CLOSE, FRONT_MATTER_END, ENTRY_START, STRAY_START,
  MARK_1, MARK_2, MARK_3, MARK_4, MARK_5, MARK_6,
  ITEM_MARK, ROW_START, DELIMITER_START, COMMENT_OPEN, RULE, FIELD_START, TEXT_START, BLANK,
  LINE_END, SOFT_BREAK, ITEM_BREAK, ROW_BREAK, ENTRY_BREAK, NEWLINE,
  KEY, COLON, TEXT, BAR, CELL_NUMBER, CELL_CODE, CELL_MARK, CELL_HOLE, EMPHASIS, LINE_BREAK,
  TRAILING_OPEN, INLINE_OPEN, PROSE_NUMBER, UNIT, HOLE, ESCAPE, SLOT_OPEN,
  DIRECTIVE, SUPPRESS, RULE_NAME, COMMENT_SEPARATOR, COMMENT_TEXT, COMMENT_CLOSE,
  DIVIDE, NAME_SLASH, DIGITS, GROUPED, AS, KEYWORD,
  ERROR,
};

typedef struct {
  // The front matter has its second fence.
  bool closed;
  // No comment that opens before the next heading is closed.
  bool no_close;
  // The comment at hand ends with its line.
  bool one_line;
  // The key at hand is 其中 and a name.
  bool inner_key;
  // Blank lines stand before the text that runs on.
  bool over_blanks;
  // No comment that opens in the rest of the row is closed.
  bool row_no_close;
  // What is known of the comments that follow in the cell: they end it, or text follows.
  bool trailing;
  bool inner;
  // The cell begins here: a number may stand here, and emphasis before it.
  bool cell;
  bool emphasised_cell;
} State;

typedef TSLexer L;
typedef int32_t Char;

enum { LONGEST_KEY = 30 };

static Char look(L *l) { return l->lookahead; }
static void eat(L *l) { l->advance(l, false); }
static void skip(L *l) { l->advance(l, true); }
static void mark(L *l) { l->mark_end(l); }
static bool at_end(L *l) { return l->eof(l); }

static bool is_space(Char c) { return c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0 || c == 0xFEFF; }
static bool is_newline(Char c) { return c == '\n' || c == '\r'; }
static bool is_bar(Char c) { return c == '|' || c == 0xFF5C; }
static bool is_hash(Char c) { return c == '#' || c == 0xFF03; }
static bool is_dash(Char c) { return c == '-' || c == 0xFF0D || c == 0x2014; }
static bool is_colon(Char c) { return c == ':' || c == 0xFF1A; }
static bool is_brace_open(Char c) { return c == '{' || c == 0xFF5B; }
static bool is_brace_close(Char c) { return c == '}' || c == 0xFF5D; }
static bool is_ascii_digit(Char c) { return c >= '0' && c <= '9'; }
static bool is_digit(Char c) { return is_ascii_digit(c) || (c >= 0xFF10 && c <= 0xFF19); }
static bool is_ascii_letter(Char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_cross(Char c) { return c == 'X' || c == 'x' || c == 0xD7 || c == 0xFF38 || c == 0xFF58; }

static bool is_one_of(Char c, const Char *list) {
  for (; *list; list++) {
    if (*list == c) return true;
  }
  return false;
}

// What a backslash makes plain: ASCII punctuation and the twins of the marks.
static bool is_escaped(Char c) {
  static const Char twins[] = {0xFF5C, 0xFF03, 0xFF1A, 0xFF5B, 0xFF5D, 0};
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~') ||
         is_one_of(c, twins);
}
static bool is_open(Char c) {
  static const Char list[] = {'(', 0xFF08, '[', 0x3010, 0x300A, 0x3008, 0x201C, 0x2018, 0x300C, 0x300E, 0x3014, 0};
  return is_one_of(c, list);
}
static bool is_close(Char c) {
  static const Char list[] = {')', 0xFF09, ']', 0x3011, 0x300B, 0x3009, 0x201D, 0x2019, 0x300D, 0x300F, 0x3015, 0};
  return is_one_of(c, list);
}
static bool is_stop(Char c) {
  static const Char list[] = {0xFF0C, 0x3002, 0xFF1B, 0xFF01, 0xFF1F, ',', ';', '!', '?', 0};
  return is_one_of(c, list);
}
// Beside one of these, crosses are no blank of a form.
static bool is_beside_word(Char c) {
  static const Char list[] = {'@', '/', '\\', ':', '-', '=', 0};
  return is_ascii_letter(c) || is_one_of(c, list);
}

static bool ends_line(L *l) { return at_end(l) || is_newline(look(l)); }
static bool blank(L *l) { return !at_end(l) && is_space(look(l)); }

static void eat_spaces(L *l) {
  while (blank(l)) eat(l);
}
static void eat_newline(L *l) {
  bool cr = look(l) == '\r';
  eat(l);
  if (cr && look(l) == '\n' && !at_end(l)) eat(l);
}
static void eat_line(L *l) {
  while (!ends_line(l)) eat(l);
}

// Whether these characters follow; eats as many as do.
static bool eat_all(L *l, const Char *list) {
  for (; *list; list++) {
    if (at_end(l) || look(l) != *list) return false;
    eat(l);
  }
  return true;
}

static const Char DASHES_OPEN[] = {'!', '-', '-', 0};
static const Char AS_WORD[] = {0x8BB0, 0x4E3A, 0};

static bool found(L *l, enum Token token) {
  l->result_symbol = token;
  return true;
}


#endif
