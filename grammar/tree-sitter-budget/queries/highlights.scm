; What is shown how. No place is captured twice by patterns that differ, so the order doesn't matter.

; Blocks

(heading (marker) @punctuation.special)
(heading (title) @markup.heading)

(front_matter "---" @punctuation.delimiter)
(entry key: (key) @property)
(entry ":" @punctuation.delimiter)
(entry value: (value) @string)

(list_item (marker) @markup.list)
(list_item key: (key) @property)
(list_item ":" @punctuation.delimiter)
(list_item value: (value) @string)

(paragraph key: (key) @label)
(paragraph ":" @punctuation.delimiter)

; Tables

(header_row "|" @punctuation.delimiter)
(row "|" @punctuation.delimiter)
(delimiter_row) @punctuation.delimiter
(header_row (cell) @markup.strong)

((row . "|" . (cell . (number) @constant))
  (#match? @constant "^([0-9０-９]{3}|[0-9０-９]{5}|[0-9０-９]{7})$"))
((row . "|" . (cell (number) @number))
  (#not-match? @number "^([0-9０-９]{3}|[0-9０-９]{5}|[0-9０-９]{7})$"))
(row (_) (cell (number) @number))
(row "|" . "|" . (cell (number) @number))
(code) @constant
(mark) @operator
(emphasis) @punctuation.special
(line_break) @string.escape

((row (cell) @markup.strong)
  (#match? @markup.strong "^[*]*(收入|支出|本年收入|本年支出|本年)?[合总小][ 　]*计[*]*$"))

; Text

(amount (number) @number)
(unit) @type
(hole) @comment.todo
(escape) @string.escape

; Comments

(comment) @comment
(directive) @keyword.directive
(rule) @function.macro

; Expressions

(slot "{" @punctuation.special)
(slot "}" @punctuation.special)
(slot "｝" @punctuation.special)

(function) @function
(parameter) @variable.parameter
(binding) @variable
(variable) @variable.builtin
(quoted_name) @string
(all) @operator
(decimals) @number
(slot (number) @number)
(binary (number) @number)
(negation (number) @number)
(group (number) @number)
(argument (number) @number)
"记为" @keyword.operator

((path . (name) @module)
  (#match? @module "^(上年|预算)$"))
((path . (name) @type)
  (#not-match? @type "^(上年|预算)$"))
((path (_) (name) @keyword)
  (#match? @keyword "^(下级|类|款|项|段)$"))
((path (_) (name) @constant)
  (#match? @constant "^[0-9０-９]+$"))
((path (_) (name) @property)
  (#not-match? @property "^(下级|类|款|项|段|[0-9０-９]+)$"))
(columns (name) @property)

["+" "＋" "-" "－" "−" "*" "＊" "×" "÷" "=" "＝" "=="] @operator
(path ["." "．" "。"] @punctuation.delimiter)
(call ["," "，"] @punctuation.delimiter)
["(" "（" ")" "）" "[" "［" "]" "］"] @punctuation.bracket
