# What the office would have had to mend in tests/corpus/000.budget before publishing it.
/^| 30110 .*养老保险/s/30110/30108/
s/^四、财政拨款收支总体情况表$/四、财政拨款收支预算总体情况表/
s/医疗卫生健康支出/卫生健康支出/
s/一般公用预算当年拨款/一般公共预算当年拨款/
s/及下属3家行政单位和4家事业单位的机关运行经费/的机关运行经费/
