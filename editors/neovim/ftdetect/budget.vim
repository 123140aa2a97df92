autocmd BufRead,BufNewFile *.budget setfiletype budget
