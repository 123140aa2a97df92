// What stands in a comment.

#ifndef BUDGET_COMMENT_H
#define BUDGET_COMMENT_H

#include "line.h"

static bool in_comment(L *l, State *s, const bool *valid) {
  static const Char SECTION[] = {0x672C, 0x8282, 0}, FILE[] = {0x5168, 0x6587, 0};
  static const Char NEGLECT[] = {0x5FFD, 0x7565, 0}, LOST[] = {0x8F6C, 0x6362, 0x7F3A, 0x5931, 0},
                    APART[] = {0x53E6, 0x9644, 0};
  static const Char BETWEEN[] = {0x3001, 0xFF0C, ',', 0xFF1B, ';', 0};
  bool in_rules = valid[RULE_NAME];
  while (!at_end(l) && (is_space(look(l)) || (!s->one_line && is_newline(look(l))) ||
                        (in_rules && is_one_of(look(l), BETWEEN)))) {
    skip(l);
  }
  if (ends_line(l)) return valid[LINE_END] && line_end(l, s, valid);
  if (valid[COMMENT_SEPARATOR] && (is_colon(look(l)))) {
    eat(l);
    mark(l);
    return found(l, COMMENT_SEPARATOR);
  }
  bool any = false;
  const Char *word = NULL;
  if (valid[SUPPRESS]) word = look(l) == NEGLECT[0] ? NEGLECT : look(l) == LOST[0] ? LOST : look(l) == APART[0] ? APART : NULL;
  if (word) {
    // What is eaten of another word is text.
    any = !eat_all(l, word);
    mark(l);
    if (!any && word != NEGLECT) return found(l, DIRECTIVE);
    if (!any) {
      if (eat_all(l, look(l) == SECTION[0] ? SECTION : FILE)) mark(l);
      return found(l, SUPPRESS);
    }
  }
  unsigned run = 0;
  while (!at_end(l) && !(s->one_line && is_newline(look(l)))) {
    Char c = look(l);
    if (run >= 2 && c == '>') {
      if (any) return found(l, in_rules ? RULE_NAME : COMMENT_TEXT);
      eat(l);
      mark(l);
      return found(l, COMMENT_CLOSE);
    }
    if (run > 0 && c != '-') {
      // Dashes that close nothing are text.
      any = true;
      mark(l);
    }
    if (in_rules && (is_space(c) || is_newline(c) || is_colon(c) || is_one_of(c, BETWEEN))) break;
    eat(l);
    run = c == '-' ? run + 1 : 0;
    if (run == 0 && !is_space(c) && !is_newline(c)) {
      any = true;
      mark(l);
    }
  }
  if (run > 0) mark(l);
  return (any || run > 0) && found(l, in_rules ? RULE_NAME : COMMENT_TEXT);
}

#endif
