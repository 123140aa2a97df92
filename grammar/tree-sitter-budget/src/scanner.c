// What takes looking ahead: the shape of a line, where a block ends, whether a mark is one. It mirrors
// crates/budget-syntax/src/{lines,parse}.rs, and a test compares the two.
//
// An empty token says what follows (a field, text); the next call reads it. Nothing here looks further ahead than
// the end of the block, and what was looked for in vain is remembered, so the whole is linear in the text.

#include "scanner/comment.h"
#include "scanner/slot.h"
#include "scanner/text.h"
#include "tree_sitter/alloc.h"

#include <string.h>

static bool scan(L *l, State *s, const bool *valid) {
  if (valid[ERROR]) return false;
  if (valid[DIVIDE] || valid[NAME_SLASH] || valid[DIGITS] || valid[AS]) return in_slot(l);
  if (valid[COMMENT_CLOSE]) return in_comment(l, s, valid);
  bool spaced = false;
  for (; blank(l) || (s->over_blanks && !at_end(l) && is_newline(look(l))); spaced = true) skip(l);
  s->over_blanks = false;
  if (ends_line(l)) {
    if (valid[FRONT_MATTER_END] && (at_end(l) || !s->closed)) return found(l, FRONT_MATTER_END);
    if (valid[LINE_END] || valid[ROW_BREAK] || valid[NEWLINE]) return line_end(l, s, valid);
    return valid[BLANK] && (spaced || !at_end(l)) && blank_lines(l);
  }
  if (valid[RULE] || valid[ROW_START] || valid[ENTRY_START]) return line_start(l, s, valid);
  if (valid[TEXT_START]) {
    mark(l);
    return field_or_text(l, s, (Key){0}, FIELD_START, TEXT_START);
  }
  if (valid[KEY]) return key(l, s);
  if (valid[UNIT]) {
    bool unit = eat_unit(l);
    mark(l);
    return unit && found(l, UNIT);
  }
  bool bar = valid[BAR] && is_bar(look(l));
  if (bar || (valid[COLON] && is_colon(look(l)))) {
    eat(l);
    mark(l);
    s->trailing = s->inner = false;
    s->cell = bar;
    return found(l, bar ? BAR : COLON);
  }
  return (valid[TEXT] || valid[EMPHASIS] || valid[TRAILING_OPEN]) && text(l, s, valid);
}

// ---- what tree-sitter calls

void *tree_sitter_budget_external_scanner_create(void) { return ts_calloc(1, sizeof(State)); }

void tree_sitter_budget_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_budget_external_scanner_serialize(void *payload, char *buffer) {
  memcpy(buffer, payload, sizeof(State));
  return sizeof(State);
}

void tree_sitter_budget_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  memset(payload, 0, sizeof(State));
  if (length == sizeof(State)) memcpy(payload, buffer, length);
}

bool tree_sitter_budget_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  return scan(lexer, payload, valid);
}
