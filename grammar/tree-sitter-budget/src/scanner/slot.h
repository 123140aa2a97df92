// Tokens between braces that need a look ahead.

#ifndef BUDGET_SLOT_H
#define BUDGET_SLOT_H

#include "state.h"

// What no word of an expression holds: its marks, and white space.
static bool is_in_word(Char c) {
  static const Char MARKS[] = {
      '.',    0xFF0E, 0x3002, ',',    0xFF0C, ':',    0xFF1A, '+',    0xFF0B, '-',    0xFF0D, 0x2212, '*',
      0xFF0A, 0xD7,   '/',    0xFF0F, 0xF7,   '=',    0xFF1D, '<',    0xFF1C, '>',    0xFF1E, 0x2264, 0x2266,
      0x2265, 0x2267, 0x2248, 0x2252, '(',    ')',    0xFF08, 0xFF09, '[',    0xFF3B, ']',    0xFF3D, 0x3010,
      0x3011, '@',    0xFF20, '|',    0xFF5C, '\\',   '{',    '}',    0xFF5B, 0xFF5D, 0x85,   0xA0,   0x1680,
      0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0};
  return c > ' ' && !(c >= 0x2000 && c <= 0x200A) && !is_one_of(c, MARKS);
}

// From a digit on: `43,269` is one number, `201室` a word.
static bool slot_digits(L *l) {
  unsigned count = 0;
  for (; !at_end(l) && is_digit(look(l)); count++) eat(l);
  mark(l);
  if (is_in_word(look(l))) return look(l) == AS_WORD[0] && eat_all(l, AS_WORD) && found(l, DIGITS);
  bool grouped = false;
  while (count <= 3 && (look(l) == ',' || look(l) == 0xFF0C)) {
    eat(l);
    unsigned digits = 0;
    for (; digits < 3 && !at_end(l) && is_digit(look(l)); digits++) eat(l);
    if (digits < 3) break;
    grouped = true;
    mark(l);
  }
  return found(l, grouped ? GROUPED : DIGITS);
}

// In `{…}`, what the grammar can't tell: a `/` beside a space divides, and `记为` needs no space beside it.
static bool in_slot(L *l) {
  bool spaced = false;
  for (; blank(l); spaced = true) skip(l);
  Char c = look(l);
  if (!at_end(l) && is_digit(c)) return slot_digits(l);
  if (c == '/' || c == 0xFF0F) {
    eat(l);
    mark(l);
    return found(l, spaced || blank(l) ? DIVIDE : NAME_SLASH);
  }
  if (c == AS_WORD[0]) {
    if (!eat_all(l, AS_WORD)) return false;
    mark(l);
    return found(l, AS);
  }
  // Words of a 勾稽关系, which are no names: 每 于 则 或 有下级 当且仅当.
  static const Char WORDS[][5] = {{0x6BCF}, {0x4E8E}, {0x5219}, {0x6216}, {0x6709, 0x4E0B, 0x7EA7}, {0x5F53, 0x4E14, 0x4EC5, 0x5F53}};
  for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
    if (c != WORDS[i][0]) continue;
    if (!eat_all(l, WORDS[i]) || is_in_word(look(l))) return false;
    mark(l);
    return found(l, KEYWORD);
  }
  return false;
}

#endif
