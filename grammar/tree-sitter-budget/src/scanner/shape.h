// The shape of a line: what decides where blocks begin and end.

#ifndef BUDGET_SHAPE_H
#define BUDGET_SHAPE_H

#include "state.h"

typedef enum { SHAPE_BLANK, SHAPE_ROW, SHAPE_HEADING, SHAPE_ITEM, SHAPE_COMMENT, SHAPE_RULE, SHAPE_TEXT } Shape;

// The shape of the line that begins here, looking only as far as needed.
static Shape shape(L *l) {
  eat_spaces(l);
  if (ends_line(l)) return SHAPE_BLANK;
  Char c = look(l);
  if (is_bar(c)) return SHAPE_ROW;
  if (is_hash(c)) return SHAPE_HEADING;
  if (c == '<') {
    eat(l);
    return eat_all(l, DASHES_OPEN) ? SHAPE_COMMENT : SHAPE_TEXT;
  }
  if (!is_dash(c)) return SHAPE_TEXT;
  unsigned dashes = 0;
  for (; !at_end(l) && is_dash(look(l)); dashes++) eat(l);
  bool spaced = blank(l);
  eat_spaces(l);
  if (ends_line(l) && dashes >= 3) return SHAPE_RULE;
  return c == '-' && dashes == 1 && (spaced || ends_line(l)) ? SHAPE_ITEM : SHAPE_TEXT;
}

// After `<!--` of a line: whether that comment is the whole line.
static bool is_whole_comment(L *l) {
  unsigned dashes = 0;
  while (!ends_line(l)) {
    Char c = look(l);
    eat(l);
    if (c == '<' && eat_all(l, DASHES_OPEN)) return false;
    if (c == '>' && dashes >= 2) {
      eat_spaces(l);
      return ends_line(l);
    }
    dashes = c == '-' ? dashes + 1 : 0;
  }
  return false;
}

// After `<!--` that opens a block: whether it is closed before the next heading.
static bool is_closed(L *l) {
  for (;;) {
    unsigned dashes = 0;
    while (!ends_line(l)) {
      Char c = look(l);
      eat(l);
      if (c == '>' && dashes >= 2) return true;
      dashes = c == '-' ? dashes + 1 : 0;
    }
    if (at_end(l)) return false;
    eat_newline(l);
    eat_spaces(l);
    if (!at_end(l) && is_hash(look(l))) return false;
  }
}

// After the first bar of a row.
static bool is_delimiter(L *l) {
  bool any = false;
  for (;;) {
    eat_spaces(l);
    if (ends_line(l)) return any;
    if (is_colon(look(l))) eat(l);
    if (at_end(l) || !is_dash(look(l))) return false;
    while (!at_end(l) && is_dash(look(l))) eat(l);
    if (!at_end(l) && is_colon(look(l))) eat(l);
    any = true;
    eat_spaces(l);
    if (ends_line(l)) return true;
    if (!is_bar(look(l))) return false;
    eat(l);
  }
}


#endif
