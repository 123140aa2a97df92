// The key of a field.

#ifndef BUDGET_KEY_H
#define BUDGET_KEY_H

#include "state.h"

typedef struct {
  // Characters up to the last that is not blank, and in all.
  unsigned length, all;
  // The first two, to know 其中 again, and the last.
  Char first, second, last;
} Key;

typedef enum { NO_KEY, PLAIN_KEY, INNER_KEY } KeyKind;

static void key_eat(L *l, Key *key, bool marking) {
  Char c = look(l);
  eat(l);
  key->all++;
  key->last = c;
  if (is_space(c)) return;
  if (key->all == 1) key->first = c;
  if (key->all == 2) key->second = c;
  key->length = key->all;
  if (marking) mark(l);
}

// Up to the colon that parts a key from its value, if there is one: no clause mark before it, and no colon between
// brackets counts.
static bool key_to_colon(L *l, Key *key, unsigned longest, bool marking) {
  bool inside = false;
  while (!ends_line(l) && key->length <= longest) {
    Char c = look(l);
    if (!inside && is_colon(c)) return key->length > 0;
    if (!inside && (is_stop(c) || is_brace_open(c))) return false;
    key_eat(l, key, marking);
    if (c == '\\' && !ends_line(l) && is_escaped(look(l))) {
      key_eat(l, key, marking);
    } else {
      inside = inside ? !is_close(c) : is_open(c);
    }
  }
  return false;
}

// After a colon: whether it parts a key from its value; that of a time or of an address does not.
static bool parts(L *l, Char before) {
  if (at_end(l)) return true;
  if (is_ascii_digit(before) && is_ascii_digit(look(l))) return false;
  if (look(l) != '/') return true;
  eat(l);
  return at_end(l) || look(l) != '/';
}

// Whether a letter or a digit, roughly: no mark.
static bool is_alphanumeric(Char c) {
  if (c < 0x80) return is_ascii_digit(c) || is_ascii_letter(c);
  if (c < 0xC0 || c == 0xFEFF || (c >= 0x2000 && c < 0x3005) || (c >= 0x3008 && c <= 0x3020)) return false;
  return c < 0xFF00 || c > 0xFFEF || is_digit(c) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A);
}

// Whether the text that begins with `key` is a field, and whether its key is 其中 and a name.
static KeyKind find_key(L *l, Key key) {
  // A sentence that begins with 其中 and has its colon further on is neither.
  enum { SENTENCE = 300 };
  if (!key_to_colon(l, &key, LONGEST_KEY, false) || key.length > LONGEST_KEY) return NO_KEY;
  eat(l);
  bool of_which = key.length == 2 && key.last != 0xFEFF && key.first == 0x5176 && key.second == 0x4E2D;
  if (!of_which || look(l) == '/') return parts(l, key.last) ? PLAIN_KEY : NO_KEY;
  Key inner = {0};
  while (blank(l) && look(l) != 0xFEFF) key_eat(l, &inner, false);
  if (ends_line(l) || !is_alphanumeric(look(l)) || !key_to_colon(l, &inner, SENTENCE, false)) return PLAIN_KEY;
  eat(l);
  if (!parts(l, inner.last)) return PLAIN_KEY;
  return key.all + 1 + inner.length > LONGEST_KEY ? NO_KEY : INNER_KEY;
}

static bool key(L *l, State *s) {
  Key key = {0}, inner = {0};
  key_to_colon(l, &key, LONGEST_KEY, true);
  if (s->inner_key) {
    eat(l);
    key_to_colon(l, &inner, LONGEST_KEY, true);
  }
  return found(l, KEY);
}

#endif
