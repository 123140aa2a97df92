// Where a line begins and where it ends.

#ifndef BUDGET_LINE_H
#define BUDGET_LINE_H

#include "key.h"
#include "shape.h"

static bool field_or_text(L *l, State *s, Key from, enum Token field, enum Token text) {
  KeyKind kind = find_key(l, from);
  s->inner_key = kind == INNER_KEY;
  return found(l, kind == NO_KEY ? text : field);
}

// A paragraph is a field only if it is one line.
static bool paragraph(L *l, State *s, Key from) {
  KeyKind kind = find_key(l, from);
  if (kind != NO_KEY) {
    eat_line(l);
    if (!at_end(l)) eat_newline(l);
    if (!at_end(l) && shape(l) == SHAPE_TEXT) kind = NO_KEY;
  }
  s->inner_key = kind == INNER_KEY;
  return found(l, kind == NO_KEY ? TEXT_START : FIELD_START);
}

static bool heading(L *l, State *s) {
  unsigned level = 0;
  for (; !at_end(l) && is_hash(look(l)); level++) eat(l);
  mark(l);
  s->no_close = false;
  return found(l, MARK_1 + (level > 6 ? 6 : level) - 1);
}

static bool comment(L *l, State *s) {
  mark(l);
  s->one_line = s->no_close || !is_closed(l);
  s->no_close = s->one_line;
  return found(l, COMMENT_OPEN);
}

static bool row(L *l, State *s, const bool *valid) {
  eat(l);
  mark(l);
  s->row_no_close = s->trailing = s->inner = false;
  s->cell = true;
  return found(l, valid[DELIMITER_START] && is_delimiter(l) ? DELIMITER_START : ROW_START);
}

// After the dashes of the first line: whether there is a second such line before any heading or row.
static bool has_second_fence(L *l) {
  while (!at_end(l)) {
    eat_newline(l);
    Shape next = shape(l);
    if (next == SHAPE_RULE) return true;
    if (next == SHAPE_ROW || next == SHAPE_HEADING) return false;
    eat_line(l);
  }
  return false;
}

static bool dashes(L *l, State *s, const bool *valid) {
  Key key = {0};
  bool ascii = look(l) == '-';
  key_eat(l, &key, false);
  if (ascii && valid[ITEM_MARK] && (blank(l) || ends_line(l))) {
    mark(l);
    return found(l, ITEM_MARK);
  }
  while (!at_end(l) && is_dash(look(l))) key_eat(l, &key, false);
  while (blank(l)) key_eat(l, &key, false);
  if (ends_line(l) && key.length >= 3) {
    if (valid[FRONT_MATTER_CLOSE]) return found(l, FRONT_MATTER_CLOSE);
    if (!valid[FRONT_MATTER_OPEN]) return found(l, RULE);
    s->closed = has_second_fence(l);
    return found(l, FRONT_MATTER_OPEN);
  }
  return valid[ENTRY_START] ? field_or_text(l, s, key, ENTRY_START, STRAY_START) : paragraph(l, s, key);
}

// At the first character of a line, blank lines set aside.
static bool line_start(L *l, State *s, const bool *valid) {
  Char c = look(l);
  bool in_front_matter = valid[ENTRY_START];
  // An empty token, unless it is told that more belongs to it.
  mark(l);
  if (is_dash(c)) return dashes(l, s, valid);
  if (is_hash(c) || is_bar(c)) {
    // Only one that isn't closed comes to a heading or a row.
    if (in_front_matter) return found(l, FRONT_MATTER_END);
    return is_bar(c) ? row(l, s, valid) : heading(l, s);
  }
  if (in_front_matter) return field_or_text(l, s, (Key){0}, ENTRY_START, STRAY_START);
  if (c != '<') return valid[TEXT_START] && paragraph(l, s, (Key){0});
  Key key = {0};
  key_eat(l, &key, false);
  if (look(l) != '!') return valid[TEXT_START] && paragraph(l, s, key);
  // `!` ends a clause: no key.
  return eat_all(l, DASHES_OPEN) ? comment(l, s) : valid[TEXT_START] && found(l, TEXT_START);
}

// ---- where a line ends

// The lines below a row, up to the next one: only whole comments.
static bool row_follows(L *l) {
  for (;;) {
    Shape next = shape(l);
    if (next == SHAPE_ROW) return true;
    if (next != SHAPE_COMMENT || !is_whole_comment(l) || at_end(l)) return false;
    eat_newline(l);
  }
}

// The lines below an item, up to the next that isn't blank: whether it is text that runs on.
static bool text_runs_on(L *l) {
  for (;;) {
    bool indented = look(l) == '\t';
    if (look(l) == ' ') {
      eat(l);
      indented = look(l) == ' ';
    }
    Shape next = shape(l);
    if (next != SHAPE_BLANK) return next == SHAPE_TEXT && indented;
    if (at_end(l)) return false;
    eat_newline(l);
  }
}

// The lines below an entry of the front matter: whether the next that isn't blank is indented.
static bool entry_runs_on(L *l, bool closed) {
  for (;;) {
    bool indented = look(l) == ' ' || look(l) == '\t';
    Shape next = shape(l);
    if (next == SHAPE_BLANK && closed && !at_end(l)) {
      eat_newline(l);
      continue;
    }
    return indented && (next == SHAPE_ITEM || next == SHAPE_COMMENT || next == SHAPE_TEXT);
  }
}

static bool line_end(L *l, State *s, const bool *valid) {
  if (!at_end(l)) eat_newline(l);
  mark(l);
  s->over_blanks = s->row_no_close = s->trailing = s->inner = s->one_line = s->cell = s->emphasised_cell = false;
  if (valid[NEWLINE]) return found(l, NEWLINE);
  if (valid[ROW_BREAK] && row_follows(l)) return found(l, ROW_BREAK);
  if (valid[SOFT_BREAK] && shape(l) == SHAPE_TEXT) return found(l, SOFT_BREAK);
  if (valid[ITEM_BREAK] && text_runs_on(l)) {
    s->over_blanks = true;
    return found(l, ITEM_BREAK);
  }
  if (valid[ENTRY_BREAK] && entry_runs_on(l, s->closed)) {
    s->over_blanks = true;
    return found(l, ENTRY_BREAK);
  }
  return found(l, LINE_END);
}

static bool blank_lines(L *l) {
  while (!at_end(l) && is_newline(look(l))) {
    eat_newline(l);
    mark(l);
    eat_spaces(l);
  }
  return found(l, BLANK);
}

#endif
