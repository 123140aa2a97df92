// What stands in a line: text, numbers, marks, comments of a row.

#ifndef BUDGET_TEXT_H
#define BUDGET_TEXT_H

#include "state.h"

static void eat_digits(L *l) {
  while (!at_end(l) && is_digit(look(l))) {
    eat(l);
    mark(l);
  }
}

// A mark between two digits of a number; whether a digit follows it.
static bool eat_between_digits(L *l) {
  eat(l);
  mark(l);
  return !at_end(l) && is_digit(look(l));
}

// From a digit on: `43,269.30`. Gives how many digits it begins with, if it is nothing but digits. What it eats
// is marked, and is text if it is no number.
static bool eat_number(L *l, unsigned *only_digits) {
  unsigned count = 0;
  for (; !at_end(l) && is_digit(look(l)); count++) eat(l);
  mark(l);
  *only_digits = count;
  while (look(l) == ',' || look(l) == 0xFF0C) {
    *only_digits = 0;
    if (!eat_between_digits(l)) return false;
    eat_digits(l);
  }
  if (look(l) == '.' || look(l) == 0xFF0E) {
    *only_digits = 0;
    if (!eat_between_digits(l)) return false;
    eat_digits(l);
  }
  return true;
}

typedef enum { ENDS, GOES_ON, GOES_ON_AFTER_MARKS } CellEnd;

// Whether the cell ends here, but for emphasis and comments.
static CellEnd cell_end(L *l) {
  eat_spaces(l);
  bool marks = false;
  for (; look(l) == '*'; marks = true) eat(l);
  if (marks) eat_spaces(l);
  if (ends_line(l) || is_bar(look(l))) return ENDS;
  if (look(l) == '<') {
    eat(l);
    return eat_all(l, DASHES_OPEN) ? ENDS : GOES_ON_AFTER_MARKS;
  }
  return marks ? GOES_ON_AFTER_MARKS : GOES_ON;
}

// Text so far: what was eaten and marked, and the character before the next.
typedef struct {
  bool any;
  Char before;
} Run;

static bool end_of_text(L *l, State *s) {
  s->inner = false;
  return found(l, TEXT);
}

// A cell that is one number, `=`, `?`, or begins with a code. What it eats otherwise is text; whether it found a
// token.
static bool cell_start(L *l, State *s, Run *run) {
  Char c = look(l);
  enum Token token;
  bool signed_number = c == '-' || c == 0xFF0D || c == '+' || c == 0xFF0B;
  unsigned digits = 0;
  if (c == '=' || c == 0xFF1D || c == 0x203B) {
    token = CELL_MARK;
  } else if (c == '?' || c == 0xFF1F) {
    token = CELL_HOLE;
  } else if (signed_number || is_digit(c)) {
    token = CELL_NUMBER;
  } else {
    return false;
  }
  run->any = true;
  run->before = c;
  if (token != CELL_NUMBER || signed_number) {
    eat(l);
    mark(l);
  }
  if (token == CELL_NUMBER) {
    if (at_end(l) || !is_digit(look(l)) || !eat_number(l, &digits)) return false;
    run->before = '0';
    if (look(l) == '%' || look(l) == 0xFF05) {
      digits = 0;
      eat(l);
      mark(l);
    }
  }
  bool spaced = blank(l);
  CellEnd end = cell_end(l);
  if (end == ENDS) return found(l, token);
  if (end == GOES_ON_AFTER_MARKS) return end_of_text(l, s);
  if (spaced) run->before = ' ';
  Char next = look(l);
  bool code = !signed_number && (digits == 3 || digits == 5 || digits == 7);
  return code && spaced && !is_digit(next) && !is_brace_open(next) && found(l, CELL_CODE);
}

// After the bracket that opens a `{…}`: whether it is closed before the next, on this line and in this cell.
static bool slot_closes(L *l, bool in_row) {
  while (!ends_line(l)) {
    Char c = look(l);
    if (is_brace_close(c)) return true;
    // A generated lexer can't tell NUL from the end of the file.
    if (c == 0 || is_brace_open(c) || (in_row && is_bar(c))) return false;
    eat(l);
    if (in_row && c == '<' && eat_all(l, DASHES_OPEN)) return false;
    if (c == '\\' && !ends_line(l) && look(l) != 0) eat(l);
  }
  return false;
}

// After `<!--` in a row: whether it is closed on the line.
static bool row_comment_closes(L *l) {
  unsigned dashes = 0;
  while (!ends_line(l)) {
    Char c = look(l);
    eat(l);
    if (c == '>' && dashes >= 2) return true;
    dashes = c == '-' ? dashes + 1 : 0;
    if (c == '\\' && !ends_line(l) && is_escaped(look(l))) eat(l);
  }
  return false;
}

// A comment in a row: it belongs to the row unless text follows in the cell.
static bool row_comment(L *l, State *s) {
  mark(l);
  s->one_line = true;
  while (!s->trailing && !s->inner) {
    if (s->row_no_close || !row_comment_closes(l)) {
      s->row_no_close = true;
      return end_of_text(l, s);
    }
    eat_spaces(l);
    if (ends_line(l) || is_bar(look(l))) {
      s->trailing = true;
    } else if (look(l) == '<') {
      eat(l);
      s->inner = !eat_all(l, DASHES_OPEN);
    } else {
      s->inner = true;
    }
  }
  return found(l, s->trailing ? TRAILING_OPEN : INLINE_OPEN);
}

// `<` in a row.
static bool less(L *l, State *s) {
  static const Char BREAK[] = {'b', 'r', 0};
  eat(l);
  mark(l);
  if (look(l) == '!' && eat_all(l, DASHES_OPEN)) return row_comment(l, s);
  if (look(l) == 'b' && eat_all(l, BREAK)) {
    eat_spaces(l);
    if (look(l) == '/') eat(l);
    if (look(l) == '>') {
      eat(l);
      mark(l);
      return found(l, LINE_BREAK);
    }
  }
  return end_of_text(l, s);
}

static bool emphasis(L *l, State *s, bool first) {
  while (look(l) == '*') eat(l);
  mark(l);
  s->emphasised_cell = first;
  return first || cell_end(l) == ENDS ? found(l, EMPHASIS) : end_of_text(l, s);
}

// `XX`, `__`: a blank of a form.
static bool crosses(L *l, Run *run) {
  bool line = look(l) == '_';
  unsigned count = 0;
  while (line ? look(l) == '_' : is_cross(look(l)) || (count > 0 && look(l) == '.')) {
    run->before = look(l);
    count += run->before != '.';
    eat(l);
    mark(l);
  }
  run->any = true;
  return count >= 2 && (ends_line(l) || !is_beside_word(look(l))) && found(l, HOLE);
}

// At `亿元`, `万元`, `元`, `%`; marks what is eaten of one.
static bool eat_unit(L *l) {
  Char c = look(l);
  if (c == 0x4EBF || c == 0x4E07) {
    eat(l);
    mark(l);
    c = look(l) == 0x5143 ? 0x5143 : 0;
  }
  if (c != 0x5143 && c != '%' && c != 0xFF05) return false;
  eat(l);
  return true;
}

static bool prose_number(L *l, Run *run) {
  unsigned digits;
  run->any = true;
  run->before = '0';
  if (!eat_number(l, &digits)) return false;
  if (blank(l)) run->before = ' ';
  eat_spaces(l);
  // The end of the number is marked; a unit is only looked at.
  Char c = look(l);
  if (c == 0x4EBF || c == 0x4E07) {
    eat(l);
    if (look(l) == 0x5143) return found(l, PROSE_NUMBER);
    mark(l);
    run->before = c;
    return false;
  }
  return (c == 0x5143 || c == '%' || c == 0xFF05) && found(l, PROSE_NUMBER);
}

// What comes next in a line: a mark, or text up to the next mark.
static bool text(L *l, State *s, const bool *valid) {
  bool in_row = valid[BAR] || valid[LINE_BREAK];
  Run run = {false, ' '};
  bool first = in_row && s->cell, number_may = first || (in_row && s->emphasised_cell);
  s->cell = s->emphasised_cell = false;
  if (number_may && cell_start(l, s, &run)) return true;
  for (;;) {
    if (ends_line(l)) break;
    Char c = look(l);
    if (is_space(c)) {
      eat(l);
      run.before = c;
      continue;
    }
    if (in_row && is_bar(c)) break;
    bool escape = valid[ESCAPE] && c == '\\';
    bool slot = valid[SLOT_OPEN] && is_brace_open(c);
    bool angle = in_row && c == '<', star = in_row && c == '*';
    bool waiting = valid[HOLE] && c == 0x5F85;
    bool cross = valid[HOLE] && (is_cross(c) || c == '_') && !is_beside_word(run.before);
    bool number = valid[PROSE_NUMBER] && is_digit(c) && !is_digit(run.before);
    if (run.any && (escape || slot || angle || star || waiting || cross || number)) break;
    if (angle) return less(l, s);
    if (star) return emphasis(l, s, first);
    if (cross) {
      if (crosses(l, &run)) return true;
      continue;
    }
    if (number) {
      if (prose_number(l, &run)) return true;
      continue;
    }
    eat(l);
    mark(l);
    run.any = true;
    run.before = c;
    if (slot) return slot_closes(l, in_row) ? found(l, SLOT_OPEN) : end_of_text(l, s);
    if ((escape && !ends_line(l) && is_escaped(look(l))) || (waiting && look(l) == 0x586B)) {
      eat(l);
      mark(l);
      return found(l, escape ? ESCAPE : HOLE);
    }
  }
  return run.any && end_of_text(l, s);
}

#endif
