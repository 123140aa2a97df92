" Colours where the tree-sitter parser isn't installed, and for Vim.
if exists('b:current_syntax')
  finish
endif

syntax match budgetFrontMatter /\%^---\_.\{-}\n---\s*$/ contains=budgetKey
syntax match budgetKey /^[^:：#|[:space:]][^:：]*\ze[:：]/ contained
syntax match budgetHeading /^\s*[#＃]\+.*$/ contains=budgetHole
syntax match budgetSeparator /^\s*[|｜][-－—:： |｜\t]*$/
syntax match budgetBar /[|｜]/
syntax match budgetField /^\s*-\s\+\zs\%(其中[：:]\)\?[^：:|，。；！？,;!?{｛]\{1,30}\ze[：:]/
syntax match budgetAmount /\%([|｜]\s*\)\@60<=[-－]\?[0-9０-９][0-9０-９,，.．]*\ze\s*\%([|｜]\|$\)/
syntax match budgetCode /\%(^\s*[|｜]\s*\)\@60<=\d\{3}\%(\d\d\)\{,2}\ze\s*[|｜]/
syntax match budgetHole /待填\|XX\+/
syntax match budgetSlot /[{｛][^{}｛｝]*[}｝]/
syntax region budgetComment start=/<!--/ end=/-->/ contains=budgetDirective
syntax match budgetDirective /<!--\s*\zs\%(忽略\%(本节\|全文\)\?\|转换缺失\|另附\)/ contained

highlight default link budgetFrontMatter String
highlight default link budgetKey Identifier
highlight default link budgetHeading Title
highlight default link budgetSeparator Comment
highlight default link budgetBar Delimiter
highlight default link budgetField Identifier
highlight default link budgetAmount Number
highlight default link budgetCode Constant
highlight default link budgetHole Todo
highlight default link budgetSlot PreProc
highlight default link budgetComment Comment
highlight default link budgetDirective PreProc

let b:current_syntax = 'budget'
